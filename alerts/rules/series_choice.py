"""Which values of a symbol a condition may look at: by source, field, indicator and its parameters. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import structs

from alerts.conditions.rule import AlertSource
from alerts.rules.conditions import ConditionParameters
from streaming.indicators.catalogue import CATALOGUE, Indicator, check_output, whole_parameters
from streaming.indicators.errors import IndicatorParametersError

PRICES = frozenset({"price", "bid", "ask", "open", "high", "low", "close"})
"""The fields that are prices, and so never zero or negative."""
FIELDS: Mapping[AlertSource, tuple[str, ...]] = {
    AlertSource.PRICE: ("price",),
    AlertSource.TICKER: (
        *("price", "bid", "ask", "open", "high", "low"),
        *("change", "change_percent", "volume", "quote_volume"),
    ),
    AlertSource.CANDLE: ("close", "open", "high", "low", "volume", "quote_volume", "trades"),
    AlertSource.PORTFOLIO: ("equity", "drawdown", "unrealized_pnl"),
}
"""What each source has; the first is meant where none is named."""
_OF_OTHER_SOURCES: Mapping[AlertSource, tuple[str, ...]] = {
    **dict.fromkeys(AlertSource, ("indicator", "parameters", "strategy", "action")),
    AlertSource.INDICATOR: ("strategy", "action"),
    AlertSource.STRATEGY: ("field", "indicator", "parameters"),
}
"""What each source has no use for."""
_OF_ALL_HELD = frozenset({"equity", "drawdown"})
"""The fields of a portfolio that are of all that is held, whatever the symbol."""
_AVERAGES_OF_PRICES = frozenset({"sma", "ema", "wma"})

Fault = tuple[str, str]


def needs_interval(source: AlertSource) -> bool:
    """Return whether values of that source are of candles of some length."""
    return source in {AlertSource.CANDLE, AlertSource.INDICATOR}


def needs_symbol(condition: ConditionParameters) -> bool:
    """Return whether what a condition looks at is of a symbol that must be named.

    Equity and drawdown are of all that its owner holds, and an own strategy runs on a symbol that is known.
    """
    if condition.source is AlertSource.STRATEGY:
        return not condition.strategy
    field = condition.field or FIELDS.get(condition.source, ("",))[0]
    return condition.source is not AlertSource.PORTFOLIO or field not in _OF_ALL_HELD


def is_price(condition: ConditionParameters) -> bool:
    """Return whether what a condition looks at is a price, or an average of prices."""
    if condition.source is AlertSource.INDICATOR:
        return condition.indicator in _AVERAGES_OF_PRICES
    if condition.source is AlertSource.STRATEGY:
        return False
    return (condition.field or FIELDS[condition.source][0]) in PRICES


def choice_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield what is wrong with what tells series of a source apart, each with what follows its path in a sentence."""
    if condition.source is AlertSource.INDICATOR:
        yield from _indicator_faults(condition)
    elif (fields := FIELDS.get(condition.source)) and condition.field and condition.field not in fields:
        yield "field", f"must be one of {' '.join(fields)}"
    for name in _OF_OTHER_SOURCES[condition.source]:
        if getattr(condition, name):
            yield name, f"can't be given for {condition.source.value}"


def completed(condition: ConditionParameters) -> ConditionParameters:
    """Return a condition without faults with its field and its indicator's parameters spelled out."""
    if condition.source is AlertSource.STRATEGY:
        return condition
    if condition.source is not AlertSource.INDICATOR:
        return structs.replace(condition, field=condition.field or FIELDS[condition.source][0])
    return structs.replace(
        condition,
        field=check_output(condition.indicator, condition.field),
        parameters=dict(whole_parameters(condition.indicator, condition.parameters)),
    )


def _indicator_faults(condition: ConditionParameters) -> Iterator[Fault]:
    if not condition.indicator:
        yield "indicator", "is required for indicator"
    elif condition.indicator not in CATALOGUE:
        yield "indicator", f"must be one of {' '.join(CATALOGUE)}"
    else:
        yield from _output_faults(CATALOGUE[condition.indicator], condition.field)
        yield from _parameter_faults(condition.indicator, condition.parameters)


def _output_faults(indicator: Indicator, field: str) -> Iterator[Fault]:
    if field and field not in indicator.outputs:
        yield "field", f"must be one of {' '.join(indicator.outputs)}"


def _parameter_faults(indicator: str, parameters: Mapping[str, Decimal]) -> Iterator[Fault]:
    known = {parameter.name for parameter in CATALOGUE[indicator].parameters}
    yield from ((f"parameters.{name}", f"is no parameter of {indicator}") for name in parameters if name not in known)
    try:
        whole_parameters(indicator, {name: value for name, value in parameters.items() if name in known})
    except IndicatorParametersError as error:
        yield from ((f"parameters.{name}", what.removeprefix(f"{name} ")) for name, what in error.fields.items())
