"""Workers that deliver a notification's channels, one after the other, at the same time, on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest
from django.db import connection

from accounts.models import User
from alerts.deliveries.message import Message
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import deliveries_claim, deliveries_sent
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices, NotificationPreferences
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from tests.databases.postgres_database import PostgresDatabase

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIET = NOON + timedelta(hours=2)
SOCKET, EMAIL = ChannelChoices.WEBSOCKET, ChannelChoices.EMAIL


@pytest.fixture
def database(postgres: PostgresDatabase) -> PostgresDatabase:
    """Return one with a notification that is due by two channels, one after the other."""
    postgres.run(store)
    return postgres


def store() -> None:
    """Tell a user who has quiet hours, and wants the second channel where the first brought nothing."""
    ada = User.objects.order_by("pk").first()
    assert ada is not None
    quiet = {"timezone": "UTC", "quiet_start": time(13), "quiet_end": time(20)}
    NotificationPreferences.objects.update_or_create(user=ada, defaults={"escalate": True, **quiet})
    draft = NotificationDraft(
        user_id=ada.pk,
        channels=(Channel.WEBSOCKET, Channel.EMAIL),
        kind=NotificationKind.SYSTEM,
        severity=Severity.INFO,
        title="Something",
    )
    notifications_store(drafts=[draft], now=NOON)


def claim(channel: ChannelChoices, now: datetime) -> Sequence[Message]:
    """Claim what is due by a channel; who waits for another's lock fails."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
    capacity = DeliveryCapacity(most=10, most_each=10)
    return deliveries_claim(channel=channel, holder="worker", now=now, lease_seconds=30, capacity=capacity).messages


def send() -> None:
    """Claim, and mark as sent."""
    deliveries_sent(messages=claim(SOCKET, NOON), holder="worker", now=NOON + timedelta(seconds=5))


@contextmanager
def claimed_elsewhere(database: PostgresDatabase, channel: str) -> Iterator[None]:
    """Lock a channel's delivery as another worker does that claims it at the time."""
    with psycopg.connect(database.url) as elsewhere:
        elsewhere.execute("SELECT id FROM alerts_delivery WHERE channel = %s FOR UPDATE", (channel,))
        yield


def states(database: PostgresDatabase) -> list[tuple[str, str, bool]]:
    return database.query("SELECT channel, state, held FROM alerts_delivery ORDER BY id")


def test_it_holds_up_in_quiet_hours_without_waiting_for_who_claims_the_next_channel(database: PostgresDatabase) -> None:
    with claimed_elsewhere(database, "email"):
        assert database.run(lambda: claim(SOCKET, QUIET)) == [[]]
    assert states(database) == [("websocket", "waiting", True), ("email", "waiting", False)]
    assert database.run(lambda: claim(EMAIL, QUIET)) == [[]]
    assert states(database) == [("websocket", "waiting", True), ("email", "waiting", True)]


def test_it_marks_as_sent_without_waiting_for_who_claims_the_next_channel(database: PostgresDatabase) -> None:
    with claimed_elsewhere(database, "email"):
        database.run(send)
    assert states(database) == [("websocket", "sent", False), ("email", "waiting", False)]
