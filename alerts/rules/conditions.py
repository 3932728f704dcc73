"""A condition as clients write it and as it is kept: the same words, flat. Pure.

Kept are the conditions as JSON with numbers as text, and with every default spelled out, so that a rule means the same
for ever. The symbol, and whether values count at a candle's close only, belong to the rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from alerts.conditions.line import Line
from alerts.conditions.rule import ANY_ACTION, AlertSource, Condition, Series
from alerts.events import AlertOperator
from streaming.commands.parameters import Parameters
from streaming.commands.values import NOT_NEGATIVE, POSITIVE, TRIMMED
from streaming.events import Interval, SignalAction

LONGEST_WINDOW_SECONDS = 86_400
MOST_CONDITIONS = 10
_LONGEST_NAME = 40
_LONGEST_PASTED = 200

Name = Annotated[str, Meta(max_length=_LONGEST_NAME)]
Pasted = Annotated[str, Meta(max_length=_LONGEST_PASTED), TRIMMED]
"""An address or a hash as somebody pastes it."""


class LevelSource(Parameters, frozen=True, kw_only=True):
    """Another series of the same symbol, with whose values those of a condition are compared."""

    source: AlertSource
    interval: Interval | None = None
    field: Name = ""
    indicator: Name = ""
    parameters: dict[str, Decimal] = {}


class ConditionOperands(Parameters, frozen=True, kw_only=True):
    """What a condition takes besides its source and its operator; `window` is in seconds.

    `strategy` is the id of one's own; signals that advise any `action` are meant where none is given. `address` and
    `tx` are a wallet's and a transaction's on `chain`; amounts are of the contract `token`, or of the chain's coin.
    A `line`, or another series as the `level_source`, stands in place of a threshold.
    """

    interval: Interval | None = None
    field: Name = ""
    indicator: Name = ""
    parameters: dict[str, Decimal] = {}
    strategy: Name = ""
    action: SignalAction | None = None
    chain: Name = ""
    address: Pasted = ""
    token: Pasted = ""
    tx: Pasted = ""
    threshold: Decimal | None = None
    line: Line | None = None
    level_source: LevelSource | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    amount: Annotated[Decimal, POSITIVE] | None = None
    percent: Annotated[Decimal, POSITIVE] | None = None
    window: Annotated[int, Meta(ge=1, le=LONGEST_WINDOW_SECONDS)] | None = None
    hysteresis: Annotated[Decimal, NOT_NEGATIVE] = Decimal(0)


class ConditionParameters(ConditionOperands, frozen=True, kw_only=True):
    """One condition: `{source, operator, …}`."""

    source: AlertSource
    operator: AlertOperator


_Kept = Annotated[tuple[ConditionParameters, ...], Meta(min_length=1)]
CONDITION_NAMES = frozenset(ConditionParameters.__struct_fields__)


def operands_of(given: ConditionOperands) -> dict[str, Any]:
    """Return the operands of what may hold more, by name."""
    return {name: getattr(given, name) for name in ConditionOperands.__struct_fields__}


def stored(conditions: Iterable[ConditionParameters]) -> list[dict[str, Any]]:
    """Return conditions as they are kept: without what is empty, with numbers as text."""
    return [_without_empty(msgspec.to_builtins(condition)) for condition in conditions]


def restored(kept: Sequence[Mapping[str, Any]]) -> tuple[ConditionParameters, ...]:
    """Return the conditions that were kept; raise `msgspec.ValidationError` for what isn't any."""
    return msgspec.convert(kept, _Kept)


def evaluated(condition: ConditionParameters, *, symbol: str, at_close: bool, owner: str = "") -> Condition:
    """Return what the evaluator compares; `owner` is the id of the user whose rule it is."""
    level = level_of(condition, at_close=at_close)
    return Condition(
        series=_series(condition, symbol, owner, at_close=at_close),
        operator=condition.operator,
        threshold=condition.threshold,
        line=condition.line,
        level=None if level is None else _series(level, symbol, owner, at_close=at_close),
        lower=condition.lower,
        upper=condition.upper,
        amount=condition.amount,
        percent=condition.percent,
        window_seconds=condition.window,
        hysteresis=condition.hysteresis,
    )


def _series(condition: ConditionParameters, symbol: str, owner: str, *, at_close: bool) -> Series:
    """Return what a condition looks at; the price at a candle's close is that candle's close."""
    if at_close and condition.source is AlertSource.PRICE:
        return Series(
            source=AlertSource.CANDLE, symbol=symbol, field="close", interval=condition.interval, at_close=True
        )
    return Series(
        source=condition.source,
        symbol="" if condition.source is AlertSource.WALLET else symbol,
        field=(condition.action or ANY_ACTION) if condition.source is AlertSource.STRATEGY else condition.field,
        interval=condition.interval,
        indicator=condition.indicator,
        parameters=tuple(sorted(condition.parameters.items())),
        at_close=at_close,
        owner=owner if _is_of_owner(condition) else "",
        strategy=condition.strategy,
        chain=condition.chain,
        watched=(condition.tx or condition.address).lower(),
        token=condition.token.lower(),
    )


def level_of(condition: ConditionParameters, *, at_close: bool = False) -> ConditionParameters | None:
    """Return what looks at the series that a condition is compared with; None where that is none.

    What is judged at a candle's close is compared with a value of the same candle.
    """
    level = condition.level_source
    if level is None:
        return None
    return ConditionParameters(
        source=level.source,
        operator=condition.operator,
        interval=condition.interval if at_close else level.interval,
        field=level.field,
        indicator=level.indicator,
        parameters=level.parameters,
    )


def _is_of_owner(condition: ConditionParameters) -> bool:
    if condition.source is AlertSource.STRATEGY:
        return bool(condition.strategy)
    return condition.source in {AlertSource.PORTFOLIO, AlertSource.WALLET}


def _without_empty(kept: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: _without_empty(value) if name == "level_source" and value else value for name, value in kept.items()}
    return {name: value for name, value in kept.items() if value not in (None, "", {})}
