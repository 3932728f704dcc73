"""The events that anyone may read and no app tells yet: combined prices."""

from decimal import Decimal
from typing import ClassVar

import msgspec

from streaming.events import EpochMilliseconds, MarketEvent


class PriceSource(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says of a combined price, how old that is in ms, and whether it was used."""

    name: str
    price: Decimal
    age_ms: int
    used: bool


class CombinedPrice(MarketEvent, frozen=True, kw_only=True, tag="combined_price"):
    """A price made of several sources, of `price:BTC-USD`; what none of them tells is None.

    `source` is `simulator` where one that was used is.
    """

    frame_type: ClassVar[str] = "price"
    is_held: ClassVar[bool] = True

    price: Decimal
    change: Decimal | None = msgspec.field(name="change24h", default=None)
    change_percent: Decimal | None = msgspec.field(name="changePercent24h", default=None)
    high: Decimal | None = msgspec.field(name="high24h", default=None)
    low: Decimal | None = msgspec.field(name="low24h", default=None)
    volume: Decimal | None = msgspec.field(name="volume24h", default=None)
    change_1h: Decimal | None = msgspec.field(name="change1h", default=None)
    time: EpochMilliseconds = msgspec.field(name="timestamp")
    sources: tuple[PriceSource, ...]
