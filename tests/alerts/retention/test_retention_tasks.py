"""A delivery worker deletes what is old by itself, goes on after its database was away, and keeps what it is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from asgiref.sync import sync_to_async
from django.db import connection, connections
from pytest_django import Settings

from alerts.models import AlertEvent, Delivery, DeliveryState, Notification
from alerts.retention.rules import RETENTION
from alerts.retention.services import BATCH
from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.installed import installed_workers, retention_rules, topic_registry
from streaming.workers.retention_tasks import RetentionTasks
from streaming.workers.worker import WorkerContext
from streaming.workers.worker_runner import work
from tests.alerts.deliveries.notifying import event_of
from tests.alerts.notifications.drafts import rule_of, user
from tests.market.failing_layer import FailingLayer
from tests.waiting import until, until_asked

pytestmark = pytest.mark.django_db(transaction=True)
_MANY = BATCH + 1


@pytest.fixture(autouse=True)
async def _settings(settings: Settings) -> AsyncIterator[None]:
    settings.NOTIFICATIONS_KEPT_DAYS = 90
    settings.ALERTS_FIRINGS_KEPT_DAYS = 30
    settings.ALERTS_FORGET_SECONDS = 0.02
    yield
    await sync_to_async(connections.close_all)()


@sync_to_async
def store(days: float, count: int = 1) -> None:
    """Store notifications that went out so many days ago, and a firing of that time."""
    owner, moment = user(f"user {days}"), datetime.now(UTC) - timedelta(days=days)
    words = {"user": owner, "kind": "alert", "title": f"{days}", "created_at": moment}
    rows = Notification.objects.bulk_create([Notification(seq=seq, **words) for seq in range(1, count + 1)])
    Delivery.objects.bulk_create(
        [Delivery(notification=row, channel="email", state=DeliveryState.SENT, not_before=moment) for row in rows]
    )
    event = event_of(rule_of(owner))
    AlertEvent.objects.filter(pk=event.pk).update(fired_at=moment)


@sync_to_async
def left() -> tuple[int, int, int]:
    """Return how many notifications, deliveries and firings there are."""
    return (Notification.objects.count(), Delivery.objects.count(), AlertEvent.objects.count())


async def test_a_delivery_worker_deletes_what_is_older_than_it_is_kept() -> None:
    await store(91, _MANY)
    await store(89)
    await store(29)
    hub = Hub(FailingLayer(), topic_registry())
    await hub.start()
    working = asyncio.create_task(
        work(
            installed_workers()["deliveries"],
            WorkerContext(hub=hub, clock=SystemClock(), holder="one-1"),
            retention=retention_rules("deliveries"),
        )
    )
    await until_asked(lambda: _is_left(2, 2, 1))
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await hub.stop()


async def test_it_keeps_for_ever_where_it_is_told_to(settings: Settings) -> None:
    settings.NOTIFICATIONS_KEPT_DAYS = 0
    await store(10_000)
    await _forget_until(0)
    assert await left() == (1, 1, 0)
    settings.NOTIFICATIONS_KEPT_DAYS, settings.ALERTS_FIRINGS_KEPT_DAYS = 1, 0
    await store(9_000)
    forgetting = RetentionTasks(RETENTION, clock=SystemClock())
    await forgetting.start()
    await until_asked(lambda: _is_left(0, 0, 1))
    await forgetting.stop()


async def test_it_goes_on_after_the_database_was_away() -> None:
    await store(91)
    await rename("alerts_notification", "elsewhere")
    forgetting = RetentionTasks(RETENTION, clock=SystemClock())
    with structlog.testing.capture_logs() as logs:
        await forgetting.start()
        await until(lambda: [line for line in logs if line["event"] == "no answer; trying again"])
        await rename("elsewhere", "alerts_notification")
        await until(lambda: [line for line in logs if line["event"] == "what was old is deleted"])
    await until_asked(lambda: _is_left(0, 0, 0))
    await forgetting.stop()
    await forgetting.stop()


async def _forget_until(firings: int) -> None:
    forgetting = RetentionTasks(RETENTION, clock=SystemClock())
    await forgetting.start()
    await until_asked(lambda: _firings_are(firings))
    await forgetting.stop()


async def _firings_are(count: int) -> bool:
    return await AlertEvent.objects.acount() == count


async def _is_left(*expected: int) -> bool:
    return await left() == expected


@sync_to_async
def rename(old: str, new: str) -> None:
    """Let a table be known by another name."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(Notification, old, new)
