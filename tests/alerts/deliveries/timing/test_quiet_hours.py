"""Who is in quiet hours by the time that something would go out has peace, whenever that was planned."""

from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import User
from alerts.deliveries.message import Message
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import deliveries_claim
from alerts.deliveries.timing.digests import held_release
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices, Delivery, Notification, NotificationPreferences
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.notifying import draft_of, tell

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 11, 20, 21, 59, tzinfo=UTC)
NIGHT = EVENING + timedelta(hours=1)
MORNING = datetime(2026, 11, 21, 7, tzinfo=UTC)
SOCKET, EMAIL = ChannelChoices.WEBSOCKET, ChannelChoices.EMAIL


@pytest.fixture
def ada(ada: User) -> User:
    """Return a user who wants quiet from ten to seven."""
    NotificationPreferences.objects.create(user=ada, quiet_start=time(22), quiet_end=time(7))
    return ada


def _claim(channel: ChannelChoices, now: datetime) -> list[Message]:
    capacity = DeliveryCapacity(most=10, most_each=10)
    return deliveries_claim(channel=channel, holder="worker", now=now, lease_seconds=30.0, capacity=capacity).messages


def _waiting() -> list[tuple[str, datetime, bool, int]]:
    rows = Delivery.objects.filter(state="waiting").order_by("pk")
    return [(row.channel, row.not_before, row.held, row.attempts) for row in rows]


def test_it_holds_up_what_nobody_delivered_before_they_began(ada: User) -> None:
    drafts = [draft_of(ada, Channel.WEBSOCKET, kind=NotificationKind.ALERT) for _ in range(2)]
    tell(*drafts, now=EVENING)
    assert _claim(SOCKET, NIGHT) == []
    assert _waiting() == [("websocket", MORNING, True, 0)] * 2
    held_release(user_id=ada.pk, now=MORNING)
    (message,) = _claim(SOCKET, MORNING)
    assert message.notification.title == "In your quiet hours: 2 fired, 0 still true"


def test_it_lets_out_what_is_critical(ada: User) -> None:
    tell(draft_of(ada, Channel.WEBSOCKET, severity=Severity.CRITICAL), now=EVENING)
    assert len(_claim(SOCKET, NIGHT)) == 1


def test_it_holds_up_the_channels_behind_with_the_first_for_one_digest(ada: User) -> None:
    NotificationPreferences.objects.update(escalate=True)
    for _ in range(2):
        tell(draft_of(ada, Channel.WEBSOCKET, Channel.EMAIL), now=EVENING)
    assert (_claim(SOCKET, NIGHT), _claim(EMAIL, NIGHT)) == ([], [])
    assert [held for _, _, held, _ in _waiting()] == [True] * 4
    held_release(user_id=ada.pk, now=MORNING)
    digest = Notification.objects.latest("pk")
    assert [(row.channel, row.state) for row in digest.deliveries.order_by("pk")] == [
        ("websocket", "waiting"),
        ("email", "waiting"),
    ]
    assert Delivery.objects.filter(state="digested").count() == 4
