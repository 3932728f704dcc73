"""What can be wrong with a level that is another series. Pure."""

from collections.abc import Iterator

from alerts.conditions.rule import AlertSource
from alerts.rules.conditions import ConditionParameters, LevelSource, evaluated, level_of
from alerts.rules.series_choice import choice_faults, completed, is_on_price_scale, needs_interval

LEVEL_SOURCES = (AlertSource.PRICE, AlertSource.TICKER, AlertSource.CANDLE, AlertSource.INDICATOR)
"""Those of a symbol's market, which have a number all the time: they are compared with each other alone."""

_Fault = tuple[str, str]


def level_source_faults(condition: ConditionParameters, level: LevelSource, *, at_close: bool) -> Iterator[_Fault]:
    """Yield what is wrong with the series that a condition is compared with, each as a parameter and what of it.

    `at_close` where the rule is judged when candles close.
    """
    if condition.source not in LEVEL_SOURCES:
        yield "level_source", f"can't be given for {condition.source.value}"
        return
    if level.source not in LEVEL_SOURCES:
        yield "level_source.source", f"must be one of {' '.join(LEVEL_SOURCES)}: only these are of the symbol's market"
        return
    faults = [*_interval_faults(condition, level, at_close=at_close), *_choice_faults(condition)]
    yield from ((f"level_source.{name}", what) for name, what in faults)
    if not faults and not [*choice_faults(condition)]:
        yield from _comparison_faults(condition, at_close=at_close)


def _interval_faults(condition: ConditionParameters, level: LevelSource, *, at_close: bool) -> Iterator[_Fault]:
    if not needs_interval(level.source):
        if level.interval is not None:
            yield "interval", f"can't be given for {level.source.value}"
    elif level.interval is None:
        yield "interval", f"is required for {level.source.value}"
    elif at_close and condition.interval not in {None, level.interval}:
        yield "interval", f"must be {condition.interval}, as interval is: both are judged at the same candle's close"


def _choice_faults(condition: ConditionParameters) -> Iterator[_Fault]:
    level = level_of(condition)
    if level is not None:
        yield from choice_faults(level)


def _comparison_faults(condition: ConditionParameters, *, at_close: bool) -> Iterator[_Fault]:
    """Yield that two series are the same, or so different that neither ever reaches the other."""
    compared = evaluated(completed(condition), symbol="", at_close=at_close)
    level = level_of(condition)
    if compared.series == compared.level:
        yield "level_source", "must be another series than that which is compared with it"
    elif level is not None and is_on_price_scale(condition) is not is_on_price_scale(level):
        is_of_prices = is_on_price_scale(condition)
        what = "must be a price, or an average or a band of prices" if is_of_prices else "can't be of prices"
        yield "level_source", f"{what}, as what is compared with it {'is' if is_of_prices else 'is none'}"
