"""Workers that deliver a notification's channels, one after the other, at the same time, on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]

_TELL = """
from datetime import UTC, datetime, time, timedelta
from django.db import connection
from accounts.models import User
from alerts.deliveries.sending.room import Room
from alerts.deliveries.services import deliveries_claim, deliveries_sent
from alerts.models import ChannelChoices, NotificationPreferences
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from alerts.events import NotificationKind, Severity

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUIET = NOON + timedelta(hours=2)
SOCKET, EMAIL = ChannelChoices.WEBSOCKET, ChannelChoices.EMAIL

def claim(channel, now):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
    room = Room(most=10, most_each=10)
    return deliveries_claim(channel=channel, holder="worker", now=now, lease_seconds=30, room=room).messages
"""
_STORE = """
ada = User.objects.order_by("pk").first()
quiet = {"timezone": "UTC", "quiet_start": time(13), "quiet_end": time(20)}
NotificationPreferences.objects.update_or_create(user=ada, defaults={"escalate": True, **quiet})
words = {"kind": NotificationKind.SYSTEM, "severity": Severity.INFO, "title": "Something"}
channels = (Channel.WEBSOCKET, Channel.EMAIL)
notifications_store(drafts=[NotificationDraft(user_id=ada.pk, channels=channels, **words)], now=NOON)
"""


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the environment of a deployment with a notification that is due by two channels, one after the other."""
    with new_database(need_postgres()) as url:
        environment = {"DATABASE_URL": url, "VAR_DIR": str(tmp_path_factory.mktemp("var"))}
        prepare_database(environment)
        _run(_STORE, environment)
        yield environment


def _run(script: str, environment: dict[str, str]) -> None:
    """Run it to its end; who waits for another's lock fails."""
    with Process.command("shell", "-c", _TELL + script, environment=environment) as process:
        assert process.wait(60) == 0, process.output


@contextmanager
def _claimed_elsewhere(environment: dict[str, str], channel: str) -> Iterator[None]:
    """Lock a channel's delivery as another worker does that claims it at the time."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("SELECT id FROM alerts_delivery WHERE channel = %s FOR UPDATE", (channel,))
        yield


def _states(environment: dict[str, str]) -> list[tuple[str, str, bool]]:
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT channel, state, held FROM alerts_delivery ORDER BY id")
        return [(channel, state, held) for channel, state, held in rows]


def test_it_holds_up_in_quiet_hours_without_waiting_for_who_claims_the_next_channel(database: dict[str, str]) -> None:
    with _claimed_elsewhere(database, "email"):
        _run("assert claim(SOCKET, QUIET) == []", database)
    assert _states(database) == [("websocket", "waiting", True), ("email", "waiting", False)]
    _run("assert claim(EMAIL, QUIET) == []", database)
    assert _states(database) == [("websocket", "waiting", True), ("email", "waiting", True)]


def test_it_marks_as_sent_without_waiting_for_who_claims_the_next_channel(database: dict[str, str]) -> None:
    told = "deliveries_sent(messages=claim(SOCKET, NOON), holder='worker', now=NOON + timedelta(seconds=5))"
    with _claimed_elsewhere(database, "email"):
        _run(told, database)
    assert _states(database) == [("websocket", "sent", False), ("email", "waiting", False)]
