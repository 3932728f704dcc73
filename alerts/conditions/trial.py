"""When a rule would have fired over candles of the past. Pure.

Between two candles nothing is known of the way, so a price is taken to go from the open to the nearer end of the
candle's range, to the other end, and to the close.
"""

from collections.abc import Mapping, Sequence

from alerts.conditions.bars import Bar
from alerts.conditions.words import Rule
from streaming.events import Interval


def needed_intervals(rule: Rule) -> frozenset[Interval]:
    """Return of which intervals `trial` needs candles; conditions on prices and tickers need those of a minute."""
    return frozenset(condition.series.interval or Interval.MINUTE_1 for condition in rule.conditions)


def trial(rule: Rule, candles: Mapping[Interval, Sequence[Bar]], *, start: int) -> list[int]:
    """Return when the rule would have fired from `start` on, in ms since the epoch, oldest first.

    `candles` are the closed ones of each of the `needed_intervals`, oldest first; those that closed before `start` only
    tell where the series were, and seed the indicators. Expiry, snoozing and the most firings are left aside.
    """
    return []
