"""What a condition on a candle can look at. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from streaming.indicators.bar import Bar

PRICE_FIELDS = ("open", "high", "low", "close")
CANDLE_FIELDS = (*PRICE_FIELDS, "volume", "quote_volume", "trades")


def candle_values(bar: Bar) -> Mapping[str, Decimal]:
    """Return the values of `CANDLE_FIELDS`."""
    return {field: Decimal(getattr(bar, field)) for field in CANDLE_FIELDS}
