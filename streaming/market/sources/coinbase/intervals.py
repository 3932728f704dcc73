"""The candles that Coinbase has, by their length in seconds; there are no others. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from streaming.events import Interval

_SECONDS: Mapping[Interval, int] = MappingProxyType(
    {
        Interval.MINUTE_1: 60,
        Interval.MINUTE_5: 300,
        Interval.MINUTE_15: 900,
        Interval.HOUR_1: 3_600,
        Interval.HOUR_6: 21_600,
        Interval.DAY_1: 86_400,
    }
)
OFFERED_INTERVALS = frozenset(_SECONDS)


def granularity_of(interval: Interval) -> int:
    """Return the exchange's name of an interval that it has; raise `KeyError` for another."""
    return _SECONDS[interval]
