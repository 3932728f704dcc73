"""The candles of a pair that follows another: of its own trades, and before them those of the followed one. Pure."""

from collections.abc import Iterator

import msgspec

from streaming.simulator.candles.candle_store import CandleStore
from streaming.simulator.candles.candles import DAY, MINUTE, Candle, RunningCandle, empty_candle, merge
from streaming.simulator.candles.days import FIRST_DAY
from streaming.simulator.following.pairs import Pair
from streaming.simulator.market.matching import Trade

_KEPT_FOR = 2 * DAY


class FollowedCandles:
    """Candles of any number of whole minutes, counted from the epoch.

    Minutes of its own are kept for two days; what was before is told by the followed candles, at the pair's prices.
    `ahead`: by how many ms its clock is ahead of that of the followed ones, whose candles are shifted by whole minutes.
    """

    def __init__(self, pair: Pair, followed: CandleStore, ahead: int = 0) -> None:
        self._pair = pair
        self._followed = followed
        self._ahead = ahead // MINUTE * MINUTE
        begun = self._converted(followed.running("1m").snapshot())
        self._running = RunningCandle.of("1m", begun)
        self._minutes: dict[int, Candle] = {}
        self._own_from = begun.open_time
        self._closed_parts: dict[tuple[int, int], list[Candle]] = {}  # of candles that run, until the next minute

    @property
    def last_price(self) -> int:
        """The price of the last trade, in ticks."""
        return self._running.close

    def add(self, trade: Trade) -> None:
        """Count a trade of the running minute."""
        self._running.add(trade)

    def roll(self, time: int) -> None:
        """Close the minutes that end at `time` or before."""
        while self._running.next_open_time <= time:
            ended = self._running.snapshot()
            self._minutes[ended.open_time] = ended
            following = max(ended.open_time + MINUTE, (time - _KEPT_FOR) // MINUTE * MINUTE)
            next_trade_id = ended.first_trade_id + ended.trades
            self._running = RunningCandle.of("1m", empty_candle(following, ended.close, next_trade_id))
            self._closed_parts.clear()
        self._forget(time - _KEPT_FOR)

    def row(self, open_time: int, length: int) -> Candle:
        """Return the candle of `length` ms, whole minutes, that opens at `open_time` and has begun."""
        end = open_time + length
        if not open_time <= self._running.open_time < end:
            return merge(open_time, self._closed(open_time, end))
        closed = self._closed_parts.get((open_time, length))
        if closed is None:
            parts = list(self._closed(open_time, self._running.open_time))
            closed = self._closed_parts[open_time, length] = [merge(open_time, parts)] if parts else []
        return merge(open_time, [*closed, self._running.snapshot()])

    def open_times(self, length: int, most: int) -> list[int]:
        """Return the newest open times, at most so many, oldest first; the last is the running one."""
        newest = self._running.open_time // length * length
        first = max(newest - (most - 1) * length, self.first_open_time(length))
        return list(range(first, newest + length, length))

    def first_open_time(self, length: int) -> int:
        """Return the open time of the oldest candle that there is."""
        return (FIRST_DAY + max(self._ahead, 0)) // length * length

    def window(self, length: int) -> Candle:
        """Return the last `length` ms up to the end of the running minute."""
        return self.row(self._running.open_time - length + MINUTE, length)

    def _closed(self, start: int, end: int) -> Iterator[Candle]:
        if start < self._own_from:
            covered = self._followed.cover(start - self._ahead, min(end, self._own_from) - self._ahead)
            yield from map(self._converted, covered)
        for time in range(max(start, self._own_from), end, MINUTE):
            if minute := self._minutes.get(time):
                yield minute

    def _forget(self, before: int) -> None:
        kept_from = before // MINUTE * MINUTE
        while self._minutes and (oldest := next(iter(self._minutes))) < kept_from:
            del self._minutes[oldest]
        self._own_from = max(self._own_from, kept_from)

    def _converted(self, candle: Candle) -> Candle:
        price = self._pair.middle_of
        return msgspec.structs.replace(
            candle,
            open_time=candle.open_time + self._ahead,
            open=price(candle.open),
            high=price(candle.high),
            low=price(candle.low),
            close=price(candle.close),
            quote_volume=self._pair.amount_of(candle.quote_volume),
            taker_quote_volume=self._pair.amount_of(candle.taker_quote_volume),
        )
