"""Claiming what is due, and marking what has become of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from alerts.deliveries.message import Message
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import (
    Failed,
    deliveries_claim,
    deliveries_failed,
    deliveries_give_back,
    deliveries_send_again,
    deliveries_sent,
)
from alerts.deliveries.wake_ups import wake_deliveries_soon
from alerts.models import ChannelChoices, ChannelSwitch, Delivery, DeliveryState, Notification, WebhookTarget
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.notifying import draft_of, hold_all, tell, tell_of_firing

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
LEASE_SECONDS = 30.0
pytestmark = pytest.mark.django_db


def _claim(
    holder: str = "worker",
    *,
    now: datetime = NOW,
    most: int = 10,
    most_each: int = 10,
    taken: Mapping[int, int] | None = None,
) -> list[Message]:
    capacity = DeliveryCapacity(most=most, most_each=most_each, taken=taken or {})
    claimed = deliveries_claim(
        channel=ChannelChoices.WEBSOCKET, holder=holder, now=now, lease_seconds=LEASE_SECONDS, capacity=capacity
    )
    return claimed.messages


def _tell(user: User, count: int = 1) -> list[Notification]:
    return tell(*(draft_of(user, Channel.WEBSOCKET, title=f"{number}") for number in range(count)), now=NOW)


def _only() -> Delivery:
    return Delivery.objects.get()


def test_it_claims_the_oldest_first_and_no_more_than_asked(ada: User) -> None:
    _tell(ada, 3)
    assert [message.notification.title for message in _claim(most=2)] == ["0", "1"]
    assert [message.notification.title for message in _claim("another")] == ["2"]
    assert _claim("a third") == []


def test_it_claims_by_its_channel_only(ada: User) -> None:
    tell(draft_of(ada, Channel.EMAIL), now=NOW)
    assert _claim() == []


def test_it_claims_nothing_before_its_time(ada: User) -> None:
    _tell(ada)
    assert _claim(now=NOW - timedelta(seconds=1)) == []
    assert len(_claim(now=NOW)) == 1


def test_it_claims_nothing_that_is_held_up(ada: User) -> None:
    _tell(ada)
    hold_all(NOW)
    assert _claim() == []


def test_it_claims_what_its_holder_has_not_finished_in_time(ada: User) -> None:
    _tell(ada)
    _claim("crashed")
    almost = NOW + timedelta(seconds=LEASE_SECONDS - 1)
    assert _claim("another", now=almost) == []
    (message,) = _claim("another", now=almost + timedelta(seconds=1))
    assert message.attempts == 2
    assert _only().holder == "another"


def test_it_gives_the_number_of_queries_no_reason_to_grow(ada: User, django_assert_max_num_queries: object) -> None:
    for _ in range(5):
        tell_of_firing(ada, Channel.WEBSOCKET)
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        assert len(_claim(now=datetime.now(UTC))) == 5


def test_it_marks_what_was_sent_once(ada: User) -> None:
    _tell(ada)
    messages = _claim()
    deliveries_sent(messages=messages, holder="worker", now=NOW)
    deliveries_sent(messages=messages, holder="worker", now=NOW + timedelta(seconds=9))
    delivery = _only()
    assert (delivery.state, delivery.sent_at, delivery.lease_until) == (DeliveryState.SENT, NOW, None)


def test_it_leaves_the_marking_to_whoever_holds_it_now(ada: User) -> None:
    _tell(ada)
    late = _claim("late")
    _claim("another", now=NOW + timedelta(seconds=LEASE_SECONDS))
    deliveries_sent(messages=late, holder="late", now=NOW)
    deliveries_failed(failures=[Failed(message=late[0], reason="late")], holder="late", now=NOW)
    assert (_only().state, _only().holder, _only().error) == (DeliveryState.SENDING, "another", "")


def test_it_leaves_alone_what_was_acknowledged_meanwhile(ada: User) -> None:
    _tell(ada)
    messages = _claim()
    Delivery.objects.update(state=DeliveryState.ACKNOWLEDGED)
    deliveries_sent(messages=messages, holder="worker", now=NOW)
    assert _only().state == DeliveryState.ACKNOWLEDGED


def test_it_lets_wait_what_failed(ada: User) -> None:
    _tell(ada)
    failed = Failed(message=_claim()[0], reason="no answer " * 100, wait_seconds=7.5)
    deliveries_failed(failures=[failed], holder="worker", now=NOW)
    delivery = _only()
    assert (delivery.state, delivery.not_before) == (DeliveryState.WAITING, NOW + timedelta(seconds=7.5))
    assert (len(delivery.error), delivery.attempts) == (500, 1)
    assert ChannelSwitch.objects.count() == 0


@pytest.mark.parametrize("wait", [7.5, None])
def test_it_keeps_a_reason_that_is_no_text(wait: float | None, ada: User) -> None:
    _tell(ada)
    failed = Failed(message=_claim()[0], reason="it said \0 and \ud800", wait_seconds=wait, unreachable=wait is None)
    deliveries_failed(failures=[failed], holder="worker", now=NOW)
    assert Delivery.objects.order_by("pk")[0].error == "it said \N{SYMBOL FOR NULL} and ?"
    assert ChannelSwitch.objects.count() == (wait is None)


def test_it_marks_as_dead_what_is_not_tried_again(ada: User) -> None:
    _tell(ada)
    deliveries_failed(failures=[Failed(message=_claim()[0], reason="no answer")], holder="worker", now=NOW)
    assert (_only().state, _only().error) == (DeliveryState.DEAD, "no answer")
    assert ChannelSwitch.objects.count() == 0


def test_it_switches_a_channel_off_once_and_tells_its_user_once(ada: User) -> None:
    WebhookTarget.objects.create(user=ada, url="https://example.com", secret="a secret")
    tell(draft_of(ada, Channel.WEBHOOK), draft_of(ada, Channel.WEBHOOK), now=NOW)
    claimed = deliveries_claim(
        channel=ChannelChoices.WEBHOOK,
        holder="worker",
        now=NOW,
        lease_seconds=LEASE_SECONDS,
        capacity=DeliveryCapacity(most=10, most_each=10),
    )
    failures = [Failed(message=message, reason="it is gone", unreachable=True) for message in claimed.messages]
    deliveries_failed(failures=failures, holder="worker", now=NOW)
    assert ChannelSwitch.objects.get().reason == "it is gone"
    told = Notification.objects.filter(title="Notifications by webhook are switched off").get()
    assert (told.kind, told.severity) == ("system", "warning")
    assert "it is gone" in told.body
    channels = Delivery.objects.filter(notification=told).values_list("channel", flat=True)
    assert set(channels) == {ChannelChoices.WEBSOCKET, ChannelChoices.EMAIL}


def test_it_claims_no_more_of_a_user_than_there_is_room_for(ada: User, bob: User) -> None:
    _tell(ada, 9)
    _tell(bob, 2)
    first = [(message.user_id, message.notification.title) for message in _claim(most=5, most_each=3)]
    assert first == [(ada.pk, "0"), (ada.pk, "1"), (ada.pk, "2"), (bob.pk, "0"), (bob.pk, "1")]
    taken = {ada.pk: 3, bob.pk: 2}
    assert _claim(most=5, most_each=3, taken=taken) == []
    assert [message.notification.title for message in _claim(most=5, most_each=3, taken={ada.pk: 2})] == ["3"]


def test_it_gives_back_what_it_has_not_sent(ada: User) -> None:
    _tell(ada, 2)
    _claim(most=1)
    _claim("another", most=1)
    assert deliveries_give_back(holder="worker") == 1
    assert len(_claim("a third")) == 1


def test_it_cancels_what_is_for_a_deactivated_user(ada: User) -> None:
    _tell(ada)
    ada.is_active = False
    ada.save()
    assert _claim() == []
    assert (_only().state, _only().error) == (DeliveryState.CANCELLED, "the user is deactivated")


def test_it_sends_dead_ones_again_and_switches_their_channel_on(
    ada: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    _tell(ada, 2)
    dead, waiting = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=dead.pk).update(state=DeliveryState.DEAD, attempts=12, error="no answer")
    ChannelSwitch.objects.create(user=ada, channel="websocket", reason="no answer", switched_off_at=NOW)
    later = NOW + timedelta(hours=1)
    with django_capture_on_commit_callbacks() as callbacks:
        assert deliveries_send_again(ids=[dead.pk, waiting.pk], now=later) == {dead.pk}
        assert deliveries_send_again(ids=[dead.pk, waiting.pk], now=later) == frozenset()
    assert callbacks == [wake_deliveries_soon]
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.not_before) == (DeliveryState.WAITING, 0, later)
    assert ChannelSwitch.objects.count() == 0
