"""What a firing says: a rule's template with its placeholders filled, or the words of its operator. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal, localcontext

import msgspec

from alerts.conditions.rule import AlertSource, Condition, SignalDetails
from alerts.events import AlertOperator
from streaming.events import WalletField
from streaming.numbers import in_plain_notation
from streaming.times import iso_time

LONGEST_TEMPLATE = 500
_LONGEST_SHOWN = 40
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CENT = Decimal("0.01")
_DIGITS = 200
"""Enough for the quotient of the largest number of the border and the smallest, with two places."""
_UNKNOWN = "unknown"

_DEFAULTS: Mapping[AlertOperator, str] = {
    AlertOperator.ABOVE: "is above {threshold}: {price}",
    AlertOperator.AT_LEAST: "is at least {threshold}: {price}",
    AlertOperator.BELOW: "is below {threshold}: {price}",
    AlertOperator.CROSSING: "has crossed {threshold}: {price}",
    AlertOperator.CROSSING_UP: "has risen through {threshold}: {price}",
    AlertOperator.CROSSING_DOWN: "has fallen through {threshold}: {price}",
    AlertOperator.ENTERING: "has entered its range: {price}",
    AlertOperator.LEAVING: "has left its range: {price}",
    AlertOperator.INSIDE: "is inside its range: {price}",
    AlertOperator.OUTSIDE: "is outside its range: {price}",
    AlertOperator.MOVING_UP: "has risen to {price}",
    AlertOperator.MOVING_DOWN: "has fallen to {price}",
}


_HELD: Mapping[str, str] = {
    "equity": "Your equity",
    "drawdown": "Your drawdown in per cent",
    "unrealized_pnl": "Your unrealised profit on {symbol}",
}
"""Of what the words speak where a rule looks at what its owner holds."""
_ADVICE = "{strategy} says {action} {symbol} at {price}, confidence {confidence}"
"""The words of a signal; its reason follows where it has one."""


_ON_CHAINS: Mapping[str, str] = {
    WalletField.INCOMING: "{price} {asset} came to {wallet} on {chain}, by {tx}",
    WalletField.OUTGOING: "{price} {asset} went from {wallet} on {chain}, by {tx}",
    WalletField.CONFIRMATIONS: "The transaction {tx} on {chain} has so many confirmations: {price}",
    WalletField.FAILED: "The transaction {tx} on {chain} has failed",
    WalletField.DROPPED: "The transaction {tx} on {chain} was dropped",
}
"""The words of what happens on chains, whatever the operator; a balance is compared as other values are."""
_BALANCE = "The balance of {wallet} on {chain} in {asset}"


class TemplateValues(msgspec.Struct, frozen=True, kw_only=True):
    """What placeholders stand for.

    `price` is the value that fired, whatever the rule looks at; `change` is against the value before it; `threshold` is
    the level, or the bound that was passed. `symbol` is empty for all that one holds. `time` is in ms since the epoch.
    Of a signal, `strategy` is its giver's title, and `price` where the market stood. `wallet` is its label, or its
    address; `tx` is a transaction's hash.
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


def default_template(condition: Condition, signal: SignalDetails | None = None) -> str:
    """Return the template of a rule that has none of its own, for what has fired: of whom it speaks, and its words."""
    if signal is not None:
        return f"{_ADVICE}: {{reason}}" if signal.why else _ADVICE
    series = condition.series
    if series.source is AlertSource.WALLET and series.field in _ON_CHAINS:
        return _ON_CHAINS[series.field]
    subjects = {AlertSource.PORTFOLIO: _HELD.get(series.field, ""), AlertSource.WALLET: _BALANCE}
    return f"{subjects.get(series.source, '{symbol}')} {_DEFAULTS[condition.operator]}"


def filled(template: str, values: TemplateValues) -> str:
    """Return the text; `template` has no fault. What there is none of is called unknown."""
    texts = _texts(values)
    return _PLACEHOLDER.sub(lambda found: texts[found.group(1)], template)


def _texts(values: TemplateValues) -> Mapping[str, str]:
    return {
        "symbol": values.symbol or _UNKNOWN,
        "price": in_plain_notation(values.price),
        "threshold": _number(values.threshold),
        "change": _change(values.price, values.previous),
        "time": iso_time(values.time),
        "rule": values.rule,
        "strategy": values.strategy or _UNKNOWN,
        "action": values.action.upper() or _UNKNOWN,
        "confidence": _number(values.confidence),
        "reason": values.reason or _UNKNOWN,
        "wallet": values.wallet or _UNKNOWN,
        "chain": values.chain or _UNKNOWN,
        "asset": values.asset or _UNKNOWN,
        "tx": values.tx or _UNKNOWN,
    }


def _number(value: Decimal | None) -> str:
    return _UNKNOWN if value is None else in_plain_notation(value)


def _change(value: Decimal, previous: Decimal | None) -> str:
    """Return by how many per cent the value is more than the one before, with its sign."""
    if not previous:
        return _UNKNOWN
    with localcontext(prec=_DIGITS):
        percent = ((value - previous) / abs(previous) * 100).quantize(_CENT)
    return f"{percent:+f} %"
