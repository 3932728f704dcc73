"""Leases: one holder at a time, a token that grows at each change of hands, and a loss that is noticed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import IntegrityError, connection, connections

from streaming.clock import SystemClock
from streaming.events.system import WorkerLease
from streaming.models import Lease
from streaming.workers.leases.lease_metrics import LEASES_LOST, LEASES_TAKEN
from streaming.workers.leases.lease_rows import (
    Vacancy,
    lease_release,
    lease_renew,
    lease_reports,
    lease_take,
    lease_term,
    lease_vacancy,
)
from streaming.workers.leases.leases import held_lease
from streaming.workers.waiting import wait_for
from tests.streaming.workers.failing_database import hanging_database, table_away
from tests.waiting import until, until_asked

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def end_of(name: str) -> datetime:
    """Return when a lease ends by its row."""
    term = lease_term(name=name)
    assert term is not None
    return term.ends


def events_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged, without the fields."""
    return [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]


class BreakableClock(SystemClock):
    """A clock that tells no time of day while it is broken."""

    is_broken = False

    def now_ms(self) -> int:
        """Return the time of day, or fail."""
        if self.is_broken:
            raise OverflowError("out of time")
        return super().now_ms()


class HourlyClock(SystemClock):
    """A clock that finds an hour gone by whenever it is looked at, as one does whose process has stood still."""

    _seconds = 0.0

    def monotonic(self) -> float:
        """Return the seconds."""
        self._seconds += 3600
        return self._seconds


@pytest.mark.django_db
class TestRow:
    """The conditional UPDATEs."""

    def test_it_is_taken_by_one(self) -> None:
        assert lease_take(name="bridge", holder="a", now=NOW, seconds=6) == 1
        assert lease_take(name="bridge", holder="b", now=later(5.9), seconds=6) is None
        assert lease_take(name="other", holder="b", now=NOW, seconds=6) == 1

    def test_it_is_taken_over_once_it_has_expired_with_a_higher_token(self) -> None:
        lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        assert lease_take(name="bridge", holder="b", now=later(6), seconds=6) == 2
        assert not lease_renew(name="bridge", holder="a", token=1, now=later(6), seconds=6)
        assert lease_take(name="bridge", holder="a", now=later(7), seconds=6) is None

    def test_it_is_numbered_behind_all_leases_of_the_same_count(self) -> None:
        of_one_count = ("bridge", "bridge.2", "bridge.3")
        lease_take(name="health", holder="a", now=NOW, seconds=6)
        numbers = [
            lease_take(name=name, holder="a", now=later(at), seconds=6, numbered_with=of_one_count)
            for at, name in ((0, "bridge"), (1, "bridge.2"), (2, "bridge.2"), (6, "bridge"), (7, "bridge.2"))
        ]
        assert numbers == [1, 2, None, 3, 4]
        assert lease_renew(name="bridge", holder="a", token=3, now=later(8), seconds=6)

    def test_it_stays_with_whoever_renews_it(self) -> None:
        token = lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        assert token == 1
        assert lease_renew(name="bridge", holder="a", token=token, now=later(4), seconds=6)
        assert lease_take(name="bridge", holder="b", now=later(9), seconds=6) is None
        assert lease_take(name="bridge", holder="b", now=later(10), seconds=6) == 2

    def test_it_is_told_to_operators_with_its_number_and_how_long_it_still_holds(self) -> None:
        lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        lease_take(name="health", holder="b", now=later(4), seconds=6)
        assert lease_reports(now=later(7.5)) == (
            WorkerLease(name="bridge", holder="a", alive=False, epoch=1, valid_ms=-1_500),
            WorkerLease(name="health", holder="b", alive=True, epoch=1, valid_ms=2_500),
        )

    def test_it_is_told_as_expired_where_it_is_of_before_the_clock_went_back(self) -> None:
        lease_take(name="bridge", holder="a", now=later(3600), seconds=6)
        lease_take(name="health", holder="b", now=later(0.9), seconds=6)
        assert lease_reports(now=NOW) == (
            WorkerLease(name="bridge", holder="a", alive=False, epoch=1, valid_ms=0),
            WorkerLease(name="health", holder="b", alive=True, epoch=1, valid_ms=6_900),
        )
        assert lease_vacancy(name="bridge", now=NOW) is Vacancy.EXPIRED
        lease_renew(name="bridge", holder="a", token=1, now=NOW, seconds=6)
        assert lease_reports(now=later(2))[0].alive
        assert lease_vacancy(name="bridge", now=later(2)) is Vacancy.HELD

    def test_it_is_free_at_once_when_it_is_given_back(self) -> None:
        lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        assert lease_release(name="bridge", holder="a", token=1, now=later(1))
        assert not lease_release(name="bridge", holder="a", token=1, now=later(1))
        assert str(Lease.objects.get()) == "bridge (free, token 1)"
        assert lease_take(name="bridge", holder="a", now=later(1), seconds=6) == 2

    def test_it_is_free_where_it_was_given_back_before_the_clock_went_back(self) -> None:
        lease_take(name="bridge", holder="a", now=later(3600), seconds=6)
        lease_release(name="bridge", holder="a", token=1, now=later(3600))
        assert lease_take(name="bridge", holder="b", now=NOW, seconds=6) == 2

    def test_it_is_taken_over_where_nobody_has_renewed_it_meanwhile(self) -> None:
        lease_take(name="bridge", holder="a", now=later(3600), seconds=6)
        end = end_of("bridge")
        assert lease_take(name="bridge", holder="b", now=NOW, seconds=6) is None
        lease_renew(name="bridge", holder="a", token=1, now=later(3602), seconds=6)
        assert lease_take(name="bridge", holder="b", now=NOW, seconds=6, unrenewed=end) is None
        end = end_of("bridge")
        assert lease_take(name="bridge", holder="b", now=NOW, seconds=6, unrenewed=end) == 2

    def test_it_tells_a_lease_that_expired_from_one_that_nobody_holds(self) -> None:
        assert lease_vacancy(name="bridge", now=NOW) is Vacancy.FREE
        lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        assert lease_vacancy(name="bridge", now=later(5.9)) is Vacancy.HELD
        assert lease_vacancy(name="bridge", now=later(6)) is Vacancy.EXPIRED
        lease_release(name="bridge", holder="a", token=1, now=later(7))
        assert lease_vacancy(name="bridge", now=later(7)) is Vacancy.FREE

    def test_it_cannot_be_given_back_by_a_former_holder(self) -> None:
        lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        lease_take(name="bridge", holder="b", now=later(6), seconds=6)
        assert not lease_release(name="bridge", holder="a", token=1, now=later(7))
        assert Lease.objects.get().holder == "b"

    def test_it_may_be_made_and_held_by_a_process_of_the_version_before(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO streaming_lease (name, holder, token, expires_at) VALUES (%s, %s, %s, %s)",
                ["bridge", "old", 1, connection.ops.adapt_datetimefield_value(later(9))],
            )
        [told] = lease_reports(now=NOW)
        assert (told.holder, told.alive, told.valid_ms) == ("old", True, 9_000)
        assert lease_vacancy(name="bridge", now=NOW) is Vacancy.HELD
        assert lease_take(name="bridge", holder="new", now=later(8.9), seconds=6) is None
        assert lease_take(name="bridge", holder="new", now=later(9), seconds=6) == 2

    def test_it_has_one_row_for_each_name(self) -> None:
        lease_take(name="bridge", holder="a", now=NOW, seconds=6)
        with pytest.raises(IntegrityError):
            Lease.objects.create(name="bridge", expires_at=NOW)


