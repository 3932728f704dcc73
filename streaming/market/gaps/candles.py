"""The closed candles of one symbol and interval: once each, in order, without holes, as far as the exchange gives them.

After each closed candle the next one is expected. Where it does not come in time, or later ones come first, or the
stream was interrupted meanwhile, it is fetched; the late real one is then told no more. Where nothing comes at all,
neither live nor from REST, as of a symbol that is halted, none is expected until the next comes. Pure: times of day are
in ms by the exchange's clock.
"""

from collections.abc import Sequence

from streaming.clock import Clock
from streaming.events import Candle, Interval, MarketUpdate, Resync, Source
from streaming.events.intervals import close_time_of, next_open_time, open_time_at
from streaming.market.gaps.awaited_candles import AwaitedCandles
from streaming.market.gaps.gap import Gap
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.source import ROWS_AT_ONCE

Told = MarketUpdate | Resync


class CandleTracker:
    """Keeps the closed candles of one symbol and interval in order, once each, and finds what is missing.

    What its methods return is to be published, in order. It is wanted since `since`. `doubles` counts the live closed
    candles that had come already, from the stream or from REST.
    """

    def __init__(
        self, symbol: str, interval: Interval, source: Source, limits: GapLimits, clock: Clock, *, since: int
    ) -> None:
        self._symbol = symbol
        self._interval = interval
        self._source = source
        self._limits = limits
        self._clock = clock
        self._since = since
        self._newest_time = 0
        self._awaited = AwaitedCandles(interval)
        self._is_silent = False
        self._has_come = False
        self._gap: Gap | None = None
        self.doubles = 0

    @property
    def gap(self) -> Gap | None:
        """The gap that is open now."""
        return self._gap

    def resume(self, open_time: int | None, time: int) -> None:
        """Expect the candle that a predecessor expected when it stopped, at `time`; None for the one open then."""
        self._awaited.expected = open_time_at(self._interval, time) if open_time is None else open_time
        self._interrupt(time).is_inherited = True

    def interrupted(self, at: int) -> None:
        """Note that the stream flows no longer, since `at` or earlier."""
        self._interrupt(at)

    def _interrupt(self, at: int) -> Gap:
        since = min(self._newest_time or at, at)
        gap = self._begin_gap(since)
        gap.is_told = gap.is_awaiting = True
        return gap

    def restored(self, at: int) -> None:
        """Note that the stream flows again; the candles that ended meanwhile are asked for at once."""
        gap = self._gap
        if gap is not None and gap.is_awaiting:
            gap.is_awaiting = False
            gap.until = gap.back_at = max(gap.until, at)
            gap.opened = self._clock.monotonic()
            if self._is_silent:  # meanwhile it may have said something
                self._awaited.expected, self._is_silent = open_time_at(self._interval, self._since), False
            self._ask_for_ended(gap, at)

    def take(self, candle: Candle, at: int) -> list[Told]:
        """Take a live candle; `at` is now."""
        self._has_come = True
        told = [] if candle.is_final else self._follow_clock(candle)
        if self._awaited.expected is None:
            self._begin(candle, at)
        if candle.is_final:
            return self._take_closed(candle)
        if candle.open_time < (self._awaited.expected or 0) or self._awaited.was_told_early(candle.open_time):
            return told
        return [*told, candle, *self._find_whole()]

    def _begin(self, candle: Candle, at: int) -> None:
        """Expect the first candle; where an interruption hid others that ended meanwhile, those before it."""
        was_silent, self._is_silent = self._is_silent, False
        self._awaited.expected = candle.open_time
        first = min(candle.open_time, open_time_at(self._interval, self._since))
        if self._gap is not None:
            self._awaited.expected = first
            self._ask_for_ended(self._gap, at)
        elif first < candle.open_time and was_silent:
            self._awaited.expected = first
            self._open_gap().ask_from(self._clock.monotonic())
        elif first < candle.open_time:  # its closing frame may come behind the next one's first
            self._awaited.lose(first, candle.open_time)

    def _follow_clock(self, candle: Candle) -> list[Told]:
        """Begin anew where the exchange's clock has, as that of one that replays the past."""
        told: list[Told] = []
        if candle.time < self._newest_time - self._limits.clock_anew * 1000 and candle.open_time < (
            self._awaited.expected or 0
        ):
            told = [*self._awaited.begin_anew(candle.open_time), *self._close(complete=False)]
            self._newest_time = 0
        self._newest_time = max(self._newest_time, candle.time)
        return told

    def _ask_for_ended(self, gap: Gap, at: int) -> None:
        if self._awaited.expected is not None and (ended := close_time_of(self._interval, self._awaited.expected)) < at:
            settled_in = self._limits.candle_settle - (at - ended) / 1000
            gap.ask_from(self._clock.monotonic() + max(0.0, settled_in))

    def look(self, at: int) -> list[Told]:
        """See whether a closed candle is late, and let go of what has waited for long enough."""
        now = self._clock.monotonic()
        gap = self._gap
        if self._awaited.is_over(at, self._limits.candle_late) and (gap is None or gap.ask_at is None):
            gap = self._open_gap()
            gap.ask_from(now)
        if gap is not None and self._awaited.held and not gap.holds(now):
            return list(self._awaited.release())
        return []

    @property
    def wants_fill(self) -> bool:
        """True where REST is to be asked."""
        gap = self._gap
        if gap is None or gap.is_awaiting or gap.ask_at is None or self._awaited.expected is None:
            return False
        return gap.ask_at <= self._clock.monotonic()

    def fill_from(self, at: int) -> int:
        """Return when the first candle opens that REST is to be asked for at `at`; not what is too long ago."""
        expected = at if self._awaited.expected is None else self._awaited.expected
        length = next_open_time(self._interval, expected) - expected
        earliest = at - (self._limits.pages * ROWS_AT_ONCE - 1) * length
        return expected if expected >= earliest else open_time_at(self._interval, earliest)

    def filled(self, rows: Sequence[KlineRow], *, as_of: int) -> list[Told]:
        """Take candles from REST, which was asked at `as_of`; if the gap remains open, it is to be asked again.

        A candle that had not ended by then is open, whatever it looks like.
        """
        gap = self._gap
        if gap is None or self._awaited.expected is None:
            return []
        if rows:
            self._skip_to(self.fill_from(as_of), gap)
        latest = as_of - round(self._limits.candle_settle * 1000)
        closed = [row for row in rows if row.close_time < latest]
        for row in closed:
            self._take_row(row, gap)
        told = [*self._awaited.in_order(), *self._find_whole()]
        return told if self._gap is not gap else [*told, *self._go_on(gap, len(closed), as_of)]

    def gave_up(self, at: int) -> list[Told]:
        """Go on without what is missing."""
        return [] if self._gap is None else self._give_up(at)

    def _take_closed(self, candle: Candle) -> list[Told]:
        opens, expected = candle.open_time, self._awaited.expected
        if expected is None:
            return []
        if opens < expected and self._awaited.take_lost(opens):
            return [candle]
        if opens < expected or self._awaited.has(opens):
            self.doubles += 1
            return []
        self._newest_time = max(self._newest_time, candle.time)
        now = self._clock.monotonic()
        if opens > expected:
            self._open_gap().hold_from(now, self._limits.candles_hold)
        self._awaited.hold(candle)
        told: list[Told] = [*self._awaited.in_order()]
        gap = self._gap
        if gap is not None and self._awaited.held:
            if self._awaited.held > self._limits.held:
                gap.hold_until = 0.0
            if not gap.holds(now):
                told += self._awaited.release()
        return [*told, *self._find_whole()]

    def _open_gap(self) -> Gap:
        """Return the gap that is open, or one that begins with the expected candle."""
        if self._gap is not None:
            return self._gap
        expected = self._awaited.expected or 0
        gap = self._begin_gap(expected)
        gap.until = gap.back_at = next_open_time(self._interval, expected)
        return gap

    def _begin_gap(self, since: int) -> Gap:
        """Return the gap that is open, or one that begins at `since`."""
        if self._gap is None:
            self._gap = Gap(since, opened=self._clock.monotonic())
            self._has_come = False
        return self._gap

    def _find_whole(self) -> list[Told]:
        """Close the gap, where nothing is missing that ended before the stream was back."""
        gap, expected = self._gap, self._awaited.expected
        if gap is None or gap.is_awaiting or expected is None or not self._awaited.is_in_order:
            return []
        if close_time_of(self._interval, expected) < gap.back_at:
            return []
        return self._close(complete=not gap.is_incomplete)

    def _go_on(self, gap: Gap, closed: int, as_of: int) -> list[Told]:
        """Decide what follows an answer, of `closed` candles, that left the gap open."""
        now = self._clock.monotonic()
        if gap.is_awaiting:
            gap.ask_at = None
        elif closed == ROWS_AT_ONCE and gap.pages + 1 < self._limits.pages:
            gap.pages, gap.ask_at = gap.pages + 1, now
        elif not self._awaited.is_over(as_of, self._limits.candle_settle):
            gap.ask_at = now + self._limits.candle_settle
        elif self._awaited.held or closed:  # the exchange gave what it has, and something between is missing
            return self._give_up(as_of)
        else:
            gap.postpone(now, self._limits.retry, self._limits.retry_maximum)
        return []

    def _skip_to(self, first: int, gap: Gap) -> None:
        """Give up what opens before `first`, which is too long ago to be asked for."""
        if self._awaited.expected is not None and self._awaited.expected < first:
            gap.is_incomplete = True
            self._awaited.expected = first

    def _take_row(self, row: KlineRow, gap: Gap) -> None:
        if self._awaited.expected is None or row.open_time < self._awaited.expected:
            return
        self._has_come = True
        if not self._awaited.has(row.open_time):
            self._awaited.hold(self._candle_of(row))
            gap.until = max(gap.until, row.close_time)

    def _give_up(self, at: int) -> list[Told]:
        """Expect no more what is missing; if it comes late, it is told all the same."""
        told = self._awaited.release()
        resume_at = self._awaited.give_up(at)
        if not self._has_come:
            self._awaited.expected, self._since, self._is_silent = None, resume_at, True
        return [*told, *self._close(complete=False)]

    def _close(self, *, complete: bool) -> list[Told]:
        gap, self._gap = self._gap, None
        return [gap.resync(complete=complete)] if gap is not None and (gap.is_told or not complete) else []

    def _candle_of(self, row: KlineRow) -> Candle:
        return row.candle(
            symbol=self._symbol,
            interval=self._interval,
            source=self._source,
            time=row.close_time,
            is_final=True,
            repaired=True,
        )
