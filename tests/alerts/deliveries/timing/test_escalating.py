"""One channel after the other: each counts from when the one before really went out, and none disturbs quiet hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.message import Message
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import Failed, deliveries_claim, deliveries_failed, deliveries_sent
from alerts.events import Severity
from alerts.models import ChannelChoices, Delivery, NotificationPreferences
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.notifying import draft_of, tell

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PATIENCE = timedelta(seconds=30)
HOUR = timedelta(hours=1)
SOCKET, EMAIL = ChannelChoices.WEBSOCKET, ChannelChoices.EMAIL


@pytest.fixture
def ada(ada: User, settings: Settings) -> User:
    """Return a user who wants one channel after the other."""
    settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS = PATIENCE.total_seconds()
    NotificationPreferences.objects.create(user=ada, escalate=True)
    return ada


def claim(channel: ChannelChoices, now: datetime) -> list[Message]:
    """Claim what is due of a channel."""
    capacity = DeliveryCapacity(most=10, most_each=10)
    return deliveries_claim(channel=channel, holder="worker", now=now, lease_seconds=30.0, capacity=capacity).messages


def sent(messages: list[Message], now: datetime) -> None:
    """Mark as sent."""
    deliveries_sent(messages=messages, holder="worker", now=now)


def failed(messages: list[Message], now: datetime, *, wait: timedelta) -> None:
    """Mark as failed."""
    failures = [Failed(message=one, reason="it failed", wait_seconds=wait.total_seconds()) for one in messages]
    deliveries_failed(failures=failures, holder="worker", now=now)


def wait_of(channel: ChannelChoices, now: datetime) -> tuple[str, timedelta, bool, int]:
    """Return how a channel's delivery waits, and for how long from `now` on."""
    row = Delivery.objects.get(channel=channel)
    return row.state, row.not_before - now, row.held, row.attempts


def test_it_gives_time_to_acknowledge_where_nobody_delivered_for_a_while(ada: User) -> None:
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL), now=NOON)
    later = NOON + HOUR
    assert claim(EMAIL, later) == []  # whichever is asked for first
    assert wait_of(EMAIL, later) == ("waiting", PATIENCE, False, 0)
    (told,) = claim(SOCKET, later)
    sent([told], later + timedelta(seconds=5))
    assert wait_of(EMAIL, later) == ("waiting", PATIENCE + timedelta(seconds=5), False, 0)
    assert len(claim(EMAIL, later + PATIENCE + timedelta(seconds=5))) == 1


def test_it_waits_while_the_channel_before_is_being_tried(ada: User) -> None:
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL), now=NOON)
    assert len(claim(SOCKET, NOON + HOUR)) == 1
    assert claim(EMAIL, NOON + HOUR) == []


def test_it_goes_on_where_the_channel_before_has_failed(ada: User) -> None:
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL), now=NOON)
    failed(claim(SOCKET, NOON), NOON, wait=HOUR)
    assert len(claim(EMAIL, NOON + PATIENCE)) == 1


def test_it_does_not_wait_anew_where_the_channel_before_tells_again(ada: User) -> None:
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL), now=NOON)
    sent(claim(SOCKET, NOON), NOON)
    again = NOON + PATIENCE - timedelta(seconds=1)
    Delivery.objects.filter(channel=SOCKET).update(state="waiting", not_before=again)
    assert len(claim(EMAIL, NOON + PATIENCE)) == 1
    Delivery.objects.filter(channel=EMAIL).update(state="waiting", not_before=NOON + PATIENCE)
    sent(claim(SOCKET, again), again)
    assert wait_of(EMAIL, NOON)[:2] == ("waiting", PATIENCE)


def test_it_holds_back_nobody_who_wants_all_channels_at_once(ada: User) -> None:
    NotificationPreferences.objects.update(escalate=False)
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL), now=NOON)
    assert len(claim(EMAIL, NOON)) == 1
    sent(claim(SOCKET, NOON), NOON)
    assert Delivery.objects.get(channel=SOCKET).state == "sent"


@pytest.mark.parametrize(
    ("severity", "expected"), [(Severity.WARNING, (HOUR, True)), (Severity.CRITICAL, (PATIENCE, False))]
)
def test_it_lets_retries_and_next_channels_wait_for_the_end_of_quiet_hours(
    severity: Severity, expected: tuple[timedelta, bool], ada: User
) -> None:
    begins = NOON + timedelta(seconds=10)
    NotificationPreferences.objects.update(quiet_start=begins.time(), quiet_end=time(13))
    tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL, severity=severity), now=NOON)
    failed(claim(SOCKET, NOON), NOON, wait=PATIENCE)
    assert wait_of(SOCKET, NOON) == ("waiting", *expected, 1)
    Delivery.objects.filter(channel=SOCKET).update(error="", not_before=NOON, held=False)
    Delivery.objects.filter(channel=EMAIL).update(not_before=NOON, held=False)
    sent(claim(SOCKET, NOON), NOON)
    assert wait_of(EMAIL, NOON) == ("waiting", *expected, 0)
