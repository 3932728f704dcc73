"""The trades of one symbol, in the order of their ids and without holes, as far as the exchange gives them.

A jump, or the first trade after an interruption, shows what is missing. Newer trades wait a little while it is fetched;
then they go on, and what was missing follows late. Either way no trade of after a gap is told before the gap is. Pure:
times of day are in ms by the exchange's clock.
"""

from collections.abc import Iterable, Sequence

from streaming.clock import Clock
from streaming.events import MarketUpdate, Resync, Source, Trade, Trades
from streaming.fan_out.deduplication import TradeIds, TradeIdStatus
from streaming.market.gaps.gap import Gap, StillOpen
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import RestTrade
from streaming.market.sources.source import ROWS_AT_ONCE

Told = MarketUpdate | Resync | StillOpen


class TradeTracker:
    """Keeps the trades of one symbol in the order of their ids, once each, and finds what is missing.

    What its methods return is to be published, in order. `doubles` counts the live trades that had come already.
    """

    def __init__(self, symbol: str, source: Source, limits: GapLimits, clock: Clock, *, since: int) -> None:
        self._symbol = symbol
        self._source = source
        self._limits = limits
        self._clock = clock
        self._since = since
        self._ids = TradeIds(clock_anew=limits.clock_anew)
        self._held: dict[int, tuple[Trade, bool]] = {}
        self._gap: Gap | None = None
        self._knows_only_time = False
        self.doubles = 0

    @property
    def gap(self) -> Gap | None:
        """The gap that is open now."""
        return self._gap

    def resume(self, trade_id: int | None, time: int) -> None:
        """Begin behind the trade at which a predecessor stopped, None for unknown; what came since may be missing."""
        if trade_id is not None:
            self._ids.resume(trade_id, time)
        self._interrupt(time).is_inherited = True

    def interrupted(self, at: int) -> None:
        """Note that the stream flows no longer, since `at` or earlier."""
        self._interrupt(at)

    def _interrupt(self, at: int) -> Gap:
        since = self._ids.newest_time or min(self._since, at)
        gap = self._gap = self._gap or Gap(since, opened=self._clock.monotonic())
        gap.is_told = gap.is_awaiting = gap.has_no_end = True
        gap.is_announced = False
        self._knows_only_time = self._knows_only_time or self._ids.highest is None
        return gap

    def restored(self, at: int) -> None:
        """Note that the stream flows again; a symbol that stays quiet is asked for after a while."""
        if self._gap is not None and self._gap.is_awaiting:
            now = self._clock.monotonic()
            self._gap.is_awaiting = self._gap.is_announced = False
            self._gap.until = max(self._gap.until, at)
            self._gap.opened = now
            self._gap.ask_from(now + self._limits.quiet)
            self._gap.hold_until = now + self._limits.trades_hold if self._held else None

    def take(self, event: Trades) -> list[Told]:
        """Take live trades."""
        return [told for trade in event.trades for told in self._take_one(trade)]

    def look(self, _: int) -> list[Told]:
        """Let go of what has waited for long enough."""
        gap = self._gap
        if gap is not None and self._held and not gap.holds(self._clock.monotonic()):
            return self._go_on(gap)
        return []

    @property
    def wants_fill(self) -> bool:
        """True where REST is to be asked."""
        gap = self._gap
        if gap is None or gap.is_awaiting or gap.ask_at is None:
            return False
        return gap.ask_at <= self._clock.monotonic()

    def filled(self, rows: Sequence[RestTrade], *, asked_at: float) -> list[Told]:
        """Take the newest trades, from REST, which was asked at `asked_at` (monotonic seconds).

        If the gap remains open, REST is to be asked again: so it is where the stream was cut again meanwhile.
        """
        gap = self._gap
        if gap is None:
            return []
        statuses = [self._take_row(row, gap) for row in sorted(rows, key=lambda row: row.trade_id)]
        if gap.is_awaiting:
            gap.ask_at = None
            return []
        if asked_at < gap.opened and (gap.has_no_end or self._ids.holes):
            gap.ask_from(self._clock.monotonic())
            return []
        if self._ids.holes and rows and max(row.trade_id for row in rows) < self._ids.holes[-1][1]:
            gap.ask_at = self._clock.monotonic() + self._limits.retry  # REST is behind the stream
            return []
        complete = not self._ids.holes and TradeIdStatus.RESTARTED not in statuses
        if self._knows_only_time:
            complete = len(rows) < ROWS_AT_ONCE or min(row.time for row in rows) <= gap.since
        return self._close(complete=complete)

    def gave_up(self) -> list[Told]:
        """Go on without what is missing."""
        return [] if self._gap is None else self._close(complete=False)

    def _take_one(self, trade: Trade) -> list[Told]:
        before = self._ids.newest_time
        status = self._ids.take(trade.trade_id, trade.time)
        if status is TradeIdStatus.DUPLICATE:
            self.doubles += 1
            return []
        if status is TradeIdStatus.RESTARTED:
            return self._begin_anew(trade)
        if status is TradeIdStatus.AHEAD:
            self._jump(trade, since=before)
        gap = self._gap
        if gap is None:
            return self._tell([(trade, False)])
        self._held[trade.trade_id] = (trade, False)
        if status is TradeIdStatus.LATE:
            gap.filled_to = max(gap.filled_to, trade.trade_id)
        self._find_end(gap, trade, status)
        if not gap.has_no_end and not self._ids.holes:
            return self._close(complete=True)
        if len(self._held) > self._limits.held:
            gap.hold_until = 0.0
        return [] if gap.holds(self._clock.monotonic()) else self._go_on(gap)

    def _find_end(self, gap: Gap, trade: Trade, status: TradeIdStatus) -> None:
        """Note the end of a gap that had none yet: a trade that came after it."""
        if status is TradeIdStatus.FIRST:
            self._ids.miss_all_before()
        if not gap.has_no_end:
            return
        gap.until = max(gap.until, trade.time)
        if gap.is_awaiting:  # it may have come before the cut, or after it and ahead of the acknowledgement
            gap.hold_from(self._clock.monotonic(), self._limits.trades_hold)
            return
        if self._knows_only_time:
            gap.ask_from(self._clock.monotonic())
            gap.hold_from(self._clock.monotonic(), self._limits.trades_hold)
        gap.has_no_end = False

    def _jump(self, trade: Trade, *, since: int) -> None:
        now = self._clock.monotonic()
        known_to_be_lost = self._gap is not None and self._gap.is_told
        gap = self._gap = self._gap or Gap(since, opened=now)
        gap.until = max(gap.until, trade.time)
        gap.ask_from(now if known_to_be_lost else now + self._limits.reorder)
        gap.hold_from(now, self._limits.trades_hold)

    def _begin_anew(self, trade: Trade) -> list[Told]:
        """Follow a numbering that begins again; what was missing of the old one can't be found any more."""
        if self._gap is None:
            self._gap = Gap(trade.time, opened=self._clock.monotonic())
        self._gap.until = max(self._gap.until, trade.time)
        return [*self._close(complete=False), *self._tell([(trade, False)])]

    def _take_row(self, row: RestTrade, gap: Gap) -> TradeIdStatus:
        """Take a trade of REST, where it is missing."""
        if not self._is_missing(row, gap):
            return TradeIdStatus.DUPLICATE
        status = self._ids.take(row.trade_id, row.time, is_live=False)
        if status is not TradeIdStatus.DUPLICATE:
            self._held[row.trade_id] = (row.trade, True)
            gap.until = max(gap.until, row.time)
            gap.filled_to = max(gap.filled_to, row.trade_id)
            gap.is_told = True
        return status

    def _is_missing(self, row: RestTrade, gap: Gap) -> bool:
        if self._knows_only_time and row.time <= gap.since:
            return False
        if self._ids.is_missing(row.trade_id) or self._ids.highest is None:
            return True
        return gap.has_no_end and (row.trade_id > self._ids.highest or row.time > self._ids.newest_time)

    def _close(self, *, complete: bool) -> list[Told]:
        gap, self._gap = self._gap, None
        complete = complete and not self._ids.has_forgotten
        self._knows_only_time = self._knows_only_time and self._ids.highest is None
        self._ids.give_up()
        if gap is None or (complete and not gap.is_told):
            return self._release()
        return [*self._release(gap.filled_to), gap.resync(complete=complete), *self._release()]

    def _go_on(self, gap: Gap) -> list[Told]:
        """Let go of what waits behind an open gap, of which is told before: something may be missing there."""
        told: list[Told] = [] if gap.is_announced else [StillOpen(gap.resync(complete=False))]
        gap.is_announced = gap.is_told = True
        return [*told, *self._release()]

    def _release(self, last: int | None = None) -> list[Told]:
        """Return what waits, in order, up to the trade with a number."""
        numbers = sorted(number for number in self._held if last is None or number <= last)
        return self._tell([self._held.pop(number) for number in numbers])

    def _tell(self, trades: Iterable[tuple[Trade, bool]]) -> list[Told]:
        """Return trades as events: each run of live ones, or of repaired ones, is one."""
        told: list[Told] = []
        run: list[Trade] = []
        marked = False
        for trade, repaired in trades:
            if run and repaired is not marked:
                told.append(self._event(run, repaired=marked))
                run = []
            run.append(trade)
            marked = repaired
        return [*told, self._event(run, repaired=marked)] if run else told

    def _event(self, run: Sequence[Trade], *, repaired: bool) -> Trades:
        return Trades(symbol=self._symbol, time=run[-1].time, source=self._source, trades=tuple(run), repaired=repaired)
