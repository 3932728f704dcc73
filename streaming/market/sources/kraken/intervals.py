"""The candles that Kraken has, by their length in minutes; there are no others. Pure.

Its weeks begin on Thursday and ours on Monday, so that it has none of ours.
"""

from collections.abc import Mapping
from types import MappingProxyType

from streaming.events import Interval
from streaming.market.sources.errors import ParseError

_MINUTES: Mapping[Interval, int] = MappingProxyType(
    {
        Interval.MINUTE_1: 1,
        Interval.MINUTE_5: 5,
        Interval.MINUTE_15: 15,
        Interval.MINUTE_30: 30,
        Interval.HOUR_1: 60,
        Interval.HOUR_4: 240,
        Interval.DAY_1: 1440,
    }
)
OFFERED_INTERVALS = frozenset(_MINUTES)
_INTERVALS = MappingProxyType({minutes: interval for interval, minutes in _MINUTES.items()})


def minutes_of(interval: Interval) -> int:
    """Return the exchange's name of an interval that it has; raise `KeyError` for another."""
    return _MINUTES[interval]


def interval_of(minutes: int) -> Interval:
    """Return the interval of so many minutes; raise `ParseError` where none of ours is."""
    try:
        return _INTERVALS[minutes]
    except KeyError:
        raise ParseError(f"no interval has {minutes} minutes") from None
