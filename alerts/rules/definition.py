"""What the evaluator reads of a rule's row. Pure: a row is whatever has its columns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from alerts.conditions.rule import Combine, Rule, TriggerPolicy
from alerts.rules.conditions import evaluated, restored
from streaming.times import milliseconds


class RuleRow(Protocol):
    """The columns of a rule that say when it fires."""

    @property
    def pk(self) -> int:
        """The rule's number."""

    @property
    def owner_id(self) -> int:
        """Whose it is."""

    @property
    def symbol(self) -> str:
        """Of which symbol it is."""

    @property
    def conditions(self) -> Sequence[Mapping[str, Any]]:
        """What it compares, as `alerts.rules.conditions` keeps it."""

    @property
    def combine(self) -> str:
        """Whether all or any of them must hold."""

    @property
    def trigger(self) -> str:
        """How often it fires."""

    @property
    def cooldown_seconds(self) -> int:
        """How long it is silent after a firing."""

    @property
    def expires_at(self) -> datetime | None:
        """When it ends by itself."""

    @property
    def max_firings(self) -> int | None:
        """How often it may fire in all."""

    @property
    def firings(self) -> int:
        """How often it has fired."""

    @property
    def snoozed_until(self) -> datetime | None:
        """Until when it is silent."""


def rule_of(row: RuleRow, *, may_use_simulated: bool = False) -> Rule:
    """Return the rule of a row, for the evaluator.

    Raise `ValueError` where its conditions or words can't be read, or where a condition lacks what it compares with, as
    one does that a later version has stored: it is this rule's fault then, and no other's.
    """
    trigger = TriggerPolicy(row.trigger)
    named = {"symbol": row.symbol, "owner": str(row.owner_id)}
    at_close = trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE
    conditions = tuple(evaluated(one, **named, at_close=at_close) for one in restored(row.conditions))
    for condition in conditions:
        condition.operands()  # raises where one is missing
    return Rule(
        id=row.pk,
        conditions=conditions,
        combine=Combine(row.combine),
        trigger=trigger,
        cooldown_seconds=row.cooldown_seconds,
        expires_at=milliseconds_of(row.expires_at),
        firings_left=None if row.max_firings is None else max(0, row.max_firings - row.firings),
        snoozed_until=milliseconds_of(row.snoozed_until),
        may_use_simulated=may_use_simulated,
    )


def milliseconds_of(time: datetime | None) -> int | None:
    """Return an aware time in ms since the epoch, None for None; a part of a millisecond is left out."""
    return None if time is None else milliseconds(time)
