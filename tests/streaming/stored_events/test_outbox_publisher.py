"""What is stored to be told is told in its order, once it could be; what never can be holds up nothing for ever."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from functools import partial

import msgspec
import pytest

from streaming.clock import SystemClock
from streaming.event_history.history import HistoryLimits, Position
from streaming.event_history.recovery import NotRecovered
from streaming.events import Event, Resync, SignalAction, Source
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.stored_events.event_outbox import OutboxRow, PendingEvent
from streaming.stored_events.outbox_publisher import OutboxPublisher
from streaming.stored_events.refusals import TRIES
from streaming.topics.topic import Topic
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from tests.market.failing_layer import FailingLayer
from tests.streaming.event_history.failing_history import FailingHistory
from tests.streaming.stored_events.orders import ORDER
from tests.trading.live.rows import NOW
from tests.waiting import until, until_asked
from trading.events import Order, Signal
from trading.live.events.outbox import OUTBOX
from trading.models import OutboxEvent
from wallets.events import WalletActivity, WalletChange

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = 7
ORDERS = Topic("orders", owner=str(OWNER))


class PublisherRig:
    """A publisher, the layer that it publishes to, and what the owner has heard."""

    def __init__(self, hub: Hub, layer: FailingLayer, database: DatabaseThread, history: FailingHistory) -> None:
        self.hub = hub
        self.history = history
        self.layer = layer
        self.database = database
        self.publisher = OutboxPublisher(
            hub, database, OUTBOX, name="trading", fence=None, epoch=1, clock=SystemClock()
        )
        self.heard: list[str] = []

    def hear(self, event: Event) -> None:
        """Note an order's id."""
        if isinstance(event, Order):
            self.heard.append(event.id)

    async def append(self, *ids: str, sub_account: int = 1, owner: int | None = OWNER) -> Sequence[OutboxRow]:
        """Store that orders are to be told."""
        told = [
            PendingEvent(event=msgspec.structs.replace(ORDER, id=each), owner_id=owner, subject_id=sub_account)
            for each in ids
        ]
        return await self.database.run(OUTBOX.append, told, now=NOW)

    async def stored(self) -> list[str | None]:
        """Return the ids of the orders that wait to be told, once what was told is deleted."""
        await self.publisher.delete_published()
        rows = await self.database.run(OUTBOX.read, 100)
        return [row.told.event.id if isinstance(row.told.event, Order) else None for row in rows]

    async def kept(self) -> list[str]:
        """Return the ids of the orders in the history."""
        end = await self.hub.missed_events.end(ORDERS.key)
        lost = [] if end is None else await self.hub.missed_events.lost(ORDERS.key, Position(end.epoch, 0))
        assert lost is not None
        return [envelope.event.id for envelope, _ in lost if isinstance(envelope.event, Order)]


@pytest.fixture
async def rig() -> AsyncIterator[PublisherRig]:
    """Publish on a layer in memory, which hands on at once."""
    layer, database, history = FailingLayer(), DatabaseThread("test"), FailingHistory(HistoryLimits(), SystemClock())
    hub = Hub(layer, topic_registry(), history=history)
    await hub.start()
    rig = PublisherRig(hub, layer, database, history)
    feed = await hub.acquire(ORDERS)
    feed.add_callback(rig.hear)
    yield rig
    await database.stop()
    await hub.stop()


async def _heard(rig: PublisherRig, *ids: str) -> None:
    await until(lambda: rig.heard == list(ids))


async def test_what_was_just_stored_is_told_without_being_read_and_deleted_afterwards(rig: PublisherRig) -> None:
    rows = await rig.append("one", "other")
    assert await rig.publisher.publish_stored(rows)
    await _heard(rig, "one", "other")
    assert rig.publisher.published == {row.id for row in rows}
    assert await rig.publisher.publish_waiting() == set()
    assert await rig.stored() == []
    assert rig.heard == ["one", "other"]


async def test_a_worker_that_another_has_superseded_deletes_nothing(rig: PublisherRig) -> None:
    rows = await rig.append("one")
    former = OutboxPublisher(
        rig.hub,
        rig.database,
        OUTBOX,
        name="trading",
        fence=Fence(name="trading", holder="former", token=1),
        epoch=1,
        clock=SystemClock(),
    )
    assert await former.publish_stored(rows)
    with pytest.raises(LeaseLostError):
        await former.publish_waiting()
    assert await rig.stored() == ["one"]


async def test_what_was_told_and_not_deleted_is_told_once_though_the_next_worker_publishes_it_again(
    rig: PublisherRig,
) -> None:
    await rig.publisher.publish_stored(await rig.append("one", "other"))
    await rig.append("behind")
    heir = OutboxPublisher(rig.hub, rig.database, OUTBOX, name="trading", fence=None, epoch=2, clock=SystemClock())
    await heir.publish_waiting()
    assert len(heir.published) == 3
    await _heard(rig, "one", "other", "behind")
    assert await rig.kept() == ["one", "other", "behind"]


async def test_what_the_layer_took_only_later_is_in_the_history_once(rig: PublisherRig) -> None:
    rig.layer.is_away = True
    rows = await rig.append("one", "other")
    assert not await rig.publisher.publish_stored(rows)
    rig.layer.is_away = False
    await rig.publisher.publish_waiting()
    await _heard(rig, "one", "other")
    assert await rig.kept() == ["one", "other"]


