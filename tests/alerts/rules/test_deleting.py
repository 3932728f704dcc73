"""A rule is deleted with its firings, however many they are, and what was told of them stays."""

from decimal import Decimal
from typing import Any
from weakref import WeakSet

import pytest
from django.db.models.signals import post_init

from alerts.models import AlertEvent, AlertRule, Notification
from alerts.rules.services import rule_delete
from streaming.database.bulk_insert import rows_insert
from tests.alerts.notifications.drafts import NOW, rule_of, user

pytestmark = pytest.mark.django_db


def _fire(rule: AlertRule, times: int) -> list[int]:
    event = {"rule_id": rule.pk, "owner_id": rule.owner_id, "name": "BTC", "symbol": "BTCUSDT", "fired_at": NOW}
    event |= {"source": "price", "operator": "above", "value": Decimal(1)}
    return rows_insert(AlertEvent, [event | {"number": number} for number in range(1, times + 1)])


def test_it_goes_with_thousands_of_firings_of_which_none_is_read() -> None:
    rule, other = rule_of(user("Ada")), rule_of(user("Bob"))
    ids, kept = _fire(rule, 3500), _fire(other, 1)
    told = Notification.objects.create(
        user=rule.owner, seq=1, kind="alert", title="BTC", created_at=NOW, rule=rule, event_id=ids[0]
    )
    loaded, most = WeakSet[AlertEvent](), [0]

    def count(instance: AlertEvent, **_: Any) -> None:
        loaded.add(instance)
        most[0] = max(most[0], len(loaded))

    post_init.connect(count, sender=AlertEvent)
    try:
        rule_delete(rule=rule)
    finally:
        post_init.disconnect(count, sender=AlertEvent)
    assert most[0] == 0
    assert list(AlertEvent.objects.values_list("pk", flat=True)) == kept
    told.refresh_from_db()
    assert (told.title, told.rule_id, told.event_id) == ("BTC", None, None)
