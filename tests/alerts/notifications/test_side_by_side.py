"""Notifications that several store and read at the same time, on PostgreSQL."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from alerts.events import NotificationKind, Severity
from alerts.notifications.acknowledgement import notifications_acknowledge, notifications_mark_all_read
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from tests.databases.postgres_database import PostgresDatabase

pytestmark = pytest.mark.postgres
STORERS, ROUNDS = 3, 40


def store() -> None:
    """Tell all users again and again, in either order; one of them acknowledges, or reads all."""
    ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(ROUNDS):
        owners, now = ids if number % 2 else ids[::-1], datetime.now(UTC)
        drafts = [
            NotificationDraft(user_id=pk, kind=NotificationKind.ALERT, severity=Severity.CRITICAL, title="BTC is up")
            for pk in owners
        ]
        seen = notifications_store(drafts=drafts, now=now)[0]
        notifications_acknowledge(user_id=seen.user_id, seq=seen.seq, now=now)
        if number % 8 == 7:
            notifications_mark_all_read(user_id=ids[0], now=now)


def test_it_numbers_without_a_gap_and_never_waits_in_a_circle(postgres: PostgresDatabase) -> None:
    postgres.run(*[store] * STORERS)
    total = STORERS * ROUNDS
    numbered = postgres.query(
        "SELECT min(seq), max(seq), count(DISTINCT seq), count(*) FROM alerts_notification GROUP BY user_id"
    )
    deliveries = postgres.query("SELECT channel, count(*) FROM alerts_delivery GROUP BY channel")
    assert set(numbered) == {(1, total, total, total)}
    assert set(postgres.query("SELECT last FROM alerts_notificationcounter")) == {(total,)}
    assert dict(deliveries) == dict.fromkeys(("websocket", "email"), total * len(numbered))
