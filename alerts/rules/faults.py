"""What can be wrong with a rule though each of its words by itself is right. Pure.

A fault is told by the parameter's name, and by a sentence that begins with it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

from alerts.conditions.line import Line
from alerts.conditions.rule import (
    EDGE_OPERATORS,
    LEVEL_OPERATORS,
    MOVE_OPERATORS,
    RANGE_OPERATORS,
    AlertSource,
    Combine,
    TriggerPolicy,
)
from alerts.events import AlertOperator
from alerts.rules.conditions import LONGEST_WINDOW_SECONDS, ConditionParameters, level_of
from alerts.rules.level_source import level_source_faults
from alerts.rules.series_choice import (
    FIELDS,
    HAPPENINGS,
    choice_faults,
    is_price,
    looks_at_moments,
    named_field,
    needs_interval,
)
from alerts.rules.template import template_fault
from streaming.events import Interval
from streaming.events.intervals import next_open_time
from streaming.times import time_parameter

_WITHOUT_CANDLES = frozenset({AlertSource.PORTFOLIO, AlertSource.STRATEGY, AlertSource.WALLET})
_OF_TRANSFERS = frozenset({AlertOperator.AT_LEAST, AlertOperator.ABOVE})
_DIGITS = 200
"""Enough for any sum of two numbers of the border."""
_SHORTEST_LINE_MS = 1_000
_STEEPEST_LINE = 1_000
"""The greater price of a line's two is at most so many times the lesser."""
_LEVELS = ("level_source", "line", "threshold")
"""Of these a condition has one; what stands further back can't be given beside what stands before it."""
_OPERANDS = ("threshold", "line", "level_source", "lower", "upper", "amount", "percent", "window")

Fault = tuple[str, str]
"""A parameter, and the rest of the sentence that begins with its path."""


def condition_faults(condition: ConditionParameters, trigger: TriggerPolicy, prefix: str = "") -> dict[str, str]:
    """Return what is wrong with a condition of a rule with that trigger; `prefix` is where it stands."""
    return {prefix + name: f"{prefix}{name} {what}" for name, what in _faults(condition, trigger)}


def combination_faults(
    conditions: Sequence[ConditionParameters], combine: Combine, trigger: TriggerPolicy
) -> dict[str, str]:
    """Return what is wrong with conditions together, each of them without faults by itself.

    Those that are true at one value only are never so at once, unless one event brings the values of all of them.
    """
    if combine is not Combine.ALL:
        return {}
    at_close = trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE
    edges = [condition for condition in conditions if _is_of_moment(condition)]
    actions = {edge.action for edge in edges if edge.action is not None}
    if len({_events_of(edge, at_close=at_close) for edge in edges}) <= 1 and len(actions) <= 1:
        return {}
    words = " ".join(dict.fromkeys(_moment_in_words(edge) for edge in edges))
    what = "must look at the same price, ticker, candle, signal or transfer, or combine any"
    return {"conditions": f"conditions can never be true together: {words} {what}"}


def _is_of_moment(condition: ConditionParameters) -> bool:
    """Return whether a condition is true at one value only."""
    return condition.operator in EDGE_OPERATORS or looks_at_moments(condition)


def _moment_in_words(condition: ConditionParameters) -> str:
    return _momentary_words(condition) if looks_at_moments(condition) else condition.operator.value


def _momentary_words(condition: ConditionParameters) -> str:
    return named_field(condition) if condition.source is AlertSource.WALLET else condition.source.value


def _events_of(condition: ConditionParameters, *, at_close: bool) -> frozenset[tuple[object, ...]]:
    """Return which events bring the values that a condition looks at, those that it is compared with included."""
    level = level_of(condition, at_close=at_close)
    looking = (condition,) if level is None else (condition, level)
    return frozenset(_event_of(each, at_close=at_close) for each in looking)


def _event_of(condition: ConditionParameters, *, at_close: bool) -> tuple[object, ...]:
    """Return which events bring the values of a series; at a close, candles bring all of them."""
    is_of_candle = at_close or needs_interval(condition.source)
    source, interval = (AlertSource.CANDLE, condition.interval) if is_of_candle else (condition.source, None)
    if source is AlertSource.WALLET:
        watched = (condition.tx or condition.address).lower().removeprefix("0x")
        return source, named_field(condition), condition.chain, watched, condition.token.lower().removeprefix("0x")
    return source, interval, condition.strategy


