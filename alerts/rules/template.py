"""What a firing says by its rule's own template: its placeholders, filled. Pure."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext

import msgspec

from streaming.numbers import in_plain_notation
from streaming.times import iso_time

LONGEST_TEMPLATE = 500
_LONGEST_SHOWN = 40
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CENT = Decimal("0.01")
_DIGITS = 200
"""Enough for the quotient of the largest number of the border and the smallest, with two places."""
_UNKNOWN = "unknown"

WriteNumber = Callable[[Decimal], str]


class TemplateValues(msgspec.Struct, frozen=True, kw_only=True):
    """What placeholders stand for.

    `price` is the value that fired, whatever the rule looks at; `change` is against the value before it; `threshold` is
    the level, or the bound that was passed. `symbol` is empty for all that one holds. `time` is in ms since the epoch.
    Of a signal, `strategy` is its giver's title, and `price` where the market stood. `wallet` is its label, or its
    address; `tx` is a transaction's hash. `base` and `quote` are the symbol's assets; empty where they aren't known.
    `decimals` are those that its prices have at least.
    """

    rule: str
    symbol: str
    price: Decimal
    previous: Decimal | None
    threshold: Decimal | None
    time: int
    strategy: str = ""
    action: str = ""
    confidence: Decimal | None = None
    reason: str = ""
    wallet: str = ""
    chain: str = ""
    asset: str = ""
    tx: str = ""
    base: str = ""
    quote: str = ""
    decimals: int = 0


PLACEHOLDERS = (
    *("symbol", "price", "threshold", "change", "time", "rule"),
    *("strategy", "action", "confidence", "reason"),
    *("wallet", "chain", "asset", "tx"),
)
"""The second row is of signals, the third of wallets and transactions."""


def template_fault(template: str) -> str | None:
    """Return what is wrong with a template, as a sentence about `template`; None where it can be filled."""
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    if unknown:
        known = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        return f"template has an unknown placeholder: {{{unknown[0][:_LONGEST_SHOWN]}}}; known are {known}"
    if re.search("[{}]", _PLACEHOLDER.sub("", template)):
        return "template must use braces for placeholders only, such as {price}"
    return None


def filled(template: str, values: TemplateValues, *, number: WriteNumber = in_plain_notation) -> str:
    """Return the text; `template` has no fault. What there is none of is called unknown; `number` writes numbers."""
    texts = _texts(values, number)
    return _PLACEHOLDER.sub(lambda found: texts[found.group(1)], template)


def _texts(values: TemplateValues, number: WriteNumber) -> Mapping[str, str]:
    return {
        "symbol": values.symbol or _UNKNOWN,
        "price": number(values.price),
        "threshold": _UNKNOWN if values.threshold is None else number(values.threshold),
        "change": _change(values.price, values.previous),
        "time": iso_time(values.time),
        "rule": values.rule,
        "strategy": values.strategy or _UNKNOWN,
        "action": values.action.upper() or _UNKNOWN,
        "confidence": _UNKNOWN if values.confidence is None else number(values.confidence),
        "reason": values.reason or _UNKNOWN,
        "wallet": values.wallet or _UNKNOWN,
        "chain": values.chain or _UNKNOWN,
        "asset": values.asset or _UNKNOWN,
        "tx": values.tx or _UNKNOWN,
    }


def _change(value: Decimal, previous: Decimal | None) -> str:
    """Return by how many per cent the value is more than the one before, with its sign."""
    if not previous:
        return _UNKNOWN
    with localcontext(prec=_DIGITS):
        percent = ((value - previous) / abs(previous) * 100).quantize(_CENT)
    return f"{percent:+f} %"
