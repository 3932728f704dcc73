"""Candles for tests."""

from decimal import Decimal

from streaming.events import Interval
from streaming.events.intervals import close_time_of
from streaming.market.sources.answers import KlineRow

NOW = 1_700_000_000_000
MINUTE = 60_000
FIRST = NOW // MINUTE * MINUTE - 10_000 * MINUTE
"""When a candle of a minute opened that closed long before `NOW`."""


def candle_row(open_time: int = FIRST, interval: Interval = Interval.MINUTE_1, *, close: str = "97000.10") -> KlineRow:
    """Return a candle that is possible, with prices of different digits."""
    return KlineRow(
        open_time=open_time,
        open=Decimal("97000.00000000"),
        high=Decimal("98000.5"),
        low=Decimal("0.00000001"),
        close=Decimal(close),
        volume=Decimal("33.0"),
        close_time=close_time_of(interval, open_time),
        quote_volume=Decimal("1198765432.10987654"),
        trades=7,
    )


def minute_rows(*minutes: int) -> list[KlineRow]:
    """Return the candles of the minutes after `FIRST`."""
    return [candle_row(FIRST + minute * MINUTE) for minute in minutes]
