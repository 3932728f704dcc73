"""Old rows that several delete while others read, acknowledge, send again and delete rules, on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from alerts.models import AlertEvent, AlertRule, Delivery, Notification, NotificationCounter
from alerts.notifications.acknowledgement import notifications_acknowledge, notifications_mark_all_read
from alerts.retention.services import firings_forget, notifications_forget
from alerts.rules.deleting import rule_delete
from tests.databases.postgres_database import PostgresDatabase

pytestmark = pytest.mark.postgres
_OLD, _UNSENT, _RULES = 1_500, 7, 100


def _owner() -> User:
    return User.objects.order_by("pk")[0]


def _store() -> None:
    """Store old firings, and their notifications and deliveries."""
    old, owner = datetime.now(UTC) - timedelta(days=100), _owner()
    words = {"name": "a rule", "symbol": "BTCUSDT", "source": "price", "operator": "above"}
    rules = AlertRule.objects.bulk_create([AlertRule(owner=owner, conditions=[], **words) for _ in range(_RULES)])
    events = AlertEvent.objects.bulk_create(
        AlertEvent(rule=rules[number % _RULES], owner=owner, number=number, value=Decimal(1), fired_at=old, **words)
        for number in range(1, _OLD + 1)
    )
    told = {"user": owner, "kind": "alert", "title": "BTC is up", "created_at": old}
    notifications = Notification.objects.bulk_create(
        Notification(seq=event.number, rule=event.rule, event=event, **told) for event in events
    )
    NotificationCounter.objects.create(user=owner, last=_OLD)
    Delivery.objects.bulk_create(
        Delivery(notification=one, channel=channel, state="waiting" if one.seq <= _UNSENT else state, not_before=old)
        for one in notifications
        for channel, state in (("websocket", "sent"), ("email", "dead"))
    )


def _forget() -> None:
    before = datetime.now(UTC) - timedelta(days=90)
    while Notification.objects.count() > _UNSENT or AlertEvent.objects.count() > _UNSENT:
        last: int | None = 0
        while last is not None:
            last = notifications_forget(before=before, after=last, limit=50).last
            firings_forget(before=before, limit=50)


def _read() -> None:
    user_id = _owner().pk
    for number, rule in enumerate(AlertRule.objects.order_by("-pk")[: _RULES - _UNSENT - 1]):
        notifications_acknowledge(user_id=user_id, seq=_OLD - number, now=datetime.now(UTC))
        if number % 10 == 5:
            sum(notifications_mark_all_read(user_id=user_id, now=datetime.now(UTC)))
        rule_delete(rule=rule)


@pytest.mark.timeout(240)
def test_it_deletes_what_is_old_and_holds_up_nobody(postgres: PostgresDatabase) -> None:
    postgres.run(_store)
    postgres.run(_forget, _forget, _read)
    left = postgres.query("SELECT min(seq), max(seq), count(*) FROM alerts_notification")
    states = postgres.query("SELECT state, count(*) FROM alerts_delivery GROUP BY state")
    assert left == [(1, _UNSENT, _UNSENT)]
    assert sum(count for _, count in states) == 2 * _UNSENT
