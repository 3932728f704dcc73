"""What a witness can read, and what it is told, as types. Times are ms since the epoch."""

from decimal import Decimal
from enum import StrEnum

import msgspec


class FeedKind(StrEnum):
    """What must reach a witness completely."""

    TRADES = "trades"
    CANDLES = "candles"


class Feed(msgspec.Struct, frozen=True, order=True):
    """Trades of a symbol, or candles of a symbol and an interval."""

    kind: FeedKind
    symbol: str
    interval: str = ""

    def __str__(self) -> str:
        """Return it as a market channel."""
        if self.kind is FeedKind.TRADES:
            return f"trades:{self.symbol}"
        return f"klines:{self.symbol}:{self.interval}"


class Item(msgspec.Struct, frozen=True):
    """A trade or a closed candle.

    `key` is the trade's id or the candle's open time; it was made from `began` to `time`, a trade in one moment.
    `values` are what it says: price and quantity of a trade; open, high, low, close and volume of a candle.
    """

    key: int
    began: int
    time: int
    values: tuple[Decimal, ...]


class Resync(msgspec.Struct, frozen=True):
    """What a client was told of a gap, at `at`: it lay between `start` and `end`, and was filled where `complete`."""

    start: int
    end: int
    complete: bool
    at: int

    def covers(self, item: Item) -> bool:
        """Return whether the item was made in the gap, in part at least."""
        return self.start <= item.time and item.began <= self.end


class Position(msgspec.Struct, frozen=True):
    """A place in a channel's history: behind the frame of number `seq` in the epoch."""

    epoch: str
    seq: int


class Trouble(msgspec.Struct, frozen=True):
    """A time in which something was wrong on purpose."""

    start: int
    end: int
