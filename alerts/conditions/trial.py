"""When a rule would have fired over candles of the past. Pure.

Of the way within a candle nothing is known: the price is taken to go from the open to the end of the range that is
nearer to it, to the other end, and to the close, in equal times, and what was traded to grow evenly. Bid and ask are
taken to be the price; the rolling day of a ticker is made of the candles of a minute. All that one state of a candle
says is judged together. Where series of candles of several lengths are compared, only the shortest go that way, and the
longer ones grow with them, so that both sides are of one moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter

import msgspec

from alerts.conditions.candle_path import states
from alerts.conditions.evaluator import Evaluator
from alerts.conditions.growing_candle import GrowingCandle
from alerts.conditions.rule import AlertSource, Condition, Point, Rule, RuleMemory, Series, TriggerPolicy
from alerts.conditions.trial_values import SeriesValues, is_rolling
from streaming.events import Interval
from streaming.indicators.bar import Bar
from streaming.indicators.running import candles_needed

_MINUTES_A_DAY = 1440
_DAY_SECONDS = 86_400

_State = tuple[int, Interval, Bar, bool]
"""A time in ms, and what a candle of an interval is then; whether it has closed."""
_ORDER = tuple(Interval)
"""From the shortest to the longest."""
_Candles = Mapping[Interval, Sequence[Bar]]


def needed_intervals(rule: Rule) -> frozenset[Interval]:
    """Return of which intervals `trial` needs candles; conditions on prices and tickers need those of a minute."""
    return frozenset(_interval(series) for series in rule.series)


def candles_before(rule: Rule, interval: Interval, *, candle_seconds: int) -> int:
    """Return how many candles of `interval` that closed before the start `trial` needs, for what looks back.

    `candle_seconds` is how long such a candle is. Of those with which longer ones grow it needs a day, in which most of
    these have begun.
    """
    looking = [series for series in rule.series if _interval(series) is interval]
    windows = [each for each in rule.conditions if _interval(each.series) is interval]
    back = [_of_one_value(each) for each in looking] + [_looks_back(each, candle_seconds) for each in windows]
    return max([1, *back, *([_DAY_SECONDS // candle_seconds] if _carries_longer(rule, interval) else [])])


def trial(rule: Rule, candles: _Candles, *, start: int) -> list[int]:
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
    for together in _together(candles) if _compares_lengths(rule) else _one_by_one(candles):
        time = together[0][0]
        if not has_begun and time >= start:
            evaluator.put(tried, RuleMemory())
            has_begun = True
        moved = [
            (each.series, Point(value=value, time=time))
            for _, interval, bar, is_closed in together
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


def _compares_lengths(rule: Rule) -> bool:
    """Return whether a condition compares series of candles of two lengths."""
    return any(len({*map(_interval, condition.looked_at)}) > 1 for condition in rule.conditions)


def _carries_longer(rule: Rule, interval: Interval) -> bool:
    return _compares_lengths(rule) and interval is min(needed_intervals(rule), key=_ORDER.index)


def _one_by_one(candles: _Candles) -> Iterator[Sequence[_State]]:
    """Yield the states of all candles as they would have come; of those of one time the shorter candle's first."""
    for state in _merged(*(_states(interval, bars) for interval, bars in _by_length(candles))):
        yield (state,)


def _together(candles: _Candles) -> Iterator[Sequence[_State]]:
    """Yield what all candles are at each state of the shortest; before their first, longer ones go their own way."""
    (shortest, bars), *longer = _by_length(candles)
    first = bars[0].open_time if bars else None
    growing = {interval: GrowingCandle(interval, of_length) for interval, of_length in longer}
    streams = (_states(interval, of_length, closed_from=first) for interval, of_length in longer)
    for _, states_then in groupby(_merged(_states(shortest, bars), *streams), key=itemgetter(0)):
        told = {state[1]: state for state in states_then}
        if shortest in told:
            time, _, bar, is_closed = told[shortest]
            grown = {each: candle.go_to(bar, is_closed=is_closed) for each, candle in growing.items()}
            told = {each: (time, each, state, False) for each, state in grown.items()} | told
        yield tuple(told.values())


def _by_length(candles: _Candles) -> list[tuple[Interval, Sequence[Bar]]]:
    return sorted(candles.items(), key=lambda item: _ORDER.index(item[0]))


def _merged(*streams: Iterable[_State]) -> Iterator[_State]:
    return merge(*streams, key=itemgetter(0))


def _states(interval: Interval, bars: Sequence[Bar], *, closed_from: int | None = None) -> Iterator[_State]:
    """Yield the states of candles; of those that close after `closed_from` (ms) only that they close."""
    for bar in bars:
        for time, state, is_closed in states(bar):
            if is_closed or closed_from is None or bar.close_time <= closed_from:
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
