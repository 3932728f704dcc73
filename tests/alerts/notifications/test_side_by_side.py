"""Notifications that several store and read at the same time, on PostgreSQL."""

import threading
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer
from django.db import transaction

from accounts.models import User
from alerts.events import NotificationKind, Severity
from alerts.notifications.acknowledgement import notifications_acknowledge, notifications_mark_all_read
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.numbering import counters_lock
from alerts.notifications.selectors import unread_count
from alerts.notifications.services import notifications_store
from streaming.commands.command import Command
from streaming.commands.outcome import Outcome, Success
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.identity.identity import Identity
from streaming.installed import command_registry, topic_registry
from streaming.models import CommandRecord
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.streaming.commands.people import context_of
from tests.waiting import until_now

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
            sum(notifications_mark_all_read(user_id=ids[0], now=now))


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


def _stored_for_one() -> int:
    user_id: int = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    draft = NotificationDraft(user_id=user_id, kind=NotificationKind.ALERT, severity=Severity.INFO, title="BTC is up")
    notifications_store(drafts=[draft] * 3, now=datetime.now(UTC))
    return user_id


async def _mark_all_read(user_id: int) -> Outcome:
    identity = Identity(user_id=str(user_id), username="ada", expires_at=2**42)
    hub = Hub(InMemoryChannelLayer(), topic_registry())
    command = Command("1", "notifications.mark_all_read", {})
    return await execute(command_registry(), command, context_of(identity, hub))


def test_the_command_has_read_all_before_the_transaction_of_its_record(postgres: PostgresDatabase) -> None:
    [user_id] = postgres.run(_stored_for_one)
    holds_record = threading.Event()

    @transaction.atomic
    def twin_that_dies() -> None:
        """Hold the command's record until the command waits for it, having read all and let go of the counter."""
        CommandRecord.objects.create(user_id=str(user_id), command_id="1", created_at=datetime.now(UTC))
        holds_record.set()
        until_now(lambda: unread_count(user_id) == 0 and somebody_waits())
        counters_lock([user_id])
        transaction.set_rollback(True)

    def command() -> Outcome | None:
        assert holds_record.wait(20)
        return async_to_sync(_mark_all_read)(user_id)

    assert postgres.run(twin_that_dies, command) == [None, Success({"unread": 0})]
