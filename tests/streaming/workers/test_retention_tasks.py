"""A gateway deletes old commands and failed logins by itself, and goes on after its database was away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from asgiref.sync import sync_to_async
from axes.models import AccessAttempt
from django.db import connection, connections
from pytest_django import Settings

from streaming.installed import retention_rules
from streaming.models import CommandRecord
from streaming.workers.retention import RetentionRule
from streaming.workers.retention_tasks import RetentionTasks
from tests.manual_clock import ManualClock
from tests.serving import serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


async def remember(command_id: str, created_at: datetime) -> None:
    """Store a record."""
    await CommandRecord.objects.acreate(
        user_id="1", command_id=command_id, fingerprint="f", outcome="{}", created_at=created_at
    )


async def test_a_gateway_forgets_old_commands(settings: Settings) -> None:
    settings.COMMANDS_FORGET_SECONDS = 0.05
    now = datetime.now(UTC)
    await remember("old", now - timedelta(hours=24, seconds=1))
    await remember("young", now - timedelta(hours=23))
    async with serving(with_symbols=False):
        while await CommandRecord.objects.filter(command_id="old").aexists():
            pass
        assert await CommandRecord.objects.filter(command_id="young").aexists()


async def test_a_gateway_forgets_failed_logins_that_count_no_more(settings: Settings) -> None:
    settings.COMMANDS_FORGET_SECONDS = 0.05
    attempt = await AccessAttempt.objects.acreate(username="somebody", failures_since_start=1)
    await AccessAttempt.objects.acreate(username="just now", failures_since_start=1)
    await AccessAttempt.objects.filter(pk=attempt.pk).aupdate(attempt_time=datetime.now(UTC) - timedelta(minutes=16))
    async with serving(with_symbols=False):
        while await AccessAttempt.objects.filter(username="somebody").aexists():
            pass
        assert await AccessAttempt.objects.filter(username="just now").aexists()


async def test_it_goes_on_after_the_database_was_away(clock: ManualClock, settings: Settings) -> None:
    settings.COMMANDS_FORGET_SECONDS = 0.001
    await remember("old", datetime.fromtimestamp(0, UTC))
    forgetting = RetentionTasks(retention_rules(), clock=clock)
    await sync_to_async(rename)("streaming_commandrecord", "elsewhere")
    with structlog.testing.capture_logs() as logs:
        await forgetting.start()
        await until(lambda: [line for line in logs if line["event"] == "no answer; trying again"])
        await sync_to_async(rename)("elsewhere", "streaming_commandrecord")
        await until(lambda: [line for line in logs if line["event"] == "what was old is deleted"])
    await forgetting.stop()
    await forgetting.stop()
    assert not await CommandRecord.objects.aexists()
    await sync_to_async(connections.close_all)()


async def test_a_rule_that_fails_is_logged_and_followed_again(clock: ManualClock, settings: Settings) -> None:
    settings.COMMANDS_FORGET_SECONDS = 0.001
    asked: list[int] = []

    def fail_at_first(*, now_ms: int) -> Iterator[int]:
        asked.append(now_ms)
        if len(asked) == 1:
            raise ValueError("a fault of its own")
        yield 3

    forgetting = RetentionTasks([RetentionRule("old rows", fail_at_first)], clock=clock)
    with structlog.testing.capture_logs() as logs:
        await forgetting.start()
        await until(lambda: [line for line in logs if line["event"] == "what was old is deleted"])
    await forgetting.stop()
    assert [line["what"] for line in logs if line["event"] == "what is old could not be deleted"] == ["old rows"]


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


def rename(old: str, new: str) -> None:
    """Let a table be known by another name."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")
