"""Which values of a symbol a condition may look at: by source, field, indicator and its parameters. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import structs

from alerts.conditions.rule import TRANSACTION_FIELDS, AlertSource, is_momentary
from alerts.rules.conditions import ConditionParameters, level_of
from streaming.events import WalletField
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
    AlertSource.WALLET: tuple(field.value for field in WalletField),
}
"""What each source has; the first is meant where none is named."""
_OF_WALLETS = ("chain", "address", "token", "tx")
_OF_OTHER_SOURCES: Mapping[AlertSource, tuple[str, ...]] = {
    **dict.fromkeys(AlertSource, ("indicator", "parameters", "strategy", "action", *_OF_WALLETS)),
    AlertSource.INDICATOR: ("strategy", "action", *_OF_WALLETS),
    AlertSource.STRATEGY: ("field", "indicator", "parameters", *_OF_WALLETS),
    AlertSource.WALLET: ("indicator", "parameters", "strategy", "action"),
}
"""What each source has no use for."""
_OF_ALL_HELD = frozenset({"equity", "drawdown"})
"""The fields of a portfolio that are of all that is held, whatever the symbol."""
HAPPENINGS = frozenset({WalletField.FAILED, WalletField.DROPPED})
"""The fields of a wallet that have no amount: 1 once it has happened."""
_AVERAGES_OF_PRICES = frozenset({"sma", "ema", "wma"})
_BANDS_OF_PRICES = frozenset({"bollinger", "donchian"})
"""Around prices, though a lower one may be zero or negative."""
INDICATORS_ON_PRICE_SCALE = _AVERAGES_OF_PRICES | _BANDS_OF_PRICES

Fault = tuple[str, str]


def needs_interval(source: AlertSource) -> bool:
    """Return whether values of that source are of candles of some length."""
    return source in {AlertSource.CANDLE, AlertSource.INDICATOR}


def takes(source: AlertSource, name: str) -> bool:
    """Return whether a condition on that source may say something by the parameter of that name."""
    return name not in _OF_OTHER_SOURCES[source]


def needs_symbol(condition: ConditionParameters) -> bool:
    """Return whether what a condition looks at is of a symbol that must be named.

    Equity and drawdown are of all that its owner holds, an own strategy runs on a symbol that is known, and what is on
    a chain has none.
    """
    if condition.source is AlertSource.WALLET:
        return False
    if condition.source is AlertSource.STRATEGY:
        return not condition.strategy
    return condition.source is not AlertSource.PORTFOLIO or named_field(condition) not in _OF_ALL_HELD


def looks_at_moments(condition: ConditionParameters) -> bool:
    """Return whether a condition looks at values of a moment each."""
    return is_momentary(condition.source, named_field(condition))


def named_field(condition: ConditionParameters) -> str:
    """Return the field of a condition: the source's first where none is given."""
    return condition.field or FIELDS.get(condition.source, ("",))[0]


def is_price(condition: ConditionParameters) -> bool:
    """Return whether what a condition looks at is a price, or an average of prices."""
    if condition.source is AlertSource.INDICATOR:
        return condition.indicator in _AVERAGES_OF_PRICES
    if condition.source is AlertSource.STRATEGY:
        return False
    return named_field(condition) in PRICES


def is_on_price_scale(condition: ConditionParameters) -> bool:
    """Return whether what a condition looks at lies where prices do, so that they can be compared."""
    return is_price(condition) or condition.indicator in _BANDS_OF_PRICES


def lies_among_prices(field: str, indicator: str) -> bool:
    """Return whether values of a stored condition's field, or of its indicator, are written as prices are."""
    return field in PRICES or indicator in INDICATORS_ON_PRICE_SCALE


def choice_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield what is wrong with what tells series of a source apart, each with what follows its path in a sentence."""
    if condition.source is AlertSource.INDICATOR:
        yield from _indicator_faults(condition)
    elif (fields := FIELDS.get(condition.source)) and condition.field and condition.field not in fields:
        yield "field", f"must be one of {' '.join(fields)}"
    for name in _OF_OTHER_SOURCES[condition.source]:
        if getattr(condition, name):
            yield name, f"can't be given for {condition.source.value}"
    if condition.source is AlertSource.WALLET and condition.field in {"", *FIELDS[AlertSource.WALLET]}:
        yield from _wallet_faults(condition)


def completed(condition: ConditionParameters) -> ConditionParameters:
    """Return a condition without faults with its fields and its indicators' parameters spelled out."""
    level = level_of(condition)
    if level is not None and condition.level_source is not None:
        whole = _completed(level)
        level_source = structs.replace(condition.level_source, field=whole.field, parameters=whole.parameters)
        condition = structs.replace(condition, level_source=level_source)
    return _completed(condition)


def _completed(condition: ConditionParameters) -> ConditionParameters:
    if condition.source is AlertSource.STRATEGY:
        return condition
    if condition.source is not AlertSource.INDICATOR:
        field = named_field(condition)
        return structs.replace(condition, field=field, threshold=_happened(field, condition.threshold))
    return structs.replace(
        condition,
        field=check_output(condition.indicator, condition.field),
        parameters=dict(whole_parameters(condition.indicator, condition.parameters)),
    )


def _happened(field: str, threshold: Decimal | None) -> Decimal | None:
    return Decimal(1) if field in HAPPENINGS else threshold


def _wallet_faults(condition: ConditionParameters) -> Iterator[Fault]:
    """Yield what is missing of a wallet or a transaction, and what belongs to the other.

    What happens to transactions is looked at of one of them, or of all that touch a wallet.
    """
    field = named_field(condition)
    is_of_transactions = field in TRANSACTION_FIELDS
    if not condition.chain:
        yield "chain", f"is required for {field}"
    if not is_of_transactions and not condition.address:
        yield "address", f"is required for {field}"
    elif is_of_transactions and not (condition.tx or condition.address):
        yield "tx", f"or address is required for {field}"
    elif is_of_transactions and condition.tx and condition.address:
        yield "address", "can't be given beside tx"
    useless = "token" if is_of_transactions else "tx"
    if getattr(condition, useless):
        yield useless, f"can't be given for {field}"


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
