"""The fields of market data, and what is a number."""

from decimal import Decimal
from typing import Any

MARKS = {"source", "simulated"}
WHERE_KNOWN = {"change1h"}
"""What a price tells where candles of an hour ago are stored."""

TICKER_FIELDS = "symbol price bid ask volume change changePercent high low open previousClose timestamp"
CANDLE_FIELDS = "symbol interval time open high low close volume isFinal timestamp"


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
