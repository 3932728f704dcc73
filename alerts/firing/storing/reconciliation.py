"""What is stored of a rule that its owner has changed since it was evaluated."""

from datetime import datetime

import msgspec

from alerts.conditions.rule import RuleMemory, TriggerPolicy
from alerts.events import AlertState
from alerts.firing.types import RuleUpdate
from alerts.models import AlertRule


def reconciled(
    update: RuleUpdate, row: AlertRule, *, beginnings: int | None, fired: int, now: datetime
) -> RuleUpdate | None:
    """Return what still counts of `update` as the owner has left the row; None where the rule began anew.

    `beginnings` is how often it had begun anew when it was evaluated, None where that isn't known any more: whether the
    row remembers anything doesn't tell, as that of a rule that has just been made doesn't either. `fired` is the number
    of its newest firing that comes with the update, 0 where none does. What the rule has done counts, or it would do it
    again; whether it is silent is the owner's word; and one that is over isn't, where the owner has allowed it more
    meanwhile.
    """
    if row.beginnings != beginnings:
        return None
    if update.state is AlertState.EXPIRED:
        return update if _is_over(row, fired, now) else _alive(update)
    if AlertState.SNOOZED in {update.state, AlertState(row.state)}:
        return msgspec.structs.replace(update, state=AlertState(row.state))
    return update


def _is_over(row: AlertRule, fired: int, now: datetime) -> bool:
    if row.expires_at is not None and row.expires_at <= now:
        return True
    if row.max_firings is not None and max(row.firings, fired) >= row.max_firings:
        return True
    return row.trigger == TriggerPolicy.ONCE.value and fired > 0


def _alive(update: RuleUpdate) -> RuleUpdate:
    """Return the update of a rule that isn't over after all: it goes on from what its conditions say now."""
    known = update.memory or RuleMemory()
    memory = RuleMemory(holds=known.holds, suppressed=known.suppressed)
    return msgspec.structs.replace(update, state=AlertState.PENDING, memory=memory)
