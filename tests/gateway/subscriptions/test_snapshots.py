"""What a new subscriber of one's own topics is told first, and that nothing falls between it and what is new."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from streaming.events import BaseEvent
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.gateway.subscriptions import after_snapshot
from streaming.topics.topic import LastValueLookup, Topic
from tests.conformance.rows import row
from tests.gateway.subscribing import STAFF, USER, Site, Subscriber, owners_of_grid, site
from tests.gateway.subscriptions.told_orders import order, orders
from tests.manual_clock import ManualClock
from tests.topics_with import topics_with
from tests.waiting import until
from trading.events import Account, AccountMode, Order

DIALECTS: tuple[Callable[[ManualClock], Dialect], ...] = (MarketDialect, TradingDialect, ControlDialect)


def account(name: str, time: int) -> Account:
    """Return the state of an empty account."""
    return Account(time=time, account=name, mode=AccountMode.PAPER, demo=True, balances=())


class Store:
    """What is stored of the user 7: read once `is_open`, and failing where there is an `error`."""

    def __init__(self) -> None:
        self.events: Sequence[BaseEvent] = ()
        self.error: Exception | None = None
        self.asked: list[str] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def read(self, values: LastValueLookup, topic: Topic) -> Sequence[BaseEvent]:
        """Return what is stored when the answer comes."""
        self.asked.append(topic.owner)
        await self.is_open.wait()
        if self.error is not None:
            raise self.error
        return self.events


@pytest.fixture
def store() -> Store:
    return Store()


@asynccontextmanager
async def here_with(store: Store) -> AsyncIterator[Site]:
    snapshots = dict.fromkeys(("orders", "account"), store.read)
    async with site(registry=topics_with({"grid": owners_of_grid}, snapshots=snapshots)) as running:
        yield running


@pytest.fixture
async def here(store: Store) -> AsyncIterator[Site]:
    async with here_with(store) as running:
        yield running


async def published(here: Site, *events: Order | Account) -> None:
    for event in events:
        await here.hub.publish(event, owner="7")


async def subscribing(client: Subscriber, store: Store, *channels: str) -> asyncio.Task[None]:
    """Return a subscription that waits for what is stored."""
    store.is_open.clear()
    task = asyncio.create_task(client.subscribe(*channels))
    await until(lambda: store.asked)
    return task


@row("TP-45")
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_it_tells_what_counts_now_after_the_acknowledgement_in_every_dialect(
    here: Site, store: Store, dialect: Callable[[ManualClock], Dialect]
) -> None:
    store.events = (order(1), order(2, filled=3))
    client = here.client(USER, dialect(here.clock))
    await client.subscribe("orders:me")
    await published(here, order(3))
    frames = await client.took(4)
    assert frames[0]["type"] == "subscribed"
    assert orders(frames[1:]) == [("ord_1", 0), ("ord_2", 3), ("ord_3", 0)]
    assert store.asked == ["7"]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_changes_behind_the_snapshot_are_numbered_so_that_a_lost_one_is_told_of(
    here: Site, store: Store, dialect: Callable[[ManualClock], Dialect]
) -> None:
    store.events = (order(1),)
    client = here.client(USER, dialect(here.clock))
    await client.subscribe("orders:me")
    for sequence in (1, 2, 5):
        await here.hub.publish(order(sequence + 1), owner="7", epoch=1, sequence=sequence)
    *frames, lost, last = await client.took(6)
    assert orders(frames[1:]) == [("ord_1", 0), ("ord_2", 0), ("ord_3", 0)]
    assert "resync" in {lost["type"], lost.get("event"), lost["data"].get("type")}
    assert (lost["channel"], lost["data"].get("data", lost["data"])["complete"]) == ("orders:me", False)
    assert orders([last]) == [("ord_6", 0)]


@row("TP-45")
async def test_it_tells_nothing_twice_and_leaves_nothing_out_of_what_comes_while_the_snapshot_is_read(
    here: Site, store: Store
) -> None:
    client = here.client(USER)
    task = await subscribing(client, store, "orders:me")
    await published(here, order(1), order(2), order(1, time=2, filled=1), order(3, time=3), order(1, time=3, filled=2))
    store.events = (order(2), order(1, time=2, filled=1))  # read before the last two were stored
    store.is_open.set()
    await task
    await published(here, order(2), order(2, time=4, filled=9))
    frames = await client.took(6)
    assert orders(frames[1:]) == [("ord_2", 0), ("ord_1", 1), ("ord_3", 0), ("ord_1", 2), ("ord_2", 9)]


@row("TP-45")
async def test_it_leaves_out_older_states_that_come_late(here: Site, store: Store) -> None:
    store.events = (order(1, time=5, filled=4),)
    client = here.client(USER)
    await client.subscribe("orders:me")
    late = [order(1, time=time, filled=filled) for time, filled in ((1, 0), (5, 2), (5, 4), (5, 6), (6, 9))]
    await published(here, *late)
    frames = await client.took(4)
    assert orders(frames[1:]) == [("ord_1", 4), ("ord_1", 6), ("ord_1", 9)]


async def test_it_tells_what_comes_under_each_spelling_and_to_staff(here: Site, store: Store) -> None:
    store.events = (order(1),)
    client = here.client(STAFF)
    await client.subscribe("orders:7", "orders:me")
    assert store.asked == ["7", "9"]
    await published(here, order(1, time=2, filled=1))
    frames = [frame for frame in await client.took(5) if frame["type"] == "order"]
    assert [(frame["channel"], *orders([frame])) for frame in frames] == [
        ("orders:7", ("ord_1", 0)),
        ("orders:me", ("ord_1", 0)),
        ("orders:7", ("ord_1", 1)),
    ]


async def test_it_shares_frames_with_others_once_all_of_the_snapshot_is_old(here: Site, store: Store) -> None:
    store.events = (order(1), order(2))
    client = here.client(USER)
    await client.subscribe("orders:me")
    here.clock.advance(after_snapshot.COVERED_SECONDS + 1)
    await published(here, order(3))
    await client.took(4)
    await published(here, order(1))  # a minute late, it is told: nothing is left out for ever
    assert orders(await client.took(1)) == [("ord_1", 0)]


async def test_it_says_that_something_is_missing_where_too_much_comes_meanwhile(
    here: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(after_snapshot, "MOST_WAITING", 2)
    client = here.client(USER)
    task = await subscribing(client, store, "orders:me")
    await published(here, *(order(number, time=number) for number in (1, 2, 3, 4)))
    store.is_open.set()
    await task
    frames = await client.took(4)
    assert orders(frames[1:3]) == [("ord_1", 0), ("ord_2", 0)]
    assert frames[3]["type"] == "resync"
    assert not frames[3]["data"]["complete"]


@row("TP-46")
@pytest.mark.parametrize("dialect", DIALECTS)
async def test_it_refuses_what_cannot_be_read_and_forgets_it(
    here: Site, store: Store, dialect: Callable[[ManualClock], Dialect]
) -> None:
    store.error = OSError("no database")
    client = here.client(USER, dialect(here.clock))
    await client.subscribe("orders:me")
    [frame] = [frame for frame in await client.took(1) if frame["type"] == "error"]
    said = {**frame, **frame.get("data", {})}
    assert (said["channel"], said["code"]) == ("orders:me", "unavailable")
    assert said["message"] == "orders:me can't be read now; try again"
    assert not client.subscriptions.channels
    store.error = None
    await client.subscribe("orders:me")
    assert client.subscriptions.channels == ("orders:me",)


async def test_it_gives_up_a_snapshot_that_is_being_read_with_its_connection(here: Site, store: Store) -> None:
    client = here.client(USER)
    task = await subscribing(client, store, "orders:me")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await published(here, order(1))
    assert client.sent == []
    await client.unsubscribe("orders:me")
    assert [frame["type"] for frame in await client.took(1)] == ["unsubscribed"]


async def test_it_tells_nothing_more_of_what_was_given_up(here: Site, store: Store) -> None:
    store.events = (order(1),)
    client = here.client(USER)
    await client.subscribe("orders:me")
    await client.unsubscribe("orders:me")
    await published(here, order(1, time=2, filled=1), order(2))
    await client.subscribe("account:7")
    assert [frame["type"] for frame in await client.took(3)] == ["subscribed", "order", "unsubscribed"]
    assert [frame["type"] for frame in await client.took(1)] == ["subscribed"]


async def test_it_spares_a_reader_older_states_of_an_account_and_no_account(here: Site, store: Store) -> None:
    client = here.client(USER)
    await client.subscribe("account:me", throttle_ms=20)
    await client.took(1)
    await published(here, account("acc_1", 1))
    await client.took(1)
    await published(here, account("acc_1", 2), account("acc_2", 3), account("acc_1", 4))
    here.clock.advance(1)
    told = [(frame["data"]["account"], frame["data"]["timestamp"][-5:-1]) for frame in await client.took(2)]
    assert sorted(told) == [("acc_1", ".004"), ("acc_2", ".003")]