def rule_faults(
    *, trigger: TriggerPolicy, cooldown: int, expires: object, channels: Sequence[str], template: str
) -> dict[str, str]:
    """Return what is wrong with the rest of a rule."""
    faults: dict[str, str] = {}
    if cooldown and trigger is not TriggerPolicy.EVERY_TIME:
        faults["cooldown"] = f"cooldown can't be given for {trigger.value}"
    if len(set(channels)) < len(channels):
        faults["channels"] = "channels must name each channel once"
    if (fault := template_fault(template)) is not None:
        faults["template"] = fault
    return faults | time_faults("expires", expires)


def time_faults(name: str, value: object) -> dict[str, str]:
    """Return what is wrong with a time that was given; None is none."""
    try:
        _ = value is None or time_parameter(name, value)
    except ValueError as error:
        return {name: str(error)}
    return {}


def _faults(condition: ConditionParameters, trigger: TriggerPolicy) -> Iterator[Fault]:
    if condition.source in _WITHOUT_CANDLES and trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE:
        yield "source", f"can't be {condition.source.value} for {trigger.value}: it has no candles"
        return
    yield from _interval_faults(condition, trigger)
    yield from choice_faults(condition)
    if condition.source is AlertSource.STRATEGY:
        yield from _signal_faults(condition)
        return
    if looks_at_moments(condition) and named_field(condition) in FIELDS[AlertSource.WALLET]:
        yield from _transfer_faults(condition)
        return
    yield from _operand_faults(condition)
    yield from _bounds_faults(condition)
    if condition.line is not None and condition.operator in LEVEL_OPERATORS:
        yield from _line_faults(condition, condition.line)
    if condition.level_source is not None and condition.operator in LEVEL_OPERATORS:
        at_close = trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE
        yield from level_source_faults(condition, condition.level_source, at_close=at_close)
    if condition.hysteresis:
        yield from _hysteresis_faults(condition)
    yield from _move_faults(condition, trigger)


def _signal_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield what is wrong with how a condition on signals compares their confidence."""
    if condition.operator is not AlertOperator.AT_LEAST:
        yield "operator", f"must be {AlertOperator.AT_LEAST.value} for strategy: a signal is compared to no other"
        return
    yield from _operand_faults(condition)
    if condition.threshold is not None and not 0 <= condition.threshold <= 1:
        yield "threshold", "must be from 0 to 1: it is a confidence"


def _transfer_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield what is wrong with how a condition on transfers, or on a transaction, compares what each of them tells."""
    field = named_field(condition)
    has_happened = field in HAPPENINGS
    if condition.operator not in ({AlertOperator.AT_LEAST} if has_happened else _OF_TRANSFERS):
        known = AlertOperator.AT_LEAST.value if has_happened else "at_least or above"
        yield "operator", f"must be {known} for {field}: each is compared to no other"
        return
    yield from _operand_faults(condition)
    if has_happened and condition.threshold not in {None, 1}:
        yield "threshold", f"must be 1 for {field}, or left out"
    elif condition.threshold is not None and condition.threshold < 0:
        yield "threshold", f"must be at least 0 for {field}"


def useless_operands(condition: ConditionParameters) -> list[str]:
    """Return the operands that are given, but that the operator has no use for."""
    needed = _needed(condition)
    useless = [name for name in _OPERANDS if getattr(condition, name) is not None and name not in needed]
    has_way_back = condition.operator not in EDGE_OPERATORS and not looks_at_moments(condition)
    return useless + (["hysteresis"] if condition.hysteresis and not has_way_back else [])


def is_useless_interval(condition: ConditionParameters, trigger: TriggerPolicy) -> bool:
    """Return whether an interval is given that neither the source nor the trigger asks for."""
    return condition.interval is not None and not _needs_interval(condition, trigger)


def _needs_interval(condition: ConditionParameters, trigger: TriggerPolicy) -> bool:
    return needs_interval(condition.source) or trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE


def _interval_faults(condition: ConditionParameters, trigger: TriggerPolicy) -> Iterator[Fault]:
    if is_useless_interval(condition, trigger):
        yield "interval", f"can't be given for {condition.source.value} and {trigger.value}"
    elif condition.interval is None and _needs_interval(condition, trigger):
        what = condition.source.value if needs_interval(condition.source) else trigger.value
        yield "interval", f"is required for {what}"