async def test_it_adds_all_that_is_stored_at_once_to_the_history_in_one_step(rig: PublisherRig) -> None:
    await rig.publisher.publish_stored(await rig.append(*map(str, range(200))))
    assert rig.history.asked == 1
    assert len(await rig.kept()) == 200


async def test_a_history_that_is_away_keeps_nobody_from_being_told(rig: PublisherRig) -> None:
    await rig.publisher.publish_stored(await rig.append("one"))
    before = await rig.hub.missed_events.end(ORDERS.key)
    rig.history.is_away = True
    await rig.publisher.publish_stored(await rig.append("other"))
    await _heard(rig, "one", "other")
    assert await rig.stored() == []
    rig.history.is_away = False
    assert before is not None
    missed = partial(rig.hub.missed_events.recover, ORDERS.key, before)

    async def has_ended() -> bool:
        return (await missed()).reason is NotRecovered.OTHER_EPOCH

    await until_asked(has_ended)


async def test_what_the_layer_did_not_take_waits_and_is_never_set_aside(rig: PublisherRig) -> None:
    rig.layer.is_away = True
    rows = await rig.append("one")
    for _ in range(TRIES + 1):
        assert not await rig.publisher.publish_stored(rows)
        await rig.publisher.publish_waiting()
    assert await rig.stored() == ["one"]
    rig.layer.is_away = False
    await rig.publisher.publish_waiting()
    await _heard(rig, "one")
    assert await rig.stored() == []


async def test_an_event_that_is_always_refused_is_set_aside_and_holds_up_only_its_own_sub_account_till_then(
    rig: PublisherRig,
) -> None:
    await rig.append("before")
    await rig.append("refused", owner=None)
    await rig.append("behind")
    await rig.append("of another", sub_account=2)
    await rig.publisher.publish_waiting()
    await _heard(rig, "before", "of another")
    assert await rig.stored() == ["refused", "behind"]
    for _ in range(TRIES):
        await rig.publisher.publish_waiting()
    await _heard(rig, "before", "of another", "behind")
    assert await rig.stored() == []
    [row] = await rig.database.run(lambda: list(OutboxEvent.objects.all()))
    assert "a user's event is published with its owner" in row.refusal
    assert row.refused_at is not None
    assert await rig.database.run(OUTBOX.refused_count) == 1


async def test_who_is_told_little_does_not_wait_until_others_were_told_much(rig: PublisherRig) -> None:
    await rig.append(*map(str, range(4000)), sub_account=2, owner=8)
    await rig.append("one", "other")
    await rig.publisher.publish_waiting()
    await _heard(rig, "one", "other")
    assert rig.publisher.has_more


async def test_a_layer_that_takes_single_messages_and_no_events_counts_as_away(rig: PublisherRig) -> None:
    rig.layer.takes_batches = False
    rows = await rig.append("one")
    for _ in range(TRIES + 1):
        assert not await rig.publisher.publish_stored(rows)
        await rig.publisher.publish_waiting()
    assert await rig.stored() == ["one"]
    rig.layer.takes_batches = True
    await rig.publisher.publish_waiting()
    await _heard(rig, "one")


async def test_an_event_of_another_release_is_set_aside_at_once(rig: PublisherRig) -> None:
    await rig.append("one")
    await rig.database.run(lambda: OutboxEvent.objects.update(event='{"type":"of tomorrow"}'))
    await rig.append("other")
    await rig.publisher.publish_waiting()
    await _heard(rig, "other")
    assert await rig.stored() == []
    assert (await rig.database.run(OutboxEvent.objects.get)).refusal.startswith("it can't be read: ")


async def test_signals_of_each_symbol_are_told_to_anyone_and_none_of_them_seems_missing(rig: PublisherRig) -> None:
    heard: list[Event] = []
    feed = await rig.hub.acquire(Topic("signal", "BTCUSDT"))
    feed.add_callback(heard.append)
    signals = [
        Signal(
            symbol=symbol,
            source=Source.BINANCE,
            time=time,
            action=SignalAction.BUY,
            confidence=Decimal(1),
            reason="the averages cross",
            model="ma_cross",
            version="1",
            horizon="1m",
            price=Decimal(94000),
        )
        for time, symbol in enumerate(("BTCUSDT", "ETHUSDT", "ETHUSDT", "BTCUSDT"))
    ]
    told = [PendingEvent(event=one, owner_id=OWNER + time, subject_id=1) for time, one in enumerate(signals)]
    assert await rig.publisher.publish_stored(await rig.database.run(OUTBOX.append, told, now=NOW))
    await until(lambda: len(heard) > 1)
    assert heard == [signals[0], signals[3]]
    assert not any(isinstance(event, Resync) for event in heard)


async def test_what_a_user_is_told_of_one_wallet_does_not_seem_missing_to_who_reads_another(rig: PublisherRig) -> None:
    heard: list[Event] = []
    feed = await rig.hub.acquire(Topic("wallet", owner=str(OWNER), name="0xabc"))
    feed.add_callback(heard.append)
    activities = [
        WalletActivity(
            time=time,
            chain="ethereum",
            address=address,
            label="",
            change_kind=WalletChange.BALANCE,
            asset="ETH",
            balance=Decimal(time),
        )
        for time, address in enumerate(("0xAbC", "0xdef", "0xdef", "0xAbC"))
    ]
    told = [PendingEvent(event=one, owner_id=OWNER, subject_id=1) for one in activities]
    assert await rig.publisher.publish_stored(await rig.database.run(OUTBOX.append, told, now=NOW))
    await until(lambda: len(heard) > 1)
    assert heard == [activities[0], activities[3]]
