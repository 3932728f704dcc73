"""Presence: a worker lives while any of its processes does, and nothing else hangs on it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from streaming.events.system import WorkerLease
from streaming.models import WorkerPresence
from streaming.workers.presence import presence_end, presence_renew, presence_reports, present, processes_present
from tests.manual_clock import ManualClock
from tests.streaming.workers.failing_database import hanging_database
from tests.waiting import until, until_asked

NAME = "deliveries"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BEYOND_ALL_DATES = 10**15
"""Seconds of which no date can be made."""


def later(seconds: float) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def renew(process: str, seconds: float = 0) -> None:
    """Let a process be seen for six seconds, so many seconds after `NOW`."""
    presence_renew(name=NAME, process=process, now=later(seconds), seconds=6)


def report(seconds: float) -> tuple[str, bool]:
    """Return who is told of then, and whether the worker is alive."""
    [told] = presence_reports(now=later(seconds))
    return (told.holder, told.alive)


@pytest.mark.django_db
class TestRows:
    """What is stored, and what is told of it."""

    def test_it_says_nothing_of_a_worker_that_never_ran(self) -> None:
        assert presence_reports(now=NOW) == ()
        assert processes_present(name=NAME, now=NOW) == []

    def test_it_is_alive_until_it_expires_and_again_when_it_is_renewed(self) -> None:
        renew("a")
        assert presence_reports(now=later(2)) == (WorkerLease(name=NAME, holder="a", alive=True, valid_ms=4_000),)
        assert presence_reports(now=later(7.5)) == (WorkerLease(name=NAME, holder="a", alive=False, valid_ms=-1_500),)
        renew("a", 8)
        assert report(9) == ("a", True)
        assert processes_present(name=NAME, now=later(9)) == ["a"]

    def test_it_is_alive_while_any_process_is_and_names_the_one_that_has_been_there_longest(self) -> None:
        for process in ("a", "b", "c"):
            renew(process)
        renew("c", 4)
        renew("b", 5)
        assert processes_present(name=NAME, now=later(7)) == ["b", "c"]
        assert report(7) == ("b", True)
        assert report(10.5) == ("b", True)
        assert report(11) == ("b", False)

    def test_it_is_missed_once_the_last_has_ended_in_order(self) -> None:
        renew("a")
        renew("b")
        presence_end(name=NAME, process="a", now=later(1))
        assert report(2) == ("b", True)
        presence_end(name=NAME, process="b", now=later(2))
        assert report(3) == ("", False)
        renew("c", 60)
        assert report(61) == ("c", True)

    def test_it_names_what_happened_last_of_a_death_and_an_end(self) -> None:
        renew("died")
        renew("ended", 10)
        presence_end(name=NAME, process="ended", now=later(11))
        assert report(12) == ("", False)
        renew("died later", 20)
        assert report(30) == ("died later", False)

    def test_it_is_missed_where_all_died_before_the_clock_went_back(self) -> None:
        renew("a", 3600)
        assert presence_reports(now=NOW) == (WorkerLease(name=NAME, holder="a", alive=False, valid_ms=0),)
        assert processes_present(name=NAME, now=NOW) == []
        renew("b")
        assert report(2) == ("b", True)
        assert processes_present(name=NAME, now=later(2)) == ["b"]

    def test_it_is_alive_again_once_it_is_renewed_after_the_clock_went_back(self) -> None:
        renew("a", 3600)
        renew("a")
        assert report(2) == ("a", True)

    def test_it_forgets_those_that_died_long_ago_once_another_comes(self) -> None:
        renew("died")
        renew("lives", 3_000)
        assert WorkerPresence.objects.filter(process="died").exists()
        renew("comes", 3_700)
        assert set(WorkerPresence.objects.values_list("process", flat=True)) == {"lives", "comes", ""}

    def test_it_keeps_workers_apart(self) -> None:
        renew("a")
        presence_renew(name="another", process="a", now=NOW, seconds=60)
        presence_end(name=NAME, process="a", now=NOW)
        assert [(one.name, one.alive) for one in presence_reports(now=later(1))] == [("another", True), (NAME, False)]

    def test_it_is_alive_where_a_process_of_the_version_before_renews_it(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO streaming_workerpresence (name, process, expires_at) VALUES (%s, %s, %s)",
                [NAME, "old", connection.ops.adapt_datetimefield_value(later(9))],
            )
        assert report(0) == ("old", True)
        assert processes_present(name=NAME, now=NOW) == ["old"]
        assert report(9) == ("old", False)

    def test_it_says_what_it_is(self) -> None:
        renew("a")
        assert sorted(map(str, WorkerPresence.objects.all())) == ["deliveries (a)", "deliveries (no process)"]


@pytest.mark.django_db(transaction=True)
class TestPresent:
    """Being seen while working."""

    @pytest.fixture(autouse=True)
    async def _closed_connections(self) -> AsyncIterator[None]:
        yield
        await sync_to_async(connections.close_all)()

    async def test_it_is_renewed_while_it_lives_and_taken_away_at_the_end(self) -> None:
        async with present(NAME, process="a", seconds=0.3):
            await until_asked(WorkerPresence.objects.filter(process="a").aexists)
            first = (await WorkerPresence.objects.aget(process="a")).expires_at
            await until_asked(WorkerPresence.objects.filter(process="a", expires_at__gt=first).aexists)
        assert not await WorkerPresence.objects.filter(process="a").aexists()

    async def test_it_holds_up_nothing_while_the_database_fails_and_is_seen_again_afterwards(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        await rename("streaming_workerpresence", "elsewhere")
        async with present(NAME, process="a", seconds=0.1):
            await until(lambda: caplog.records)
            await rename("elsewhere", "streaming_workerpresence")
            await until_asked(WorkerPresence.objects.filter(process="a").aexists)
        said = [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]
        assert said == ["no answer; trying again", "it answers again"]

    async def test_it_is_seen_again_after_a_failure_that_nobody_expected(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        clock = ManualClock()
        clock.jump(BEYOND_ALL_DATES)
        async with present(NAME, process="a", seconds=0.1, clock=clock):
            await until(lambda: caplog.records)
            clock.jump(-BEYOND_ALL_DATES)
            await until_asked(WorkerPresence.objects.filter(process="a").aexists)
        said = {record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)}
        assert said == {"the presence of a worker can't be renewed"}
        assert not await WorkerPresence.objects.filter(process="a").aexists()

    async def test_it_delays_neither_work_nor_end_where_the_database_hangs(self) -> None:
        loop = asyncio.get_running_loop()
        async with hanging_database():
            began = loop.time()
            async with present(NAME, process="a", seconds=0.1):
                assert loop.time() - began < 0.5
            assert loop.time() - began < 5

    async def test_it_is_taken_away_where_the_work_fails(self) -> None:
        async def work() -> None:
            async with present(NAME, process="a", seconds=60):
                await until_asked(WorkerPresence.objects.filter(process="a").aexists)
                raise LookupError

        with pytest.raises(LookupError):
            await work()
        assert not await WorkerPresence.objects.filter(process="a").aexists()


@sync_to_async
def rename(old: str, new: str) -> None:
    """Let a table be known by another name."""
    with connection.schema_editor() as editor:
        editor.alter_db_table(WorkerPresence, old, new)
