"""What the pure core needs of a candle, wherever it comes from: the stream's `Candle`, a stored row. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

PRICE_FIELDS = ("open", "high", "low", "close")
CANDLE_FIELDS = (*PRICE_FIELDS, "volume", "quote_volume", "trades")
"""What a condition on a candle can look at."""


class Bar(Protocol):
    """One candle. Times in ms since the epoch: its first and its last; `volume` in base units."""

    @property
    def open_time(self) -> int: ...
    @property
    def close_time(self) -> int: ...
    @property
    def open(self) -> Decimal: ...
    @property
    def high(self) -> Decimal: ...
    @property
    def low(self) -> Decimal: ...
    @property
    def close(self) -> Decimal: ...
    @property
    def volume(self) -> Decimal: ...
    @property
    def quote_volume(self) -> Decimal: ...
    @property
    def trades(self) -> int: ...


def candle_values(bar: Bar) -> Mapping[str, Decimal]:
    """Return the values of `CANDLE_FIELDS`."""
    return {field: Decimal(getattr(bar, field)) for field in CANDLE_FIELDS}