def _operand_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield the operands that the operator lacks, and those that it has no use for."""
    operator = condition.operator.value
    needed = () if named_field(condition) in HAPPENINGS else _needed(condition)
    yield from ((name, f"is required for {operator}") for name in needed if getattr(condition, name) is None)
    what = _momentary_words(condition) if looks_at_moments(condition) else operator
    beside = dict.fromkeys(_LEVELS, f"can't be given beside {needed[0]}") if {*needed} & {*_LEVELS[:2]} else {}
    useless = useless_operands(condition)
    yield from ((name, beside.get(name, f"can't be given for {what}")) for name in useless)


def _needed(condition: ConditionParameters) -> tuple[str, ...]:
    if condition.operator in RANGE_OPERATORS:
        return ("lower", "upper")
    if condition.operator not in MOVE_OPERATORS:
        given = [name for name in _LEVELS if getattr(condition, name) is not None]
        return ("threshold",) if not given or looks_at_moments(condition) else (given[0],)
    return ("percent" if condition.amount is None and condition.percent is not None else "amount", "window")


def _bounds_faults(condition: ConditionParameters) -> Iterator[Fault]:
    lower, upper = condition.lower, condition.upper
    if lower is not None and upper is not None and upper <= lower:
        yield "upper", "must be greater than lower"
    elif is_price(condition):
        for name in ("threshold", "upper"):
            yield from _price_faults(name, getattr(condition, name))


def _line_faults(condition: ConditionParameters, line: Line) -> Iterator[Fault]:
    """Yield what is wrong with a line: it is one of prices, from left to right, and no wall."""
    lesser, greater = sorted((line.start.price, line.end.price))
    if not is_price(condition):
        yield "line", "can't be given for what is no price"
    if line.duration < _SHORTEST_LINE_MS:
        yield "line.end.time", f"must be at least {_SHORTEST_LINE_MS} ms after line.start.time"
    if greater > _STEEPEST_LINE * lesser:
        yield "line.end.price", f"must be at most {_STEEPEST_LINE} times line.start.price, or as many times less"


def _price_faults(name: str, bound: Decimal | None) -> Iterator[Fault]:
    if bound is not None and bound <= 0:
        yield name, "must be above 0: it is a price"


def _hysteresis_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield a hysteresis by which no value ever comes back: the rule would fire once, and never count anew."""
    if condition.operator in MOVE_OPERATORS:
        yield from _reach_faults(condition, "amount")
        yield from _reach_faults(condition, "percent")
    elif condition.operator in {AlertOperator.ABOVE, AlertOperator.AT_LEAST} and is_price(condition):
        yield from _reach_faults(condition, "threshold")
        line = condition.line
        if line is not None and condition.hysteresis >= min(line.start.price, line.end.price):
            yield "hysteresis", "must be less than the prices of line"
    elif condition.operator is AlertOperator.OUTSIDE and _is_wide(condition):
        yield "hysteresis", "must be at most half of the range from lower to upper"


def _reach_faults(condition: ConditionParameters, name: str) -> Iterator[Fault]:
    """Yield a hysteresis that reaches from an operand down to zero, which what is compared never falls below."""
    operand = getattr(condition, name)
    if operand is not None and condition.hysteresis >= operand:
        yield "hysteresis", f"must be less than {name}"


def _is_wide(condition: ConditionParameters) -> bool:
    lower, upper = condition.lower, condition.upper
    if lower is None or upper is None or upper <= lower:
        return False
    with localcontext(prec=_DIGITS):
        return lower + condition.hysteresis > upper - condition.hysteresis


def _move_faults(condition: ConditionParameters, trigger: TriggerPolicy) -> Iterator[Fault]:
    if condition.percent is not None and not is_price(condition):
        yield "percent", "can't be given for what may be zero: give an amount"
    at_close = trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE
    if condition.interval is None or condition.window is None or not at_close:
        return
    seconds = seconds_of(condition.interval)
    if seconds > LONGEST_WINDOW_SECONDS:
        yield "interval", f"must be at most 1d for {condition.operator.value} and {trigger.value}"
    elif condition.window < seconds:
        yield "window", f"must be at least {seconds}, the seconds of a candle"


def seconds_of(interval: Interval) -> int:
    """Return how long a candle is; of a month, the first's."""
    return next_open_time(interval, 0) // 1000
