"""The deployment's health: told once, by whoever may, through the loss of a gateway and of the database."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from pytest_django import Settings

from streaming.clock import Clock, SystemClock
from streaming.events import Envelope
from streaming.events.system import GatewaysUpdate, HealthStatus, PartStatus, SystemHealth
from streaming.fan_out.hub import Hub
from streaming.gateway.deployment.health_publisher import LEASE_NAME, HealthPublisher
from streaming.gateway.deployment.layer_echo import LayerEcho
from streaming.gateway.deployment.own_workers import OwnWorkers
from streaming.gateway.deployment.statistics import DeploymentStatistics
from streaming.gateway.session.sessions import Sessions
from streaming.gateway.settings import HealthTimes
from streaming.installed import topic_registry
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.symbols.directory import SymbolDirectory
from streaming.models import DeploymentMinute, Lease
from streaming.workers.leases.lease_rows import lease_take
from streaming.workers.presence import presence_renew
from tests.gateway.deployment.bridge_status import BRIDGE
from tests.group_envelopes import envelopes_of
from tests.manual_clock import ManualClock
from tests.market.failing_layer import FailingLayer
from tests.streaming.workers.failing_database import hanging_database, table_away
from tests.waiting import until, until_answer

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = HealthTimes(health=0.2, operations=0.1, unread=0.0, lease=60.0, renewal=0.1)
"""Its lease outlasts any standstill of a busy machine."""
SELDOM_UNREAD = msgspec.structs.replace(TIMES, unread=1.0)
SHORT_LEASE = msgspec.structs.replace(TIMES, lease=2.0)
"""For what happens past its end, which is waited for."""


class Gateway:
    """What tells the health, and what it knows that from; without sessions and without a server."""

    def __init__(
        self,
        layer: FailingLayer,
        name: str,
        *,
        is_alone: bool = False,
        times: HealthTimes = TIMES,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self.name = name
        self.hub = Hub(layer, topic_registry())
        self.statistics = DeploymentStatistics(self.hub, Sessions(), name, clock, interval=0.05, lease=60.0)
        self.bridge_status = BridgeStatusTable(clock)
        self.echo = LayerEcho(self.hub, name)
        self.own_workers = OwnWorkers(name)
        self.publisher = HealthPublisher(
            self.hub,
            process_id=name,
            statistics=self.statistics,
            bridge_status=self.bridge_status,
            symbols=SymbolDirectory(self.hub),
            echo=self.echo,
            own_workers=self.own_workers,
            clock=clock,
            times=times,
            is_alone=is_alone,
        )

    @property
    def epoch(self) -> int | None:
        """The epoch with which it speaks now; None while it is silent."""
        return self.statistics.health_epoch

    def read(self, *channels: str) -> None:
        """Have a client that reads these channels, and no others."""
        self.statistics._channels.put("client", channels, ())

    async def start(self) -> None:
        """Start everything."""
        await self.hub.start()
        for part in (self.echo, self.statistics, self.publisher):
            await part.start()

    async def stop(self) -> None:
        """Stop everything; calling it twice is harmless."""
        for part in (self.publisher, self.statistics, self.hub):
            await part.stop()


class Reader:
    """Reads what users and operators are told; `envelopes` grows."""

    def __init__(self, envelopes: list[Envelope]) -> None:
        self.envelopes = envelopes

    @property
    def health(self) -> list[SystemHealth]:
        """What was told of the health."""
        return [one.event for one in self.envelopes if isinstance(one.event, SystemHealth)]

    @property
    def operations(self) -> list[GatewaysUpdate]:
        """What operators were told."""
        return [one.event for one in self.envelopes if isinstance(one.event, GatewaysUpdate)]

    async def next_health(self, matches: Callable[[SystemHealth], object] = lambda _: True) -> SystemHealth:
        """Return the next health from now on that matches."""
        seen = len(self.health)
        await until(lambda: any(matches(one) for one in self.health[seen:]))
        return next(one for one in self.health[seen:] if matches(one))

    async def next_update(self, matches: Callable[[GatewaysUpdate], object]) -> GatewaysUpdate:
        """Return the next that operators are told from now on and that matches."""
        seen = len(self.operations)
        await until(lambda: any(matches(one) for one in self.operations[seen:]))
        return next(one for one in self.operations[seen:] if matches(one))


@pytest.fixture
def layer() -> FailingLayer:
    return FailingLayer()


@pytest.fixture
async def reader(layer: FailingLayer) -> AsyncIterator[Reader]:
    """Read what users and operators are told."""
    async with envelopes_of(layer, "s.health", "s.gateways") as envelopes:
        yield Reader(envelopes)


@pytest.fixture(autouse=True)
async def _closed_connections() -> AsyncIterator[None]:
    yield
    await sync_to_async(connections.close_all)()


@asynccontextmanager
async def gateways(layer: FailingLayer, *names: str, **options: Any) -> AsyncIterator[list[Gateway]]:
    """Run gateways, the first of which is the oldest and has the lease."""
    async with AsyncExitStack() as stack:
        running = [Gateway(layer, name, **options) for name in names]
        for gateway in running:
            stack.push_async_callback(gateway.stop)
            await gateway.start()
            started_at = gateway.statistics.own().started_at
            await until(lambda at=started_at: SystemClock().now_ms() > at)  # type: ignore[misc]  # the next is younger
            await until(lambda: running[0].epoch is not None)
        await until(lambda: all(len(gateway.statistics.gateways()) == len(names) for gateway in running))
        yield running


async def test_it_is_told_once_for_all_gateways_with_the_fencing_number(layer: FailingLayer, reader: Reader) -> None:
    async with gateways(layer, "a", "b", "c"):
        await until(lambda: len(reader.health) >= 8 and len(reader.operations) >= 16)
        row = await Lease.objects.aget(name=LEASE_NAME)
    assert (row.holder, row.token) == ("a", 1)
    for kind in (SystemHealth, GatewaysUpdate):
        told = [one for one in reader.envelopes if isinstance(one.event, kind)]
        assert [one.epoch for one in told] == [1] * len(told)
        assert [one.sequence for one in told] == list(range(1, len(told) + 1)), "two gateways told it"
        moments = [one.event.time for one in told]
        assert moments == sorted(moments)
    assert reader.health[-1].gateways == 3
    assert [one.id for one in reader.operations[-1].gateways] == ["a", "b", "c"]
    assert [(one.name, one.holder, one.alive) for one in reader.health[-1].workers] == [("health", "a", True)]
    assert (await Lease.objects.aget(name=LEASE_NAME)).holder == ""


async def test_operators_are_told_each_time_while_somebody_reads_and_else_now_and_then(
    layer: FailingLayer, reader: Reader
) -> None:
    async with gateways(layer, "a", "b", times=SELDOM_UNREAD) as (teller, other):
        await until(lambda: len(reader.operations) >= 4)
        unread = since_the_one_before(reader.operations[1:])
        for gateway, channel in ((other, "ops.gateways"), (teller, "ops.gateways"), (other, "ops.*")):
            gateway.read(channel)
            seen = len(reader.operations)
            await until(lambda seen=seen: len(reader.operations) >= seen + 8)  # type: ignore[misc]
            assert min(since_the_one_before(reader.operations[seen + 2 :])) < min(unread) / 2
            gateway.read()
    assert min(unread) > 900  # the stamps are of another clock than the interval


def since_the_one_before(updates: list[GatewaysUpdate]) -> list[int]:
    """Return after how many ms each but the first came."""
    return [update.time - before.time for before, update in itertools.pairwise(updates)]


async def test_it_tells_what_the_bridge_says(layer: FailingLayer, reader: Reader) -> None:
    async with gateways(layer, "a") as [gateway]:
        health = await reader.next_health()
        assert (health.status, health.exchange) == (HealthStatus.DOWN, None)
        gateway.bridge_status.take(BRIDGE)
        health = await reader.next_health(lambda one: one.exchange is not None)
        assert (health.status, health.database, health.layer) == (
            HealthStatus.DEGRADED,  # no symbols are known
            PartStatus.OK,
            PartStatus.OK,
        )


async def test_it_is_taken_over_from_a_gateway_that_stops(layer: FailingLayer, reader: Reader) -> None:
    async with gateways(layer, "a", "b") as [first, second]:
        await reader.next_health()
        await first.stop()
        await until(lambda: second.epoch == 2)
        health = await reader.next_health(lambda one: one.gateways == 1)
        assert [(one.holder, one.alive) for one in health.workers] == [("b", True)]
        assert {one.epoch for one in reader.envelopes} == {1, 2}
        epochs = [one.epoch for one in reader.envelopes]
        assert epochs == sorted(epochs)


async def test_it_is_taken_over_from_a_gateway_that_died_once_its_lease_has_ended(
    layer: FailingLayer, reader: Reader
) -> None:
    await sync_to_async(lease_take)(name=LEASE_NAME, holder="dead", now=datetime.now(tz=UTC), seconds=1.0)
    began = asyncio.get_running_loop().time()
    async with gateways(layer, "b") as [gateway]:
        assert asyncio.get_running_loop().time() - began > 0.9
        assert gateway.epoch == 2
        await reader.next_health()
    assert {one.epoch for one in reader.envelopes} == {2}


class TestDatabaseAway:
    """No lease can be renewed or taken."""

    async def test_it_says_so_and_goes_on_past_the_end_of_the_lease(self, layer: FailingLayer, reader: Reader) -> None:
        async with gateways(layer, "a", "b", times=SHORT_LEASE) as [first, second]:
            async with table_away():
                await reader.next_health(lambda one: one.database is PartStatus.DOWN)
                await until(lambda: first.publisher._turn.held is None)
                seen = len(reader.envelopes)
                await until(lambda: len(reader.health) > 5 and len(reader.envelopes) > seen + 10)
                assert (first.epoch, second.epoch) == (1, None)
                assert {one.epoch for one in reader.envelopes} == {1}
                told = [one.sequence for one in reader.envelopes if isinstance(one.event, SystemHealth)]
                assert told == list(range(1, len(told) + 1)), "two gateways told it"
                first.bridge_status.take(BRIDGE)
                health = await reader.next_health(lambda one: one.exchange is not None)
                assert health.status is HealthStatus.DEGRADED
                assert [(one.name, one.holder) for one in health.workers] == [("bridge", BRIDGE.holder)]
            await until(lambda: {first.epoch, second.epoch} == {2, None})
            await reader.next_health(lambda one: one.database is PartStatus.OK)

    async def test_it_is_told_by_the_oldest_of_those_left_where_the_holder_goes_as_well(
        self, layer: FailingLayer, reader: Reader
    ) -> None:
        async with gateways(layer, "a", "b", "c", times=SHORT_LEASE) as [first, second, third]:
            async with table_away():
                await reader.next_health(lambda one: one.database is PartStatus.DOWN)
                await first.stop()
                await until(lambda: second.epoch is not None or third.epoch is not None)
                health = await reader.next_health(lambda one: one.gateways == 2)
                assert (second.epoch, third.epoch) == (1, None)
                assert health.database is PartStatus.DOWN
            await until(lambda: 2 in {second.epoch, third.epoch} and None in {second.epoch, third.epoch})

    async def test_it_goes_on_while_the_database_hangs(self, layer: FailingLayer, reader: Reader) -> None:
        async with gateways(layer, "a", "b", times=SHORT_LEASE) as [first, second]:
            async with hanging_database():
                await until(lambda: first.publisher._turn.held is None)
                for _ in range(2):
                    await reader.next_health(lambda one: one.database is PartStatus.DOWN)
                seen = len(reader.operations)
                await until(lambda: len(reader.operations) > seen + 5)
                assert (first.epoch, second.epoch) == (1, None)
            await reader.next_health(lambda one: one.database is PartStatus.OK)

    async def test_it_says_once_that_it_is_away(
        self, layer: FailingLayer, reader: Reader, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with gateways(layer, "a", times=SHORT_LEASE) as [gateway], table_away():
            await until(lambda: gateway.publisher._turn.held is None)
            seen = len(reader.health)
            await until(lambda: len(reader.health) > seen + 5)
        told = [record.msg["what"] for record in caplog.records if "no answer" in record.getMessage()]  # type: ignore[index]
        lease = f"database of the lease {LEASE_NAME}"
        assert sorted(told) == ["database", lease, lease], "once for health, for renewing and for taking the lease"


async def test_it_goes_on_once_a_layer_that_was_away_is_back(layer: FailingLayer, reader: Reader) -> None:
    async with gateways(layer, "a") as [gateway]:
        layer.is_away = True
        refused = layer.refused
        await until(lambda: layer.refused > refused + 10)
        seen = len(reader.health)
        layer.is_away = False
        await until(lambda: len(reader.health) > seen + 2)
        assert gateway.epoch == 1
        assert reader.health[-1].layer is PartStatus.OK


async def test_it_takes_no_lease_where_the_process_is_alone(layer: FailingLayer, reader: Reader) -> None:
    before = SystemClock().now_ms()
    async with gateways(layer, "a", is_alone=True) as [gateway]:
        health = await reader.next_health()
        assert [(one.name, one.alive) for one in health.workers] == [("bridge", False)]
        gateway.bridge_status.take(BRIDGE)
        health = await reader.next_health(lambda one: one.exchange is not None)
        assert [(one.name, one.holder, one.alive) for one in health.workers] == [("bridge", BRIDGE.holder, True)]
        assert (gateway.epoch or 0) >= before
        assert health.database is PartStatus.OK
    assert not await Lease.objects.aexists()


async def test_it_tells_of_the_workers_in_its_own_process_where_that_is_alone(
    layer: FailingLayer, reader: Reader
) -> None:
    async with gateways(layer, "a", is_alone=True) as [gateway]:
        with gateway.own_workers.running("deliveries"):
            health = await reader.next_health(lambda one: len(one.workers) == 2)
            assert [(one.name, one.holder, one.alive) for one in health.workers[1:]] == [("deliveries", "a", True)]
        await reader.next_health(lambda one: [worker.alive for worker in one.workers] == [False, False])


async def test_it_tells_whether_any_process_of_a_worker_is_alive_that_may_run_any_number_of_times(
    layer: FailingLayer, reader: Reader
) -> None:
    now = datetime.now(tz=UTC)
    died = now - timedelta(seconds=10)
    await sync_to_async(presence_renew)(name="deliveries", process="died", now=died, seconds=1)
    async with gateways(layer, "a"):
        health = await reader.next_health()
        assert [(one.name, one.holder, one.alive) for one in health.workers] == [
            ("deliveries", "died", False),
            ("health", "a", True),
        ]
        await sync_to_async(presence_renew)(name="deliveries", process="lives", now=now, seconds=600)
        health = await reader.next_health(lambda one: one.workers[0].alive)
        assert health.workers[0].holder == "lives"
        update = await reader.next_update(lambda one: one.workers[0].alive)
        assert update.workers[0].epoch is None
        assert (update.workers[0].valid_ms or 0) > 0


async def test_it_keeps_what_each_minute_was_like(layer: FailingLayer) -> None:
    clock = ManualClock()
    often = msgspec.structs.replace(TIMES, history=0.02)

    async def is_kept_once_minutes_pass() -> bool:
        clock.jump(60.0)
        return await DeploymentMinute.objects.aexists()

    async with gateways(layer, "a", is_alone=True, times=often, clock=clock):
        await until_answer(is_kept_once_minutes_pass, expected=True)
    kept = await DeploymentMinute.objects.afirst()
    assert kept is not None
    assert msgspec.json.decode(kept.figures)["gateways"] == 1


async def test_it_may_stop_without_a_start(layer: FailingLayer) -> None:
    await Gateway(layer, "a").publisher.stop()


async def test_it_misses_the_bridge_of_a_further_market_only_while_that_is_to_be_read(
    layer: FailingLayer, reader: Reader, settings: Settings
) -> None:
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken"]
    await sync_to_async(lease_take)(
        name="bridge.kraken", holder="dead", now=datetime(2020, 1, 1, tzinfo=UTC), seconds=1.0
    )
    async with gateways(layer, "a"):
        health = await reader.next_health()
        assert {one.name: one.alive for one in health.workers}["bridge.kraken"] is False
        settings.EXCHANGE_FURTHER_SOURCES = []
        await reader.next_health(lambda one: "bridge.kraken" not in {worker.name for worker in one.workers})
