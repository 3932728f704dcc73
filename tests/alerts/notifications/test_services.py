"""Storing notifications: their numbers, and their deliveries by what users prefer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelSwitch, Delivery, Notification, WebhookTarget
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from tests.alerts.notifications.drafts import NOW, after, draft, prefer, rule_of, states

pytestmark = pytest.mark.django_db


def test_it_numbers_each_users_notifications_without_a_gap(ada: User, bob: User) -> None:
    notifications_store(drafts=[draft(ada), draft(bob), draft(ada)], now=NOW)
    notifications_store(drafts=[draft(ada)], now=NOW)
    stored = Notification.objects.order_by("pk").values_list("user__username", "seq")
    assert list(stored) == [("Ada", 1), ("Bob", 1), ("Ada", 2), ("Ada", 3)]


def test_it_returns_the_notification_of_each_draft(ada: User, bob: User) -> None:
    stored = notifications_store(drafts=[draft(bob, "b"), draft(ada, "a")], now=NOW)
    assert [(row.user_id, row.title) for row in stored] == [(bob.pk, "b"), (ada.pk, "a")]
    assert [row.pk for row in stored] == list(Notification.objects.order_by("pk").values_list("pk", flat=True))


def test_it_stores_nothing_of_nothing() -> None:
    assert notifications_store(drafts=[], now=NOW) == []


def test_it_stores_all_that_a_draft_says(ada: User) -> None:
    rule = rule_of(ada)
    data = '{"price":97523.4500}'
    one = draft(ada, "BTC", body="is up", severity=Severity.WARNING, data=data, rule=rule)
    notifications_store(drafts=[one], now=NOW)
    row = Notification.objects.get()
    assert (row.title, row.body, row.data, row.rule, row.count) == ("BTC", "is up", data, rule, 1)
    assert (row.kind, row.severity, row.created_at, row.read_at) == ("alert", "warning", NOW, None)


def test_it_cuts_texts_that_are_too_long(ada: User) -> None:
    notifications_store(drafts=[draft(ada, "t" * 300, body="b" * 3000)], now=NOW)
    row = Notification.objects.get()
    assert (len(row.title), len(row.body), row.title[-1], row.body[-1]) == (200, 2000, "…", "…")


def test_it_makes_a_delivery_for_each_channel(ada: User, bob: User) -> None:
    prefer(ada, kinds={"alert": ["email", "webhook"]})
    WebhookTarget.objects.create(user=ada, url="https://example.com", secret="a secret")
    critical = {"severity": Severity.CRITICAL}
    notifications_store(drafts=[draft(ada, **critical), draft(bob, **critical), draft(bob)], now=NOW)  # type: ignore[arg-type]
    assert states(ada) == {(1, "email"): "waiting", (1, "webhook"): "waiting"}
    assert states(bob) == {(1, "websocket"): "waiting", (1, "email"): "waiting", (2, "websocket"): "waiting"}
    assert set(Delivery.objects.values_list("not_before", "held")) == {(NOW, False)}


def test_it_leaves_out_a_channel_that_is_switched_off(ada: User) -> None:
    ChannelSwitch.objects.create(user=ada, channel="email", reason="No such address", switched_off_at=NOW)
    notifications_store(drafts=[draft(ada, severity=Severity.CRITICAL)], now=NOW)
    assert states(ada) == {(1, "websocket"): "waiting"}


def test_it_holds_deliveries_within_quiet_hours(ada: User) -> None:
    prefer(ada, quiet_start="11:00", quiet_end="14:00", timezone="Europe/Berlin")
    notifications_store(drafts=[draft(ada), draft(ada, severity=Severity.CRITICAL)], now=NOW)
    rows = Delivery.objects.filter(channel="websocket").order_by("pk").values_list("not_before", "held")
    assert list(rows) == [(NOW + timedelta(hours=1), True), (NOW, False)]


def test_it_lets_channels_follow_each_other_where_the_user_wants_that(ada: User, settings: Settings) -> None:
    settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS = 45.0
    prefer(ada, kinds={"order": ["websocket", "email"]}, escalate=True)
    notifications_store(drafts=[draft(ada, kind=NotificationKind.ORDER)], now=NOW)
    rows = Delivery.objects.order_by("pk").values_list("channel", "not_before")
    assert list(rows) == [("websocket", NOW), ("email", after(45))]


@pytest.mark.parametrize("quiet", [("22:00", "22:00", "UTC"), ("22:00", "11:00", "Mars/Olympus"), (None, None, "UTC")])
def test_it_is_not_stopped_by_preferences_that_nobody_could_have_chosen(
    ada: User, quiet: tuple[str | None, str | None, str]
) -> None:
    prefer(ada, kinds={"weather": ["email"], "alert": ["fax", "email"]})
    prefer(ada, quiet_start=quiet[0], quiet_end=quiet[1], timezone=quiet[2])
    notifications_store(drafts=[draft(ada)], now=NOW)
    assert states(ada) == {(1, "email"): "waiting"}


def test_it_asks_the_database_no_more_often_for_many_than_for_one(ada: User, bob: User) -> None:
    rules = [rule_of(ada), rule_of(bob)]

    def queries(count: int) -> int:
        drafts = [draft(owner, rule=rule, collapse=True) for owner, rule in zip((ada, bob), rules, strict=True)]
        drafts += [draft(owner) for owner in (ada, bob)] * count
        with CaptureQueriesContext(
            connection,
        ) as captured:
            notifications_store(drafts=drafts, now=NOW)
        return len(captured)

    queries(1)
    assert queries(1) == queries(40)


def test_it_takes_channels_of_a_rule_before_those_of_the_user(ada: User) -> None:
    prefer(ada, kinds={"alert": ["websocket"]})
    notifications_store(drafts=[draft(ada, channels=(Channel.EMAIL,))], now=NOW)
    assert states(ada) == {(1, "email"): "waiting"}
