"""What a firing says: a rule's template with its placeholders filled, or the words of its operator. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal, localcontext

import msgspec

from alerts.events import AlertOperator
from streaming.times import iso_time

LONGEST_TEMPLATE = 500
_LONGEST_SHOWN = 40
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CENT = Decimal("0.01")
_DIGITS = 200
"""Enough for the quotient of the largest number of the border and the smallest, with two places."""
_UNKNOWN = "unknown"

_DEFAULTS: Mapping[AlertOperator, str] = {
    AlertOperator.ABOVE: "{symbol} is above {threshold}: {price}",
    AlertOperator.BELOW: "{symbol} is below {threshold}: {price}",
    AlertOperator.CROSSING: "{symbol} has crossed {threshold}: {price}",
    AlertOperator.CROSSING_UP: "{symbol} has risen through {threshold}: {price}",
    AlertOperator.CROSSING_DOWN: "{symbol} has fallen through {threshold}: {price}",
    AlertOperator.ENTERING: "{symbol} has entered its range: {price}",
    AlertOperator.LEAVING: "{symbol} has left its range: {price}",
    AlertOperator.INSIDE: "{symbol} is inside its range: {price}",
    AlertOperator.OUTSIDE: "{symbol} is outside its range: {price}",
    AlertOperator.MOVING_UP: "{symbol} has risen to {price}",
    AlertOperator.MOVING_DOWN: "{symbol} has fallen to {price}",
}


class TemplateValues(msgspec.Struct, frozen=True, kw_only=True):
    """What placeholders stand for.

    `price` is the value that fired, whatever the rule looks at; `change` is against the value before it; `threshold` is
    the level, or the bound that was passed. `time` is in ms since the epoch.
    """

    rule: str
    symbol: str
    price: Decimal
    previous: Decimal | None
    threshold: Decimal | None
    time: int


PLACEHOLDERS = ("symbol", "price", "threshold", "change", "time", "rule")


def template_fault(template: str) -> str | None:
    """Return what is wrong with a template, as a sentence about `template`; None where it can be filled."""
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    if unknown:
        known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return f"template has an unknown placeholder: {{{unknown[0][:_LONGEST_SHOWN]}}}; known are {known}"
    if re.search("[{}]", _PLACEHOLDER.sub("", template)):
        return "template must use braces for placeholders only, such as {price}"
    return None


def default_template(operator: AlertOperator) -> str:
    """Return the template of a rule that has none of its own."""
    return _DEFAULTS[operator]


def filled(template: str, values: TemplateValues) -> str:
    """Return the text; `template` has no fault. What there is none of is called unknown."""
    texts = _texts(values)
    return _PLACEHOLDER.sub(lambda found: texts[found.group(1)], template)


def in_plain_notation(number: Decimal) -> str:
    """Return a number as people write it: without exponent, and without zeros that say nothing.

    >>> in_plain_notation(Decimal("97523.4500")), in_plain_notation(Decimal("1E+3"))
    ('97523.45', '1000')
    """
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _texts(values: TemplateValues) -> Mapping[str, str]:
    return {
        "symbol": values.symbol,
        "price": in_plain_notation(values.price),
        "threshold": _UNKNOWN if values.threshold is None else in_plain_notation(values.threshold),
        "change": _change(values.price, values.previous),
        "time": iso_time(values.time),
        "rule": values.rule,
    }


def _change(value: Decimal, previous: Decimal | None) -> str:
    """Return by how many per cent the value is more than the one before, with its sign."""
    if not previous:
        return _UNKNOWN
    with localcontext(prec=_DIGITS):
        percent = ((value - previous) / abs(previous) * 100).quantize(_CENT)
    return f"{percent:+f} %"
