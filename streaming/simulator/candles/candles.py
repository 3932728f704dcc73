"""Candles: where each interval begins and ends, what a candle holds, and how trades and smaller candles add up to one.

Times are milliseconds since the epoch, UTC. Days, 3-day bars and shorter ones count from the epoch, weeks open on
Monday, months on the first, as on the exchange; in another time zone, `offset` ms east of UTC, they do so by its clock.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Self

import msgspec

from streaming.simulator.market.matching import Trade

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_FIRST_MONDAY = 4 * DAY  # the epoch was a Thursday

FIXED_LENGTHS: dict[str, int] = {
    "1s": SECOND,
    "1m": MINUTE,
    "3m": 3 * MINUTE,
    "5m": 5 * MINUTE,
    "15m": 15 * MINUTE,
    "30m": 30 * MINUTE,
    "1h": HOUR,
    "2h": 2 * HOUR,
    "4h": 4 * HOUR,
    "6h": 6 * HOUR,
    "8h": 8 * HOUR,
    "12h": 12 * HOUR,
    "1d": DAY,
    "3d": 3 * DAY,
    "1w": 7 * DAY,
}
MONTH = "1M"
INTERVALS: tuple[str, ...] = (*FIXED_LENGTHS, MONTH)


def open_time_at(interval: str, time: int, offset: int = 0) -> int:
    """Return the open time of the candle of `interval` that holds `time`."""
    if interval == MONTH:
        day = datetime.fromtimestamp((time + offset) // SECOND, UTC)
        return _milliseconds(datetime(day.year, day.month, 1, tzinfo=UTC)) - offset
    length = FIXED_LENGTHS[interval]
    first = (_FIRST_MONDAY if interval == "1w" else 0) - offset
    return (time - first) // length * length + first


def next_open_time(interval: str, open_time: int, offset: int = 0) -> int:
    """Return the open time of the candle after the one that opens at `open_time`."""
    if interval == MONTH:
        day = datetime.fromtimestamp((open_time + offset) // SECOND, UTC)
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004 - December
        return _milliseconds(datetime(year, month, 1, tzinfo=UTC)) - offset
    return open_time + FIXED_LENGTHS[interval]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND


class Candle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A candle: prices in ticks, volumes in steps, quote volumes in ticks times steps.

    `taker_` volumes are those of trades whose taker bought. Where `trades` is zero, all prices are the last close and
    `first_trade_id` is the id that the next trade will have.
    """

    open_time: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    quote_volume: int
    trades: int
    taker_volume: int
    taker_quote_volume: int
    first_trade_id: int

    @property
    def last_trade_id(self) -> int:
        """The id of its last trade (meaningless where it has none)."""
        return self.first_trade_id + self.trades - 1


class RunningCandle(msgspec.Struct, kw_only=True, gc=False):
    """A candle that still takes trades."""

    interval: str
    next_open_time: int
    open_time: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    quote_volume: int
    trades: int
    taker_volume: int
    taker_quote_volume: int
    first_trade_id: int

    @classmethod
    def of(cls, interval: str, seed: Candle) -> Self:
        """Return a candle of `interval` that goes on from what it holds already."""
        numbers = msgspec.structs.asdict(seed)
        return cls(interval=interval, next_open_time=next_open_time(interval, seed.open_time), **numbers)

    def add(self, trade: Trade) -> None:
        """Count a trade of this candle's time."""
        price = trade.price
        if self.trades == 0:
            self.open = self.high = self.low = price
            self.first_trade_id = trade.trade_id
        elif price > self.high:
            self.high = price
        elif price < self.low:
            self.low = price
        self.close = price
        self.trades += 1
        self.volume += trade.quantity
        self.quote_volume += trade.amount
        if not trade.buyer_is_maker:
            self.taker_volume += trade.quantity
            self.taker_quote_volume += trade.amount

    def snapshot(self) -> Candle:
        """Return the candle as it stands."""
        return msgspec.convert(self, Candle, from_attributes=True)


def empty_candle(open_time: int, close: int, next_trade_id: int) -> Candle:
    """Return a candle without trades: flat at the last close."""
    return Candle(
        open_time=open_time,
        open=close,
        high=close,
        low=close,
        close=close,
        volume=0,
        quote_volume=0,
        trades=0,
        taker_volume=0,
        taker_quote_volume=0,
        first_trade_id=next_trade_id,
    )


def merge(open_time: int, parts: Iterable[Candle]) -> Candle:
    """Return the candle from `open_time` that consecutive `parts` add up to; at least one part.

    A part without trades counts for nothing, so that a candle opens with its first trade.
    """
    everything = list(parts)
    traded = [part for part in everything if part.trades]
    if not traded:
        return empty_candle(open_time, everything[-1].close, everything[0].first_trade_id)
    return Candle(
        open_time=open_time,
        open=traded[0].open,
        high=max(part.high for part in traded),
        low=min(part.low for part in traded),
        close=traded[-1].close,
        volume=sum(part.volume for part in traded),
        quote_volume=sum(part.quote_volume for part in traded),
        trades=sum(part.trades for part in traded),
        taker_volume=sum(part.taker_volume for part in traded),
        taker_quote_volume=sum(part.taker_quote_volume for part in traded),
        first_trade_id=traded[0].first_trade_id,
    )
