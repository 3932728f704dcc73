"""What follows from a change, wherever it was made.

Of a rule: the evaluator is told, in the same transaction. Of a user's email address: email is switched on again.
"""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from accounts.models import User
from alerts.deliveries.addresses.channel_switches import channels_switch_on
from alerts.models import AlertRule, ChannelChoices, RuleChange
from alerts.models.rules import EVALUATED_FIELDS
from streaming.database.caused_rows import caused_now


@receiver(post_save, sender=AlertRule)
def note_change(instance: AlertRule, update_fields: Collection[str] | None, **_: Any) -> None:
    """Note that a rule was made or changed."""
    if update_fields is None or not set(EVALUATED_FIELDS).issuperset(update_fields):
        RuleChange.objects.create(rule_id=instance.pk, **caused_now())


@receiver(post_delete, sender=AlertRule)
def note_deletion(instance: AlertRule, **_: Any) -> None:
    """Note that a rule has gone."""
    RuleChange.objects.create(rule_id=instance.pk, **caused_now())


@receiver(pre_save, sender=User)
def try_new_address(instance: User, update_fields: Collection[str] | None, **_: Any) -> None:
    """Switch email on again for a user who gets another address: that the old one failed says nothing of it."""
    if update_fields is not None and "email" not in update_fields:
        return
    if User.objects.filter(pk=instance.pk).exclude(email=instance.email).exists():
        channels_switch_on(channels={(instance.pk, ChannelChoices.EMAIL)})
