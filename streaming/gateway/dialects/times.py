"""Times as they are written in frames."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

WriteTime = Callable[[int], str | int]
"""How a dialect writes a time, which is given in milliseconds since the epoch."""


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso_time(milliseconds: int) -> str:
    """Return a time in ms since the epoch as ISO 8601, UTC, with three digits and `Z`.

    >>> iso_time(1733486400000)
    '2024-12-06T12:00:00.000Z'
    """
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


def epoch_time(milliseconds: int) -> int:
    """Return a time in ms since the epoch as it is."""
    return milliseconds
