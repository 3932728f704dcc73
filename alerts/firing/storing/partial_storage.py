"""Storing a batch of firings that the database refuses as a whole, in parts.

It is one transaction still, in which each part is undone by itself: what is stored of a batch is as of one moment.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
import structlog
from django.db import transaction

from alerts.firing.storing.storage import rules_refuse, rules_store, series_store
from alerts.firing.types import Batch, Stored
from streaming.database.partial_storage import store_in_parts
from streaming.workers.fencing import Fence, lease_hold

_LONGEST_REASON = 300

logger = structlog.get_logger(__name__)


@transaction.atomic
def firing_store_in_parts(
    *, batch: Batch, noted_changes: Collection[int], fence: Fence | None, now: datetime
) -> Stored:
    """Store what can be stored of a batch; rules of which something is refused come to be in error, and say why.

    Raise as `firing_store` does where the database is away, or the lease is lost.
    """

    def store_rules(rule_ids: Sequence[int]) -> Stored:
        return rules_store(_part_of(batch, rule_ids), noted_changes=noted_changes, now=now)

    def store_series(keys: Sequence[str]) -> None:
        series_store({key: batch.series[key] for key in keys})

    firing = {fired.firing.rule_id for fired in batch.firings}
    rules = store_in_parts(sorted(batch.updates.keys() | firing), store_rules)
    for rule_id, error in rules.refused.items():
        logger.error("what a rule did can't be stored", rule=rule_id, exc_info=error)
    for key, error in store_in_parts(sorted(batch.series), store_series).refused.items():
        logger.error("the last value of a series can't be stored", series=key, exc_info=error)
    reasons = {rule_id: _reason(error) for rule_id, error in rules.refused.items()}
    rules_refuse(reasons, noted_changes=noted_changes, now=now)
    lease_hold(fence)
    return Stored(
        notifications=sum(part.notifications for part in rules.stored),
        alerts=tuple(alert for part in rules.stored for alert in part.alerts),
        refused=frozenset(rules.refused),
    )


def _part_of(batch: Batch, rule_ids: Collection[int]) -> Batch:
    wanted = frozenset(rule_ids)
    return msgspec.structs.replace(
        batch,
        firings=tuple(fired for fired in batch.firings if fired.firing.rule_id in wanted),
        updates={rule_id: update for rule_id, update in batch.updates.items() if rule_id in wanted},
    )


def _reason(error: Exception) -> str:
    first_line = (str(error).splitlines() or [type(error).__name__])[0]
    return f"What it did can't be stored: {first_line[:_LONGEST_REASON]}"
