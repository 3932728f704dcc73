"""What a firing says where its rule has no template: what was measured, how it moved, by which level, and its value.

Such as `BTCUSDT RSI(14) on 5m crossed above 70: 71.3`, or where the level is another series
`BTCUSDT price crossed above SMA(20) on 5m (95,210.5 USDT): 95,214.2 USDT`. Numbers have separators of thousands, for
people alone read them, and the asset that they count; prices have the decimals of their market. Pure.
"""

from collections.abc import Mapping
from decimal import Context, Decimal

from alerts.conditions.exact_arithmetic import EXACT
from alerts.conditions.line import Line
from alerts.conditions.rule import MOVE_OPERATORS, RANGE_OPERATORS, AlertSource, Condition, Series, SignalDetails
from alerts.events import AlertOperator
from alerts.rules.series_choice import INDICATORS_ON_PRICE_SCALE, lies_among_prices
from alerts.rules.series_text import measured, unit_of
from alerts.rules.template import TemplateValues, filled
from streaming.events import WalletField
from streaming.numbers import with_separators

_VERBS: Mapping[AlertOperator, str] = {
    AlertOperator.ABOVE: "is above",
    AlertOperator.AT_LEAST: "is at least",
    AlertOperator.BELOW: "is below",
    AlertOperator.CROSSING_UP: "crossed above",
    AlertOperator.CROSSING_DOWN: "crossed below",
    AlertOperator.ENTERING: "entered",
    AlertOperator.LEAVING: "left",
    AlertOperator.INSIDE: "is inside",
    AlertOperator.OUTSIDE: "is outside",
    AlertOperator.MOVING_UP: "rose by",
    AlertOperator.MOVING_DOWN: "fell by",
}
_ADVICE = "{strategy} says {action} {symbol} at {price}"
_CONFIDENCE, _REASON = ", confidence {confidence}", ": {reason}"
"""The words of a signal, between which the unit of its price stands; its reason follows where it has one."""
_ON_CHAINS: Mapping[str, str] = {
    WalletField.INCOMING: "{price} {asset} came to {wallet} on {chain}, by {tx}",
    WalletField.OUTGOING: "{price} {asset} went from {wallet} on {chain}, by {tx}",
    WalletField.CONFIRMATIONS: "The transaction {tx} on {chain} has so many confirmations: {price}",
    WalletField.FAILED: "The transaction {tx} on {chain} has failed",
    WalletField.DROPPED: "The transaction {tx} on {chain} was dropped",
}
"""The words of what happens on chains, whatever the operator; a balance is compared as other values are."""
_BALANCE = "The balance of {wallet} on {chain} in {asset}"
_OF_ONESELF = frozenset({"equity", "drawdown"})
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_SIGNIFICANT = Context(prec=6)
"""Of an indicator's value, which comes from binary arithmetic, so many digits are shown at least."""
_ALL_DIGITS = Context(prec=12)
"""All that an indicator's value has."""


def firing_text(condition: Condition, values: TemplateValues, signal: SignalDetails | None = None) -> str:
    """Return what a firing of a condition says; `values` are those that a template would be filled with."""
    if signal is not None:
        return _advice(values, signal)
    series = condition.series
    if series.source is AlertSource.WALLET and series.field in _ON_CHAINS:
        return filled(_ON_CHAINS[series.field], values, number=with_separators)
    value = f"{_shown(series, values.price, values, _digits(condition, values))}{_unit(series, values)}"
    return f"{_subject(condition, values)} {_verb(condition, values)} {_operand(condition, values)}: {value}"


def _advice(values: TemplateValues, signal: SignalDetails) -> str:
    unit = f" {values.quote}" if values.quote else ""
    rest = f"{_CONFIDENCE}{_REASON}" if signal.why else _CONFIDENCE
    advice = filled(_ADVICE, values, number=lambda price: with_separators(price, values.decimals))
    return f"{advice}{unit}{filled(rest, values, number=with_separators)}"


def _unit(series: Series, values: TemplateValues) -> str:
    return unit_of(series, base=values.base, quote=values.quote)


def _subject(condition: Condition, values: TemplateValues) -> str:
    series = condition.series
    if series.source is AlertSource.WALLET:
        return filled(_BALANCE, values)
    if series.source is AlertSource.PORTFOLIO:
        of_symbol = "" if series.field in _OF_ONESELF else f" on {values.symbol}"
        return f"Your {measured(series)}{of_symbol}"
    return f"{values.symbol} {measured(series)}"


