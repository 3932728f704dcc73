"""What is stored to be told waits for its own host of the channel layer, and for no other."""

from collections.abc import AsyncIterator, Sequence
from functools import partial

import msgspec
import pytest

from streaming.clock import SystemClock
from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.stored_events import outbox_publisher as stored_events_publisher
from streaming.stored_events.event_outbox import OutboxRow, PendingEvent
from streaming.stored_events.outbox_publisher import OutboxPublisher
from streaming.stored_events.unavailable_hosts import MOST_WAITING, UnavailableHosts
from streaming.topics.topic import Topic
from streaming.workers.database_thread import DatabaseThread
from tests.market.failing_layer import FailingShardedLayer
from tests.streaming.stored_events.orders import ORDER
from tests.trading.live.rows import NOW
from tests.waiting import until
from trading.events import Order
from trading.live.events.outbox import OUTBOX

EVEN, ODD = 2, 7


class Rig:
    """A publisher on a layer over two hosts, and what each of two users has heard."""

    def __init__(self, hub: Hub, layer: FailingShardedLayer, database: DatabaseThread) -> None:
        self.hub, self.layer, self.database = hub, layer, database
        self.publisher = OutboxPublisher(
            hub, database, OUTBOX, name="trading", fence=None, epoch=1, clock=SystemClock()
        )
        self.heard: dict[int, list[str]] = {EVEN: [], ODD: []}

    async def open(self) -> None:
        for owner in self.heard:
            feed = await self.hub.acquire(Topic("orders", owner=str(owner)))
            feed.add_callback(partial(self._hear, owner))

    async def append(self, owner: int, *ids: str) -> Sequence[OutboxRow]:
        told = [
            PendingEvent(event=msgspec.structs.replace(ORDER, id=each), owner_id=owner, subject_id=owner)
            for each in ids
        ]
        return await self.database.run(OUTBOX.append, told, now=NOW)

    def _hear(self, owner: int, event: Event) -> None:
        if isinstance(event, Order):
            self.heard[owner].append(event.id)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    layer, database = FailingShardedLayer(), DatabaseThread("test")
    hub = Hub(layer, topic_registry())
    await hub.start()
    one = Rig(hub, layer, database)
    await one.open()
    yield one
    await database.stop()
    await hub.stop()


@pytest.mark.django_db(transaction=True)
async def test_only_what_a_host_would_carry_that_is_away_waits_and_it_comes_in_its_order(rig: Rig) -> None:
    rig.layer.away = {"odd"}
    assert not await rig.publisher.publish_stored([*await rig.append(EVEN, "a"), *await rig.append(ODD, "b")])
    await until(lambda: rig.heard[EVEN] == ["a"])
    refused = rig.layer.refused
    assert not await rig.publisher.publish_stored(await rig.append(ODD, "c"))
    assert await rig.publisher.publish_stored(await rig.append(EVEN, "d"))
    assert rig.layer.refused == refused
    assert await rig.publisher.publish_waiting() == {ODD}  # it is read once, and waits from then on
    assert await rig.publisher.publish_waiting() == set()
    await until(lambda: rig.heard[EVEN] == ["a", "d"])
    rig.layer.away.clear()
    await rig.publisher.publish_waiting()
    await until(lambda: rig.heard[ODD] == ["b", "c"])
    assert await rig.publisher.publish_stored(await rig.append(ODD, "e"))
    await until(lambda: rig.heard[ODD] == ["b", "c", "e"])
    await rig.publisher.delete_published()
    assert await rig.database.run(OUTBOX.read, 10) == ()


@pytest.mark.django_db(transaction=True)
async def test_what_waits_for_a_host_keeps_nothing_else_from_being_read(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_events_publisher, "_MOST_A_TURN", 3)
    rig.layer.away = {"odd"}
    await rig.append(ODD, *map(str, range(9)))
    await rig.append(EVEN, "behind")
    for _ in range(4):
        await rig.publisher.publish_waiting()
    await until(lambda: rig.heard[EVEN] == ["behind"])
    rig.layer.away.clear()
    for _ in range(4):
        await rig.publisher.publish_waiting()
    await until(lambda: rig.heard[ODD] == list(map(str, range(9))))


def test_what_waits_is_remembered_within_a_bound_and_until_its_host_is_there() -> None:
    away = UnavailableHosts("channel layer", SystemClock())
    one, both = frozenset({"one"}), frozenset({"one", "two"})
    away.note_away(both, ConnectionError())
    away.wait(one, [1])
    away.wait(both, range(2, 2 * MOST_WAITING))
    assert len(away.waiting) == MOST_WAITING
    away.note_there(one)
    assert 1 not in away.waiting
    assert away.holds_up(both)
    assert not away.holds_up(one)
    away.note_there(frozenset({"two"}))
    assert away.waiting == frozenset()
    assert away.names == ()


def test_a_layer_without_hosts_remembers_nothing_that_waits() -> None:
    away = UnavailableHosts("channel layer", SystemClock())
    away.note_away([""], ConnectionError())
    away.wait(frozenset(), [1, 2])
    assert away.holds_up(frozenset())
    assert away.waiting == frozenset()
    assert away.names == ()
    away.note_there(frozenset())
    assert not away.holds_up(frozenset())
