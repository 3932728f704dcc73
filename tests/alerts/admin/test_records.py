"""The admin's pages of firings, notifications and deliveries: read only, but for what can be sent again."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.models import AlertEvent, AlertRule, ChannelSwitch, Delivery, DeliveryState, Notification
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import MakeRule, delivery_of, fire, told

EVENTS = "/admin/alerts/alertevent/"
NOTIFICATIONS = "/admin/alerts/notification/"
DELIVERIES = "/admin/alerts/delivery/"
_ROWS: dict[str, Any] = {EVENTS: AlertEvent, NOTIFICATIONS: Notification, DELIVERIES: Delivery}
CONFIRMED = {"_form_submitted": "True"}


@pytest.fixture
def dead(rule: AlertRule) -> Delivery:
    """Return a delivery that failed for good."""
    return delivery_of(told(fire(rule, value="50001.123456789012345678")), state=DeliveryState.DEAD)


@pytest.mark.parametrize("address", [EVENTS, NOTIFICATIONS, DELIVERIES])
def test_it_lets_nobody_add_change_or_delete_what_happened(administrator: Client, dead: Delivery, address: str) -> None:
    rows: QuerySet[Any] = _ROWS[address].objects.all()
    key = rows.get().pk
    assert administrator.get(address).status_code == 200
    assert administrator.get(f"{address}add/").status_code == 403
    assert administrator.post(f"{address}{key}/change/", {"error": "none"}).status_code == 403
    assert administrator.post(f"{address}{key}/delete/", {"post": "yes"}).status_code == 403
    administrator.post(address, {"action": "delete_selected", "_selected_action": [key], "post": "yes"})
    assert rows.count() == 1


_COMES_ABOUT = "They can\u2019t be added by hand: they are listed here as they come about."


@pytest.mark.parametrize(
    ("address", "title", "says"),
    [
        (EVENTS, "No alert events yet", _COMES_ABOUT),
        (f"{EVENTS}?q=nosuch", "None of the alert events match", "Look with other words or filters."),
        ("/admin/alerts/alertrule/", "No alert rules yet", "Add the first one."),
    ],
)
def test_an_empty_list_says_why_and_what_can_be_done(
    administrator: Client, address: str, title: str, says: str
) -> None:
    page = " ".join(text_of(administrator.get(address)).split())
    assert title in page
    assert says in page
    others = {_COMES_ABOUT, "Look with other words or filters.", "Add the first one."} - {says}
    assert [each for each in others if each in page] == []


@pytest.mark.parametrize("address", [EVENTS, NOTIFICATIONS, DELIVERIES])
def test_it_refuses_staff_without_permission(staff_with: StaffWith, dead: Delivery, address: str) -> None:
    assert staff_with("view_alertrule").get(address).status_code == 403


def test_it_tells_the_whole_history_from_page_to_page(administrator: Client, dead: Delivery) -> None:
    notification = dead.notification
    event = notification.event
    assert event is not None
    page = text_of(administrator.get(f"{EVENTS}{event.pk}/change/"))
    assert "50001.123456789012345678" in page
    assert f"/admin/alerts/alertrule/{event.rule_id}/change/" in page
    assert f"{NOTIFICATIONS}{notification.pk}/change/" in page
    page = text_of(administrator.get(f"{NOTIFICATIONS}{notification.pk}/change/"))
    assert f"{EVENTS}{event.pk}/change/" in page
    assert "550 mailbox unavailable" in page
    assert f"{NOTIFICATIONS}{notification.pk}/change/" in text_of(administrator.get(f"{DELIVERIES}{dead.pk}/change/"))


def test_it_shows_a_notification_that_no_firing_made(administrator: Client, rule: AlertRule) -> None:
    told(fire(rule))
    Notification.objects.update(rule=None, event=None)
    key = Notification.objects.get().pk
    assert "is at" in text_of(administrator.get(f"{NOTIFICATIONS}{key}/change/"))


@pytest.mark.parametrize(
    ("address", "query", "found"),
    [
        (EVENTS, {"symbol_is": "btcusdt"}, 2),
        (EVENTS, {"q": "high"}, 2),
        (EVENTS, {"late__exact": "1"}, 1),
        (EVENTS, {"user_is": "ada"}, 2),
        (EVENTS, {"user_is": "root"}, 0),
        (NOTIFICATIONS, {"q": "is at"}, 2),
        (NOTIFICATIONS, {"user_is": "ADA"}, 2),
        (NOTIFICATIONS, {"read_at__isempty": "0"}, 1),
        (DELIVERIES, {"state__exact": "dead"}, 1),
        (DELIVERIES, {"user_is": "ada"}, 2),
        (DELIVERIES, {"q": "mailbox"}, 1),
        (DELIVERIES, {"channel__exact": "webhook"}, 0),
    ],
)
def test_it_finds_and_filters(
    administrator: Client, rule: AlertRule, address: str, query: dict[str, str], found: int
) -> None:
    delivery_of(told(fire(rule)))
    delivery_of(told(fire(rule, late=True)), state=DeliveryState.DEAD)
    Notification.objects.filter(pk=Notification.objects.latest("pk").pk).update(read_at=timezone.now())
    assert len(administrator.get(address, query).context["cl"].result_list) == found


@pytest.mark.parametrize("address", [EVENTS, NOTIFICATIONS, DELIVERIES])
def test_it_counts_no_long_table_and_asks_no_more_for_more_rows(
    administrator: Client, rule: AlertRule, address: str
) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            administrator.get(address)
        return [query["sql"] for query in queries]

    delivery_of(told(fire(rule)))
    few = asked()
    for _ in range(20):
        delivery_of(told(fire(rule)))
    many = asked()
    assert len(many) == len(few)
    assert not [sql for sql in many if "COUNT(" in sql]


def test_it_sends_a_dead_letter_again(staff_with: StaffWith, dead: Delivery) -> None:
    staff = staff_with("view_delivery", "resend_delivery")
    user = dead.notification.user
    ChannelSwitch.objects.create(user=user, channel=dead.channel, reason=dead.error, switched_off_at=timezone.now())
    assert "Send again?" in text_of(staff.get(f"{DELIVERIES}{dead.pk}/send-again/"))
    answer = staff.post(f"{DELIVERIES}{dead.pk}/send-again/", CONFIRMED)
    assert answer.headers["HX-Redirect"] == f"{DELIVERIES}{dead.pk}/change/"
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.error) == (DeliveryState.WAITING, 0, "550 mailbox unavailable")
    assert abs(dead.not_before - timezone.now()) < timedelta(minutes=1)
    assert not ChannelSwitch.objects.filter(user=user).exists()
    assert LogEntry.objects.get().change_message == "Sent again."


def test_it_sends_only_what_is_dead_again(administrator: Client, dead: Delivery, make_rule: MakeRule) -> None:
    sent = delivery_of(dead.notification, channel="websocket")
    chosen = {"action": "send_selected_again", "_selected_action": [dead.pk, sent.pk]}
    assert "1 of 2 will be sent again" in text_of(administrator.post(DELIVERIES, chosen, follow=True))
    states = {delivery.pk: delivery.state for delivery in Delivery.objects.all()}
    assert states == {dead.pk: DeliveryState.WAITING, sent.pk: DeliveryState.SENT}
    assert "None of them is dead" in text_of(administrator.post(DELIVERIES, chosen, follow=True))
    administrator.post(f"{DELIVERIES}{sent.pk}/send-again/", CONFIRMED)
    assert "It is not dead" in text_of(administrator.get(DELIVERIES))


def test_it_needs_its_own_permission_to_send_again(staff_with: StaffWith, dead: Delivery) -> None:
    staff = staff_with("view_delivery", "change_delivery")
    assert "send-again" not in text_of(staff.get(f"{DELIVERIES}{dead.pk}/change/"))
    assert staff.post(f"{DELIVERIES}{dead.pk}/send-again/", CONFIRMED).status_code == 403
    staff.post(DELIVERIES, {"action": "send_selected_again", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert dead.state == DeliveryState.DEAD


def test_it_answers_that_there_is_no_such_delivery(administrator: Client, dead: Delivery) -> None:
    for key in ("987654", "nonsense"):
        assert administrator.post(f"{DELIVERIES}{key}/send-again/", CONFIRMED).status_code == 404


def test_a_notification_is_found_by_the_correlation_id_that_logs_name(administrator: Client, dead: Delivery) -> None:
    notification, known = dead.notification, "ws_1701806400000_abc123def:order-7"
    Notification.objects.filter(pk=notification.pk).update(correlation_id=known)
    assert known in text_of(administrator.get(f"{NOTIFICATIONS}{notification.pk}/change/"))
    link = f"{NOTIFICATIONS}{notification.pk}/change/"
    assert link in text_of(administrator.get(NOTIFICATIONS, {"q": known}))
    assert link not in text_of(administrator.get(NOTIFICATIONS, {"q": known[:-1]}))
