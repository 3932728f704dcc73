"""What a condition measures, as people say it: `RSI(14) on 5m`, `24 h change`. Pure."""

from collections.abc import Mapping

from alerts.conditions.rule import ANY_ACTION, AlertSource, Series
from alerts.rules.series_choice import INDICATORS_ON_PRICE_SCALE, PRICES
from streaming.indicators.catalogue import CATALOGUE
from streaming.numbers import in_plain_notation

_OF_A_DAY = frozenset({"open", "high", "low", "change", "change_percent", "volume", "quote_volume"})
_FIELDS: Mapping[str, str] = {
    "change_percent": "change",
    "quote_volume": "quote volume",
    "unrealized_pnl": "unrealised profit",
}
_IN_PER_CENT = frozenset({"change_percent", "drawdown"})
_IN_QUOTE = PRICES | {"change", "quote_volume", "unrealized_pnl"}
_ONLY_OUTPUT = "value"


def measured(series: Series) -> str:
    """Return what a series is of, without its symbol; of a signal and of what is on a chain, of whom."""
    match series.source:
        case AlertSource.TICKER:
            return f"24 h {_field(series)}" if series.field in _OF_A_DAY else series.field
        case AlertSource.INDICATOR:
            return _on_candles(_indicator(series), series)
        case AlertSource.CANDLE:
            return _on_candles(_field(series), series)
        case AlertSource.STRATEGY:
            advice = "a signal" if series.field == ANY_ACTION else series.field
            return f"{series.strategy or 'a public strategy'} gives {advice}, whose confidence"
        case AlertSource.WALLET:
            asset = f" of {series.token}" if series.token else ""
            return f"{series.field}{asset} of {series.watched} on {series.chain}"
        case _:
            return _field(series)


def unit_of(series: Series, *, base: str = "", quote: str = "") -> str:
    """Return what stands behind a number of a series: ` %`, ` USDT`, or nothing where its field says it all.

    `base` and `quote` are the assets of its symbol; empty where they aren't known.
    """
    unit = "%" if series.field in _IN_PER_CENT else _asset(series, base, quote)
    return f" {unit}" if unit else ""


def _asset(series: Series, base: str, quote: str) -> str:
    """Return in which asset a series is counted: prices in the quote asset, volumes in the base asset."""
    if series.source is AlertSource.INDICATOR:
        return quote if series.indicator in INDICATORS_ON_PRICE_SCALE else ""
    if series.field in _IN_QUOTE:
        return quote
    return base if series.field == "volume" else ""


def _field(series: Series) -> str:
    return _FIELDS.get(series.field, series.field)


def _indicator(series: Series) -> str:
    """Return an indicator with its parameters in its own order, and which of its outputs, where it has several."""
    given = dict(series.parameters)
    order = [parameter.name for parameter in CATALOGUE[series.indicator].parameters]
    numbers = ", ".join(in_plain_notation(given[name]) for name in order if name in given)
    name = f"{series.indicator.upper()}({numbers})"
    return name if series.field in {_ONLY_OUTPUT, series.indicator} else f"{name} {series.field}"


def _on_candles(what: str, series: Series) -> str:
    at_close = " at close" if series.at_close else ""
    return f"{what} on {series.interval.value}{at_close}" if series.interval else what
