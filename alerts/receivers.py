"""What follows from a change of a rule, wherever it was made: the evaluator is told, in the same transaction."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from alerts.models import AlertRule, RuleChange

_EVALUATED = frozenset(
    {"state", "state_since", "error", "memory", "firings", "last_fired_at", "last_value", "last_value_at"}
)
"""What the evaluator itself writes: it needs not be told of it."""


@receiver(post_save, sender=AlertRule)
def note_change(instance: AlertRule, update_fields: Collection[str] | None, **_: Any) -> None:
    """Note that a rule was made or changed."""
    if update_fields is None or not _EVALUATED.issuperset(update_fields):
        RuleChange.objects.create(rule_id=instance.pk)


@receiver(post_delete, sender=AlertRule)
def note_deletion(instance: AlertRule, **_: Any) -> None:
    """Note that a rule has gone."""
    RuleChange.objects.create(rule_id=instance.pk)
