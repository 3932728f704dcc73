"""A rule is deleted with its firings, however many they are, and what was told of them stays."""

from decimal import Decimal
from typing import Any
from weakref import WeakSet

import pytest
from django.db import connection
from django.db.models.signals import post_init

from alerts.models import AlertEvent, AlertRule, Delivery, Notification
from alerts.rules.deleting import finished_rules_empty, rule_delete, rule_empty, rules_clear_finished
from alerts.rules.services import rule_enable
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


def _told(rule: AlertRule, times: int) -> None:
    """Let a rule have fired, and its owner be told by email of each firing, which waits."""
    Notification.objects.bulk_create(
        Notification(user=rule.owner, seq=seq, kind="alert", title="BTC", created_at=NOW, rule=rule, event_id=event)
        for seq, event in enumerate(_fire(rule, times), start=1)
    )
    of_rule = Notification.objects.filter(rule=rule)
    Delivery.objects.bulk_create(Delivery(notification=one, channel="email", not_before=NOW) for one in of_rule)


def _left(rule: AlertRule) -> tuple[int, int, int]:
    """Return how many notifications and firings a rule has, and of how many something is still to be sent."""
    notifications, firings = Notification.objects.filter(rule=rule), AlertEvent.objects.filter(rule=rule)
    return notifications.count(), firings.count(), Delivery.objects.filter(state="waiting").count()


@pytest.mark.django_db(transaction=True)
def test_what_hangs_on_a_rule_is_taken_from_it_in_portions_while_it_is_switched_off() -> None:
    rule = rule_of(user("Ada"))
    _told(rule, 5)
    steps = rule_empty(rule=rule, now=NOW, limit=2)
    assert (next(steps), _left(rule), connection.in_atomic_block) == (0, (5, 5, 0), False)
    assert AlertRule.objects.get().enabled is False
    assert (next(steps), _left(rule), connection.in_atomic_block) == (2, (3, 5, 0), False)
    assert list(steps) == [2, 1, 2, 2, 1]
    assert _left(rule) == (0, 0, 0)
    rule_delete(rule=rule)
    assert Notification.objects.filter(rule=None, event=None).count() == 5
    assert set(Delivery.objects.values_list("state", "error")) == {("cancelled", "the rule was deleted")}


def test_a_rule_with_little_goes_at_once_and_stays_as_it_is_until_then() -> None:
    rule = rule_of(user("Ada"))
    _told(rule, 2)
    assert list(rule_empty(rule=rule, now=NOW, limit=2)) == []
    assert AlertRule.objects.get().enabled
    rule_delete(rule=rule)
    assert list(rule_empty(rule=rule, now=NOW, limit=2)) == []


def test_deleting_again_goes_on_after_a_death_between_two_portions() -> None:
    rule = rule_of(user("Ada"))
    _told(rule, 5)
    steps = rule_empty(rule=rule, now=NOW, limit=2)
    assert [next(steps), next(steps)] == [0, 2]
    assert list(rule_empty(rule=rule, now=NOW, limit=2)) == [0, 2, 1, 2, 2, 1]


def test_a_rule_that_is_switched_on_meanwhile_keeps_the_rest() -> None:
    rule = rule_of(user("Ada"))
    _told(rule, 5)
    steps = rule_empty(rule=rule, now=NOW, limit=2)
    assert [next(steps), next(steps)] == [0, 2]
    rule_enable(rule=rule, now=NOW)
    assert list(steps) == []
    assert _left(rule) == (3, 5, 0)


def test_rules_that_are_done_are_emptied_in_portions_as_long_as_they_are() -> None:
    rule, other = rule_of(user("Ada")), rule_of(user("Bob"))
    _told(rule, 3)
    _told(other, 3)
    AlertRule.objects.update(state="expired")
    steps = finished_rules_empty(owner_id=rule.owner_id, limit=2)
    assert (next(steps), _left(rule)) == (2, (1, 3, 4))
    assert AlertRule.objects.filter(state="expired", enabled=True).count() == 2  # a repeat finds it again
    assert list(steps) == [1, 2, 1]
    assert (_left(rule), _left(other)) == ((0, 0, 3), (3, 3, 3))
    assert rules_clear_finished(owner_id=rule.owner_id) == 1
    assert list(AlertRule.objects.all()) == [other]


def test_one_that_begins_anew_while_rules_that_are_done_are_emptied_keeps_the_rest() -> None:
    rule = rule_of(user("Ada"))
    _told(rule, 3)
    AlertRule.objects.update(state="expired")
    steps = finished_rules_empty(owner_id=rule.owner_id, limit=2)
    assert next(steps) == 2
    rule_enable(rule=rule, now=NOW)
    assert list(steps) == []
    assert _left(rule)[:2] == (1, 3)
    assert rules_clear_finished(owner_id=rule.owner_id) == 0