@pytest.mark.django_db(transaction=True)
class TestHeldLease:
    """Holding one while working."""

    @pytest.fixture(autouse=True)
    async def _closed_connections(self) -> AsyncIterator[None]:
        yield
        await sync_to_async(connections.close_all)()

    async def test_it_keeps_the_lease_while_it_is_needed_and_gives_it_back(self) -> None:
        async with held_lease("bridge", holder="a", seconds=0.4, renewal=0.05) as lease:
            row = await Lease.objects.aget()
            assert (row.holder, row.token, lease.token) == ("a", 1, 1)
            first = row.expires_at
            await until_asked(Lease.objects.exclude(expires_at=first).aexists)
            assert not lease.lost.is_set()
        assert (await Lease.objects.aget()).holder == ""

    async def test_it_is_renewed_at_once_where_it_should_have_been_meanwhile(self) -> None:
        async with held_lease("bridge", holder="a", seconds=1e6, renewal=3600, clock=HourlyClock()):
            first = (await Lease.objects.aget()).expires_at
            await until_asked(Lease.objects.exclude(expires_at=first).aexists)

    async def test_it_lets_a_second_stand_by_until_the_first_has_ended(self) -> None:
        async with AsyncExitStack() as stack:
            first = await stack.enter_async_context(held_lease("bridge", holder="a", seconds=0.4, renewal=0.05))
            held: list[int] = []

            async def stand_by() -> None:
                async with held_lease("bridge", holder="b", seconds=0.4, renewal=0.05) as lease:
                    held.append(lease.token)
                    await lease.lost.wait()

            waiting = asyncio.create_task(stand_by())
            done, _ = await asyncio.wait([waiting], timeout=0.6)  # longer than the lease: the first renews
            assert not done
            assert held == []
            assert first.token == 1
            await stack.aclose()
            await until(lambda: held == [2])
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    async def test_what_counts_its_losses_and_turns_is_there_with_0_before_the_first(self) -> None:
        """Of a series that begins with 1 Prometheus' `increase` misses the first."""
        await sync_to_async(lease_take)(name="counted", holder="a", now=datetime.now(UTC), seconds=3600)

        def counted() -> list[float]:
            return [
                sample.value
                for total in (LEASES_TAKEN, LEASES_LOST)
                for sample in total.samples()
                if sample.labels == ("counted",)
            ]

        async def stand_by() -> None:
            async with held_lease("counted", holder="b", seconds=5, renewal=0.05) as lease:
                await lease.lost.wait()

        waiting = asyncio.create_task(stand_by())
        await until(lambda: counted() == [0, 0])
        await sync_to_async(lease_release)(name="counted", holder="a", token=1, now=datetime.now(UTC))
        await until(lambda: counted() == [1, 0])
        await Lease.objects.aupdate(holder="c", token=3)
        await waiting
        assert counted() == [1, 1]

    async def test_it_takes_what_was_given_back_at_once_where_it_is_told(self) -> None:
        given_back, taken = asyncio.Event(), asyncio.Event()

        async def stand_by() -> None:
            async with held_lease("bridge", holder="b", seconds=3600, renewal=1200, given_back=given_back) as lease:
                taken.set()
                await lease.lost.wait()

        async with held_lease("bridge", holder="a", seconds=3600, renewal=1200):
            waiting = asyncio.create_task(stand_by())
            given_back.set()  # a false word costs a look
            assert not await wait_for(taken, 0.3)
        given_back.set()
        assert await wait_for(taken, 30)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    @pytest.mark.parametrize(("newer", "older"), [(0.1, 0.0), (1.5, 0.1)])
    async def test_it_lets_one_that_is_new_for_longer_go_last(self, newer: float, older: float) -> None:
        await sync_to_async(lease_take)(name="bridge", holder="a", now=datetime.now(UTC), seconds=0)
        taken: list[str] = []

        async def take(holder: str, newcomer_for: float) -> None:
            async with held_lease("bridge", holder=holder, seconds=5, renewal=0.2, newcomer_for=lambda: newcomer_for):
                taken.append(holder)

        await asyncio.gather(take("newer", newer), take("older", older))
        assert taken == ["older", "newer"]

    async def test_it_gives_a_newcomer_a_lease_that_nobody_else_wants(self) -> None:
        await sync_to_async(lease_take)(name="bridge", holder="a", now=datetime.now(UTC), seconds=0)
        began = asyncio.get_running_loop().time()
        async with held_lease("bridge", holder="b", seconds=5, renewal=0.2, newcomer_for=lambda: 0.3) as lease:
            assert lease.token == 2
            assert asyncio.get_running_loop().time() - began >= 0.7

    async def test_it_gives_a_newcomer_at_once_what_was_given_back_or_never_had(self) -> None:
        for token in (1, 2):
            async with (
                asyncio.timeout(10),
                held_lease("bridge", holder="b", seconds=30, renewal=60, newcomer_for=lambda: 0.1) as lease,
            ):
                assert lease.token == token

    async def test_it_takes_a_lease_that_seems_to_last_once_it_was_not_renewed_for_the_length_of_its_holder(
        self,
    ) -> None:
        in_an_hour = datetime.now(UTC) + timedelta(hours=1)
        await sync_to_async(lease_take)(name="bridge", holder="a", now=in_an_hour, seconds=0.6)
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(10), held_lease("bridge", holder="b", seconds=0.2, renewal=0.05) as lease:
            assert lease.token == 2
            assert asyncio.get_running_loop().time() - began >= 0.6

    async def test_it_gives_a_newcomer_what_one_held_who_died_before_the_clock_went_back(self) -> None:
        in_an_hour = datetime.now(UTC) + timedelta(hours=1)
        await sync_to_async(lease_take)(name="bridge", holder="a", now=in_an_hour, seconds=0.3)
        newcomer = held_lease("bridge", holder="b", seconds=0.3, renewal=0.05, newcomer_for=lambda: 0.1)
        async with asyncio.timeout(10), newcomer as lease:
            assert lease.token == 2

    async def test_it_counts_as_lost_where_renewing_fails_for_a_reason_of_its_own(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        clock = BreakableClock()
        async with held_lease("bridge", holder="a", seconds=5, renewal=0.05, clock=clock) as lease:
            clock.is_broken = True
            await asyncio.wait_for(lease.lost.wait(), 5)
            clock.is_broken = False
        assert events_of(caplog) == ["the lease is ours", "the lease is renewed no more"]
        assert any(record.exc_info for record in caplog.records)

    async def test_it_stops_the_work_of_whoever_lost_the_lease(self) -> None:
        async with held_lease("bridge", holder="a", seconds=5, renewal=0.05) as lease:
            cancelled = asyncio.Event()

            async def work() -> None:
                try:
                    await asyncio.Event().wait()
                finally:
                    cancelled.set()

            running = asyncio.create_task(lease.run(work()))
            await Lease.objects.aupdate(holder="b", token=2)
            await asyncio.wait_for(running, 5)
            assert cancelled.is_set()
            assert lease.lost.is_set()
        assert (await Lease.objects.aget()).holder == "b"

    async def test_it_counts_as_lost_where_the_database_fails_until_it_has_expired(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with held_lease("bridge", holder="a", seconds=0.5, renewal=0.05) as lease, table_away():
            began = asyncio.get_running_loop().time()
            await asyncio.wait_for(lease.lost.wait(), 10)
            assert asyncio.get_running_loop().time() - began < 1.5
        assert events_of(caplog) == ["the lease is ours", "no answer; trying again", "the lease is lost"]

    async def test_it_may_outlast_a_database_that_fails_and_ends_when_another_has_it(self) -> None:
        lasting = held_lease("bridge", holder="a", seconds=0.3, renewal=0.05, outlasts_outages=True)
        async with lasting as lease:
            async with table_away():
                assert not await wait_for(lease.lost, 1.0)
            safe_until = lease.safe_until
            await until(lambda: lease.safe_until > safe_until)
            async with hanging_database():
                assert not await wait_for(lease.lost, 1.0)
            await until(lambda: lease.safe_until > safe_until + 1.0)
            await Lease.objects.aupdate(holder="b", token=2)
            await asyncio.wait_for(lease.lost.wait(), 5)

    async def test_it_outlasts_a_database_that_fails_for_a_moment(self) -> None:
        async with held_lease("bridge", holder="a", seconds=5, renewal=0.05) as lease:
            async with table_away():
                safe_until = lease.safe_until
                assert not await wait_for(lease.lost, 0.3)
                assert lease.safe_until == safe_until
            await until(lambda: lease.safe_until > safe_until)
            assert not lease.lost.is_set()

    async def test_it_counts_as_lost_where_the_database_hangs_and_delays_nobodys_end(self) -> None:
        loop = asyncio.get_running_loop()
        async with AsyncExitStack() as stack:
            lease = await stack.enter_async_context(held_lease("bridge", holder="a", seconds=0.5, renewal=0.05))
            async with hanging_database():
                began = loop.time()
                await asyncio.wait_for(lease.lost.wait(), 10)
                assert loop.time() - began < 1.5
                await stack.aclose()
                assert loop.time() - began < 5

    async def test_it_waits_for_a_database_that_fails_and_says_why(self, caplog: pytest.LogCaptureFixture) -> None:
        held: list[int] = []

        async def hold() -> None:
            async with held_lease("bridge", holder="a", seconds=5, renewal=0.02) as lease:
                held.append(lease.token)
                await lease.lost.wait()

        async with table_away():
            holding = asyncio.create_task(hold())
            await until(lambda: caplog.records)
            done, _ = await asyncio.wait([holding], timeout=0.2)
            assert not done
        await until(lambda: held == [1])
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        assert events_of(caplog) == ["no answer; trying again", "it answers again", "the lease is ours"]
        assert not any(record.exc_info for record in caplog.records)

    async def test_it_says_once_that_another_holds_the_lease(self, caplog: pytest.LogCaptureFixture) -> None:
        now = datetime.now(tz=UTC)
        await sync_to_async(lease_take)(name="bridge", holder="b", now=now, seconds=0.5)
        async with held_lease("bridge", holder="a", seconds=5, renewal=0.02):
            assert events_of(caplog) == ["another holds the lease; standing by", "the lease is ours"]

    async def test_it_tells_of_the_failure_of_the_work(self) -> None:
        async def work() -> None:
            raise LookupError("broken")

        async with held_lease("bridge", holder="a", seconds=5, renewal=1) as lease:
            with pytest.raises(LookupError, match="broken"):
                await lease.run(work())

    async def test_it_cancels_the_work_when_it_is_cancelled(self) -> None:
        started, cancelled = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        async def hold() -> None:
            async with held_lease("bridge", holder="a", seconds=5, renewal=1) as lease:
                await lease.run(work())

        holding = asyncio.create_task(hold())
        await started.wait()
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        assert cancelled.is_set()
        assert (await Lease.objects.aget()).holder == ""