def _verb(condition: Condition, values: TemplateValues) -> str:
    """Return how the value moved; what crosses either way has gone the way that its value says."""
    if condition.operator is not AlertOperator.CROSSING:
        return _VERBS[condition.operator]
    rose = values.threshold is None or values.price >= values.threshold
    return _VERBS[AlertOperator.CROSSING_UP if rose else AlertOperator.CROSSING_DOWN]


def _operand(condition: Condition, values: TemplateValues) -> str:
    """Return the level, the range or the move, with its unit."""
    series, unit = condition.series, _unit(condition.series, values)
    if condition.operator in RANGE_OPERATORS and condition.lower is not None and condition.upper is not None:
        lower, upper = (_number(series, bound, values) for bound in (condition.lower, condition.upper))
        return f"{lower} to {upper}{unit}"
    if condition.operator in MOVE_OPERATORS and condition.window_seconds is not None:
        percent, amount = condition.percent, condition.amount or Decimal(0)
        by = f"{_number(series, amount, values)}{unit}" if percent is None else f"{with_separators(percent)} %"
        return f"{by} within {_duration(condition.window_seconds)}"
    if condition.line is not None and values.threshold is not None:
        return f"{_line_text(series, condition.line, values)}{unit}"
    if condition.level is not None and values.threshold is not None:
        level = _shown(condition.level, values.threshold, values, _digits(condition, values))
        return f"{measured(condition.level)} ({level}{_unit(condition.level, values)})"
    return "its level" if values.threshold is None else f"{_number(series, values.threshold, values)}{unit}"


def _line_text(series: Series, line: Line, values: TemplateValues) -> str:
    """Return between which prices a line was drawn, and where it was then, as exactly as it was drawn at least."""
    numbers = (line.start.price, line.end.price, values.price)
    exact = (-int(number.normalize(EXACT).as_tuple().exponent) for number in numbers)
    decimals = max(_least_decimals(series, values), *exact)
    level = _with_decimals(values.threshold or Decimal(0), decimals)
    start, end, then = (_number(series, price, values) for price in (line.start.price, line.end.price, level))
    return f"the line {start} → {end} at {then}"


def _with_decimals(value: Decimal, decimals: int) -> Decimal:
    return EXACT.quantize(value, Decimal(1).scaleb(-decimals))


def _duration(seconds: int) -> str:
    """Return a number of seconds in the largest unit that divides it."""
    length, unit = next((length, unit) for length, unit in _UNITS if seconds % length == 0)
    return f"{seconds // length} {unit}"


def _number(series: Series, value: Decimal, values: TemplateValues) -> str:
    return with_separators(value, _least_decimals(series, values))


def _least_decimals(series: Series, values: TemplateValues) -> int:
    """Return how many decimals a number in the unit of a series has at least: what is a price those of its market."""
    return values.decimals if lies_among_prices(series.field, series.indicator) else 0


def _shown(series: Series, value: Decimal, values: TemplateValues, digits: Context) -> str:
    return _number(series, _rounded(series, value, values, digits), values)


def _rounded(series: Series, value: Decimal, values: TemplateValues, digits: Context) -> Decimal:
    """Return a value as it is shown: that of an indicator in so many digits, among prices no coarser than those."""
    if series.source is not AlertSource.INDICATOR:
        return value
    rounded = digits.create_decimal(value)
    if series.indicator not in INDICATORS_ON_PRICE_SCALE:
        return rounded
    as_price = _with_decimals(value, _least_decimals(series, values))
    return min(rounded, as_price, key=lambda number: int(number.as_tuple().exponent))


def _digits(condition: Condition, values: TemplateValues) -> Context:
    """Return how many digits of indicators are shown: few, where they show which of two series is above the other."""
    if condition.level is None or values.threshold is None:
        return _SIGNIFICANT
    value, level = values.price, values.threshold
    shown = (
        _rounded(condition.series, value, values, _SIGNIFICANT),
        _rounded(condition.level, level, values, _SIGNIFICANT),
    )
    return _SIGNIFICANT if value == level or shown[0].compare(shown[1]) == value.compare(level) else _ALL_DIGITS
