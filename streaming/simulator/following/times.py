"""Times as the exchanges that follow write them. Pure."""

from datetime import UTC, datetime

from streaming.simulator.candles.candles import SECOND


def time_text(milliseconds: int, decimals: int = 6) -> str:
    """Return a time in UTC with so many decimals of a second, at least three.

    >>> time_text(1783465204031), time_text(1783465204031, 9)
    ('2026-07-07T23:00:04.031000Z', '2026-07-07T23:00:04.031000000Z')
    """
    moment = datetime.fromtimestamp(milliseconds // SECOND, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % SECOND:03d}".ljust(20 + decimals, "0") + "Z"
