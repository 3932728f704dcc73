"""Users, rules and what came of them, for the tests of the admin's pages of alerts."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from alerts.models import AlertEvent, AlertRule, Delivery, DeliveryState, Notification
from alerts.rules.parameters import RuleParameters
from alerts.rules.services import rule_create
from streaming.commands.parameters import reader_of
from tests.accounts.admin.browsers import administrator, owner, quick_passwords, root, staff_with
from tests.serving import store_symbols

RULE: dict[str, Any] = {
    "name": "High",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "50000.10",
    "trigger": "every_time",
    "cooldown": 60,
}
MakeRule = Callable[..., AlertRule]
__all__ = ["administrator", "owner", "quick_passwords", "root", "staff_with"]
"""The fixtures of others that these tests use."""


@pytest.fixture
def make_rule(owner: User) -> MakeRule:
    """Return what makes a rule of Ada's, with other parameters where they are given."""
    store_symbols()

    def make(**changes: Any) -> AlertRule:
        given = reader_of(RuleParameters)(RULE | changes)
        return rule_create(owner_id=owner.pk, given=given, now=timezone.now())

    return make


@pytest.fixture
def rule(make_rule: MakeRule) -> AlertRule:
    """Return a rule of Ada's that waits for Bitcoin above 50,000.10."""
    return make_rule()


def fire(rule: AlertRule, *, at: datetime | None = None, value: str = "50001.5", late: bool = False) -> AlertEvent:
    """Store that a rule fired."""
    rule.firings += 1
    rule.last_fired_at = at or timezone.now()
    rule.save(update_fields=["firings", "last_fired_at"])
    return AlertEvent.objects.create(
        rule=rule,
        owner=rule.owner,
        number=rule.firings,
        name=rule.name,
        symbol=rule.symbol,
        source=rule.source,
        operator=rule.operator,
        threshold=rule.threshold,
        value=Decimal(value),
        previous=Decimal(50000),
        late=late,
        fired_at=rule.last_fired_at,
    )


def told(event: AlertEvent) -> Notification:
    """Store the notification of a firing."""
    return Notification.objects.create(
        user=event.owner,
        seq=Notification.objects.filter(user=event.owner).count() + 1,
        kind="alert",
        title=f"{event.symbol} is at {event.value}",
        rule=event.rule,
        event=event,
        created_at=event.fired_at,
    )


def delivery_of(
    notification: Notification,
    *,
    state: DeliveryState = DeliveryState.SENT,
    channel: str = "email",
    made: datetime | None = None,
    due: datetime | None = None,
) -> Delivery:
    """Store a notification's delivery by a channel; one that is dead has used up its attempts."""
    is_dead = state is DeliveryState.DEAD
    delivery = Delivery.objects.create(
        notification=notification,
        channel=channel,
        state=state,
        attempts=8 if is_dead else 1,
        not_before=due or timezone.now(),
        error="550 mailbox unavailable" if is_dead else "",
    )
    if made is not None:
        Delivery.objects.filter(pk=delivery.pk).update(created_at=made)
    return delivery
