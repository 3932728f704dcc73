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

from alerts.conditions.candle_path import states
from alerts.conditions.evaluator import Evaluator
from alerts.conditions.rule import AlertSource, Condition, Point, Rule, RuleMemory, Series, TriggerPolicy
from alerts.conditions.trial_values import SeriesValues, is_rolling
from streaming.events import Interval
from streaming.indicators.bar import Bar
from streaming.indicators.running import candles_needed

_MINUTES_A_DAY = 1440

_State = tuple[int, Interval, Bar, bool]
"""A time in ms, and what a candle of an interval is then; whether it has closed."""


def needed_intervals(rule: Rule) -> frozenset[Interval]:
    """Return of which intervals `trial` needs candles; conditions on prices and tickers need those of a minute."""
    return frozenset(_interval(series) for series in rule.series)


def candles_before(rule: Rule, interval: Interval, *, candle_seconds: int) -> int:
    """Return how many candles of `interval` that closed before the start `trial` needs, for what looks back.

    `candle_seconds` is how long such a candle is.
    """
    looking = [series for series in rule.series if _interval(series) is interval]
    windows = [each for each in rule.conditions if _interval(each.series) is interval]
    return max([1, *map(_of_one_value, looking), *(_looks_back(each, candle_seconds) for each in windows)])


def trial(rule: Rule, candles: Mapping[Interval, Sequence[Bar]], *, start: int) -> list[int]:
    """Return when the rule would have fired from `start` on, in ms since the epoch, oldest first.

    It is as if the rule had been switched on at `start`: `candles` are the closed ones of each of the
    `needed_intervals`, oldest first; what was before `start` only tells where the series were, and seeds what looks
    back. When the rule expires, until when it is snoozed and how often it may fire are left aside, but one that fires
    once does so here, too.
    """
    tried = msgspec.structs.replace(
        rule, expires_at=None, firings_left=None, snoozed_until=None, may_use_simulated=True
    )
    evaluator, times = _before(tried), list[int]()
    values = [SeriesValues(series) for series in rule.series]
    has_begun = False
    for time, interval, bar, is_closed in _in_order(candles):
        if not has_begun and time >= start:
            evaluator.put(tried, RuleMemory())
            has_begun = True
        moved = [
            (each.series, Point(value=value, time=time))
            for each in values
            if _interval(each.series) is interval and (value := each.go_to(bar, is_closed=is_closed)) is not None
        ]
        fired = evaluator.observe_all(moved)
        times += [firing.time for firing in fired if has_begun]
    return times


def _before(rule: Rule) -> Evaluator:
    """Return an evaluator in which something looks at all that the rule will look at, and never ends.

    Without that neither values nor windows would be kept until the rule is switched on.
    """
    evaluator = Evaluator()
    evaluator.put(msgspec.structs.replace(rule, trigger=TriggerPolicy.EVERY_TIME, cooldown_seconds=0))
    return evaluator


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


def _looks_back(condition: Condition, candle_seconds: int) -> int:
    """Return the candles that the series' newest value needs, and those of a window before it."""
    in_window = -(-(condition.window_seconds or 0) // candle_seconds)
    return _of_one_value(condition.series) + in_window


def _of_one_value(series: Series) -> int:
    if series.source is AlertSource.INDICATOR:
        return candles_needed(series.indicator, series.parameters)
    return _MINUTES_A_DAY if is_rolling(series) else 1
