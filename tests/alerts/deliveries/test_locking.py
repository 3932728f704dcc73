"""Whoever changes several deliveries at once locks them in the one order in which all do, on PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from accounts.models import User
from alerts.deliveries.message import Message
from alerts.deliveries.sending.capacity import DeliveryCapacity
from alerts.deliveries.services import (
    Failed,
    deliveries_claim,
    deliveries_failed,
    deliveries_give_back,
    deliveries_renew,
)
from alerts.deliveries.timing.digests import held_release
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelChoices, Delivery, DeliveryState
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.services import notifications_store
from alerts.preferences.preferences import Channel
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.waiting import until_now

pytestmark = pytest.mark.postgres
_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_HOLDER = "worker"
Messages = Sequence[Message]


def _claimed() -> Messages:
    """Tell a user of two things, and claim both."""
    user = User.objects.create_user("Vera", "vera@example.com")
    drafts = [
        NotificationDraft(
            user_id=user.pk,
            channels=(Channel.WEBSOCKET,),
            kind=NotificationKind.SYSTEM,
            severity=Severity.INFO,
            title=title,
        )
        for title in ("One", "Two")
    ]
    notifications_store(drafts=drafts, now=_NOON)
    claim = deliveries_claim(
        channel=ChannelChoices.WEBSOCKET,
        holder=_HOLDER,
        now=_NOON,
        lease_seconds=30,
        capacity=DeliveryCapacity(most=10, most_each=10),
    )
    messages = sorted(claim.messages, key=lambda message: message.delivery_id)
    _turn_round(messages)
    return messages


def _turn_round(messages: Messages) -> None:
    """Let the table, and its indexes, have the first one behind the second."""
    first, second = (Delivery.objects.filter(pk=message.delivery_id) for message in messages)
    second.update(not_before=_NOON - timedelta(seconds=1))
    first.update(not_before=_NOON)


def _renew(messages: Messages) -> None:
    deliveries_renew(messages=messages, holder=_HOLDER, now=_NOON, lease_seconds=60)


def _fail(messages: Messages) -> None:
    failures = [Failed(message=message, reason="away", wait_seconds=60) for message in reversed(messages)]
    deliveries_failed(failures=failures, holder=_HOLDER, now=_NOON)


def _give_back(messages: Messages) -> None:
    assert deliveries_give_back(holder=_HOLDER) == len(messages)


def _hold_up(messages: Messages) -> None:
    both = [message.delivery_id for message in messages]
    Delivery.objects.filter(pk__in=both).update(state=DeliveryState.WAITING, held=True)
    _turn_round(messages)


def _release(messages: Messages) -> None:
    assert held_release(user_id=messages[0].user_id, now=_NOON)


@pytest.mark.parametrize(
    ("prepare", "change", "expected"),
    [
        (len, _renew, "sending"),
        (len, _fail, "waiting"),
        (len, _give_back, "waiting"),
        (_hold_up, _release, "digested"),
    ],
    ids=["renew", "fail", "give back", "release"],
)
def test_nobody_waits_in_a_circle(
    postgres: PostgresDatabase,
    prepare: Callable[[Messages], object],
    change: Callable[[Messages], None],
    expected: str,
) -> None:
    [messages] = postgres.run(_claimed)
    postgres.run(lambda: prepare(messages))
    first, second = (message.delivery_id for message in messages)
    is_first_locked = Event()

    @transaction.atomic
    def lock_both() -> None:
        Delivery.objects.select_for_update().get(pk=first)
        is_first_locked.set()
        until_now(somebody_waits)
        Delivery.objects.select_for_update().get(pk=second)

    def change_both() -> None:
        assert is_first_locked.wait(30)
        with connection.cursor() as cursor:  # as it may be planned for more rows than two: they are taken as they lie
            cursor.execute("SET enable_indexscan = off")
            cursor.execute("SET enable_bitmapscan = off")
        change(messages)

    postgres.run(lock_both, change_both)
    states = f"SELECT DISTINCT state FROM alerts_delivery WHERE id <= {second:d}"  # noqa: S608 - a number
    assert postgres.query(states) == [(expected,)]
