"""Which candles have closed: nothing says so, and times without trades have none on the feed. Pure.

A candle is final when a later one comes, or when the exchange's clock is two seconds past its end. One without trades
is made of the close before it, as the exchange's REST has it. After an interruption nothing is made up: what the
snapshot then doesn't show is for those who fill gaps.
"""

from collections.abc import Collection, Iterator
from math import inf

import msgspec

from streaming.events.intervals import close_time_of, next_open_time
from streaming.market.sources.kraken.messages import CandleRow, CandlesMessage

_SETTLED_MS = 2_000
_MOST_AT_ONCE = 1_000
"""Candles without trades in a row; a longer time without any is taken for a gap."""

Told = tuple[CandleRow, bool]
"""A candle, and whether it is final."""


class RunningCandles:
    """The candle of each stream that is open now; `doubles` counts rows that said nothing new."""

    def __init__(self) -> None:
        self._series: dict[str, _Series] = {}
        self._due = inf
        self.doubles = 0

    def take(self, stream: str, message: CandlesMessage) -> list[Told]:
        """Take the candles of a stream; return what is to be told of them."""
        series = self._series.setdefault(stream, _Series())
        told = list(series.take_all(message))
        self.doubles += 0 if told else 1
        self._note_due()
        return told

    def close_until(self, time: float) -> list[Told]:
        """Return the candles that are final now, `time` being the exchange's, in ms."""
        if time < self._due:
            return []
        told = [one for series in self._series.values() for one in series.close_until(time)]
        self._note_due()
        return told

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._series = {stream: series for stream, series in self._series.items() if stream in streams}
        self._note_due()

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that these flow no longer: what they don't say is not known to be nothing."""
        for stream in streams:
            if stream in self._series:
                self._series[stream].is_interrupted = True
        self._note_due()

    def _note_due(self) -> None:
        self._due = min((series.due for series in self._series.values()), default=inf)


class _Series:
    """The candles of one stream."""

    def __init__(self) -> None:
        self._open: CandleRow | None = None
        self.is_interrupted = False

    @property
    def due(self) -> float:
        """When the open candle is final, whatever comes, in ms by the exchange's clock."""
        if self._open is None or self.is_interrupted:
            return inf
        return close_time_of(self._open.interval, self._open.open_time) + 1 + _SETTLED_MS

    def take_all(self, message: CandlesMessage) -> Iterator[Told]:
        """Take candles; a snapshot tells only of what follows the candle that was open."""
        was_interrupted, self.is_interrupted = self.is_interrupted, False
        known = self._open
        if message.is_snapshot and known is None:
            yield from self._begin(message)
            return
        if was_interrupted and known is not None and all(row.open_time > known.open_time for row in message.candles):
            self._open = None  # whether the known one has changed since isn't told
        for row in message.candles:
            yield from self._take(row)

    def _begin(self, message: CandlesMessage) -> Iterator[Told]:
        """Tell of the candle that is open, though the last one with trades may be long over."""
        self._open = message.candles[-1] if message.candles else None
        if message.event_time is not None:
            for _ in self.close_until(message.event_time):
                pass
        if self._open is not None:
            yield self._open, False

    def _take(self, row: CandleRow) -> Iterator[Told]:
        known = self._open
        if known is not None and row.open_time <= known.open_time:
            if row.open_time < known.open_time or row.trades < known.trades or row == known:
                return
        elif known is not None:
            yield from self._close(before=row.open_time)
        self._open = row
        yield row, False

    def close_until(self, time: float) -> Iterator[Told]:
        """Yield the candles that are final at `time`."""
        for _ in range(_MOST_AT_ONCE):
            if self._open is None or time < self.due:
                return
            yield self._open, True
            self._open = _without_trades(self._open)
        self._open = None

    def _close(self, *, before: int) -> Iterator[Told]:
        for _ in range(_MOST_AT_ONCE):
            if self._open is None or self._open.open_time >= before:
                return
            yield self._open, True
            self._open = _without_trades(self._open)
        self._open = None


def _without_trades(row: CandleRow) -> CandleRow:
    """Return the candle that follows another, as long as nothing is traded in it."""
    return msgspec.structs.replace(
        row,
        open_time=next_open_time(row.interval, row.open_time),
        open=row.close,
        high=row.close,
        low=row.close,
        volume=row.volume * 0,
        volume_weighted_price=row.volume * 0,
        trades=0,
    )
