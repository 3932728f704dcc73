"""Notifications of a noisy rule, which become one that counts."""

import pytest

from accounts.models import User
from alerts.events import Severity
from alerts.models import AlertRule, Delivery, Notification
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from tests.alerts.notifications.drafts import NOW, after, draft, prefer, rule_of, set_states, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(ada: User) -> AlertRule:
    """Return a rule of Ada's."""
    return rule_of(ada)


def noisy(rule: AlertRule, title: str = "BTC is up", **given: object) -> NotificationDraft:
    """Return one that collapses."""
    return draft(rule.owner, title, rule=rule, collapse=True, **given)  # type: ignore[arg-type]


def told() -> list[tuple[int, str, int]]:
    """Return number, title and count of each notification."""
    return list(Notification.objects.order_by("seq").values_list("seq", "title", "count"))


def test_it_counts_in_the_rules_newest_unread_notification(rule: AlertRule) -> None:
    notifications_store(drafts=[draft(rule.owner, "old", rule=rule), draft(rule.owner, "new", rule=rule)], now=NOW)
    [row] = notifications_store(drafts=[noisy(rule, "newer", body="at 2", data='{"price":2}')], now=after(1))
    assert told() == [(1, "old", 1), (2, "newer (2 times)", 2)]
    assert (row.seq, row.body, row.data, row.created_at) == (2, "at 2", '{"price":2}', NOW)


def test_it_makes_one_where_all_have_been_read(rule: AlertRule) -> None:
    notifications_store(drafts=[draft(rule.owner, rule=rule)], now=NOW)
    Notification.objects.update(read_at=NOW)
    notifications_store(drafts=[noisy(rule), noisy(rule)], now=after(1))
    assert told() == [(1, "BTC is up", 1), (2, "BTC is up (2 times)", 2)]
    assert states(rule.owner) == {(1, "websocket"): "waiting", (2, "websocket"): "waiting"}


def test_it_keeps_rules_apart(ada: User, bob: User) -> None:
    one, other = rule_of(ada), rule_of(bob)
    stored = notifications_store(drafts=[noisy(one), noisy(other), noisy(one), draft(ada)], now=NOW)
    assert [(row.user_id, row.seq, row.count) for row in stored] == [
        (ada.pk, 1, 2),
        (bob.pk, 1, 1),
        (ada.pk, 1, 2),
        (ada.pk, 2, 1),
    ]


def test_it_is_a_notification_of_its_own_without_a_rule(ada: User) -> None:
    notifications_store(drafts=[draft(ada, collapse=True), draft(ada, collapse=True)], now=NOW)
    assert [count for _, _, count in told()] == [1, 1]


def test_it_lets_the_socket_tell_again_now_and_then(rule: AlertRule) -> None:
    prefer(rule.owner, kinds={"alert": ["websocket", "email"]})
    notifications_store(drafts=[noisy(rule)], now=NOW)
    set_states(rule.owner, "sent")
    notifications_store(drafts=[noisy(rule)], now=after(1))
    assert states(rule.owner) == {(1, "websocket"): "waiting", (1, "email"): "sent"}
    assert Delivery.objects.get(channel="websocket").not_before == after(10)
    notifications_store(drafts=[noisy(rule)], now=after(2))
    assert Delivery.objects.get(channel="websocket").not_before == after(10)


def test_it_tells_again_at_once_what_was_told_long_ago(rule: AlertRule) -> None:
    notifications_store(drafts=[noisy(rule)], now=NOW)
    set_states(rule.owner, "acknowledged")
    notifications_store(drafts=[noisy(rule)], now=after(60))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.not_before, delivery.held, delivery.attempts) == ("waiting", after(60), False, 0)


def test_it_waits_for_the_end_of_quiet_hours_before_it_tells_again(rule: AlertRule) -> None:
    notifications_store(drafts=[noisy(rule)], now=NOW)
    set_states(rule.owner, "sent")
    prefer(rule.owner, quiet_start="12:00", quiet_end="13:00")
    notifications_store(drafts=[noisy(rule)], now=after(5))
    delivery = Delivery.objects.get()
    assert (delivery.not_before, delivery.held) == (after(3600), True)


def test_it_takes_the_newest_severity(rule: AlertRule) -> None:
    notifications_store(drafts=[noisy(rule)], now=NOW)
    notifications_store(drafts=[noisy(rule, severity=Severity.CRITICAL)], now=after(1))
    assert Notification.objects.get().severity == "critical"
