"""When a rule would have fired over candles of the past. Pure.

Of the way within a candle nothing is known: the price is taken to go from the open to the end of the range that is
nearer to it, to the other end, and to the close, in equal times, and what was traded to grow evenly. Bid and ask are
taken to be the price; the rolling day of a ticker is made of the candles of a minute. All that one state of a candle
says is judged together.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from operator import itemgetter

import msgspec

from alerts.conditions.bars import Bar
from alerts.conditions.candle_path import states
from alerts.conditions.evaluator import Evaluator
from alerts.conditions.indicators import candles_needed
from alerts.conditions.trial_values import SeriesValues, is_rolling
from alerts.conditions.words import AlertSource, Point, Rule, Series
from streaming.events import Interval

_MINUTES_A_DAY = 1440

_State = tuple[int, Interval, Bar, bool]
"""A time in ms, and what a candle of an interval is then; whether it has closed."""


def needed_intervals(rule: Rule) -> frozenset[Interval]:
    """Return of which intervals `trial` needs candles; conditions on prices and tickers need those of a minute."""
    return frozenset(_interval(condition.series) for condition in rule.conditions)


def candles_before(rule: Rule, interval: Interval) -> int:
    """Return how many candles of `interval` that closed before the start `trial` needs, for what looks back."""
    looked_at = [condition.series for condition in rule.conditions if _interval(condition.series) is interval]
    return max([1, *(_looks_back(series) for series in looked_at)])


def trial(rule: Rule, candles: Mapping[Interval, Sequence[Bar]], *, start: int) -> list[int]:
    """Return when the rule would have fired from `start` on, in ms since the epoch, oldest first.

    `candles` are the closed ones of each of the `needed_intervals`, oldest first; those that opened before `start` only
    tell where the series were, and seed what looks back. When the rule expires, until when it is snoozed and how often
    it may fire are left aside, but one that fires once does so here, too.
    """
    tried = msgspec.structs.replace(
        rule, expires_at=None, firings_left=None, snoozed_until=None, may_use_simulated=True
    )
    evaluator, times = Evaluator(), list[int]()
    values = [SeriesValues(series) for series in {condition.series for condition in rule.conditions}]
    newest: dict[Series, Point] = {}
    has_begun = False
    for time, interval, bar, is_closed in _in_order(candles):
        if not has_begun and time >= start:
            _begin(evaluator, tried, newest)
            has_begun = True
        moved = [
            (each.series, Point(value=value, time=time))
            for each in values
            if _interval(each.series) is interval and (value := each.go_to(bar, is_closed=is_closed)) is not None
        ]
        newest.update(moved)
        times += [firing.time for firing in evaluator.observe_all(moved)]
    return times


def _begin(evaluator: Evaluator, rule: Rule, newest: Mapping[Series, Point]) -> None:
    for series, point in newest.items():
        evaluator.restore(series, point, has_gap=False)
    evaluator.put(rule)


def _in_order(candles: Mapping[Interval, Sequence[Bar]]) -> Iterator[_State]:
    """Yield the states of all candles as they would have come; of those of one time the shorter candle's first."""
    ordered = sorted(candles.items(), key=lambda item: list(Interval).index(item[0]))
    return merge(*(_states(interval, bars) for interval, bars in ordered), key=itemgetter(0))


def _states(interval: Interval, bars: Sequence[Bar]) -> Iterator[_State]:
    for bar in bars:
        for time, state, is_closed in states(bar):
            yield time, interval, state, is_closed


def _interval(series: Series) -> Interval:
    return series.interval or Interval.MINUTE_1


def _looks_back(series: Series) -> int:
    if series.source is AlertSource.INDICATOR:
        return candles_needed(series.indicator, series.parameters)
    return _MINUTES_A_DAY if is_rolling(series) else 1
