"""Resuming what apps tell: a user's own topics, with their snapshots, for whoever may read them."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from streaming.clock import SystemClock
from streaming.event_history.history import HistoryLimits, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.events import BaseEvent
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.topics.topic import LastValueLookup, Topic
from tests.conformance.rows import row
from tests.gateway.subscribing import OTHER, STAFF, USER, Sent, Site, Subscriber, owners_of_grid, site
from tests.gateway.subscriptions.told_orders import order, orders
from tests.manual_clock import ManualClock
from tests.topics_with import topics_with

ORDERS = "orders:me"
in_every_dialect = pytest.mark.parametrize("dialect", [MarketDialect, TradingDialect, ControlDialect])
MakeDialect = Callable[[ManualClock], Dialect]


class OpenOrders:
    """What is stored of anybody's orders, and how often it was read."""

    def __init__(self) -> None:
        self.orders: Sequence[BaseEvent] = ()
        self.reads = 0

    async def read(self, values: LastValueLookup, topic: Topic) -> Sequence[BaseEvent]:
        """Return it."""
        self.reads += 1
        return self.orders


@pytest.fixture
def stored() -> OpenOrders:
    return OpenOrders()


@pytest.fixture
async def here(stored: OpenOrders) -> AsyncIterator[Site]:
    registry = topics_with({"grid": owners_of_grid}, snapshots={"orders": stored.read})
    history = MemoryEventHistory(HistoryLimits(), SystemClock())
    async with site(registry=registry, history=history) as running:
        yield running


async def told(here: Site, *numbers: int, owner: str = "7") -> None:
    """Tell that orders were placed."""
    for number in numbers:
        await here.hub.publish(order(number, time=number), owner=owner)


async def position(here: Site, owner: str = "7") -> Position:
    """Return where a user's orders stand."""
    end = await here.hub.missed_events.end(Topic("orders", owner=owner).key)
    assert end is not None
    return end


async def answered(client: Subscriber, channel: str, since: dict[str, Position]) -> dict[str, Any]:
    """Subscribe, and return what the answer says of the history."""
    await client.subscribe(channel, since=since)
    (answer,) = await client.took(1)
    said: dict[str, Any] = answer["data"]["resumed"].get(channel, {}) if "data" in answer else answer
    return {name: said[name] for name in ("recovered", "reason", "seq") if name in said}


def numbers(frames: Sequence[Sent]) -> list[tuple[str, int]]:
    """Return of each frame the order's id and its number, 0 without one."""
    return [(one, frame.get("seq", 0)) for (one, _), frame in zip(orders(frames), frames, strict=True)]


@row("GW-45")
@row("GW-46")
@in_every_dialect
async def test_it_tells_what_was_missed_in_place_of_the_snapshot(
    here: Site, stored: OpenOrders, dialect: MakeDialect
) -> None:
    await told(here, 1)
    since = await position(here)
    await told(here, 2, 3)
    stored.orders = (order(1, time=1), order(2, time=2), order(3, time=3))
    client = here.client(USER, dialect(here.clock))
    assert await answered(client, ORDERS, {ORDERS: since}) == {"recovered": True, "seq": 3}
    await told(here, 4)
    assert numbers(await client.took(3)) == [("ord_2", 2), ("ord_3", 3), ("ord_4", 4)]
    assert stored.reads == 0


@row("GW-48")
@in_every_dialect
async def test_it_tells_the_snapshot_where_what_was_missed_is_unknown(
    here: Site, stored: OpenOrders, dialect: MakeDialect
) -> None:
    await told(here, 1, 2)
    stored.orders = (order(2, time=2),)
    client = here.client(USER, dialect(here.clock))
    other = {ORDERS: Position("another", 1)}
    assert await answered(client, ORDERS, other) == {"recovered": False, "reason": "other_epoch", "seq": 2}
    await told(here, 3)
    assert numbers(await client.took(2)) == [("ord_2", 0), ("ord_3", 3)]


@row("GW-48")
async def test_what_a_snapshot_holds_newer_keeps_its_number_and_tells_nothing_older(
    here: Site, stored: OpenOrders
) -> None:
    await told(here, 1)
    stored.orders = (order(1, time=5, filled=4),)
    client = here.client(USER)
    assert await answered(client, ORDERS, {}) == {"seq": 1}
    for late in (order(1, time=2, filled=1), order(1, time=6, filled=9)):
        await here.hub.publish(late, owner="7")
    frames = await client.took(3)
    assert orders(frames) == [("ord_1", 4), ("ord_1", 4), ("ord_1", 9)]
    assert [frame.get("seq") for frame in frames] == [None, 2, 3]


@pytest.mark.parametrize("channel", ["orders:7", "orders:8"])
async def test_a_stranger_resumes_nothing_and_staff_do(here: Site, channel: str) -> None:
    await told(here, 1, owner="7")
    since = {channel: Position((await position(here)).epoch, 0)}
    stranger, staff = here.client(OTHER if channel == "orders:7" else USER), here.client(STAFF)
    await stranger.subscribe(channel, since=since)
    (refusal,) = await stranger.took(1)
    assert (refusal["type"], refusal["data"]["code"]) == ("error", "forbidden")
    recovered = (await answered(staff, channel, since))["recovered"]
    assert recovered is (channel == "orders:7"), "of another user's orders it has another epoch"


async def test_notifications_that_are_sent_again_keep_their_number(here: Site) -> None:
    client = here.client(USER)
    await answered(client, ORDERS, {})
    for attempt in (1, 2):
        await here.hub.publish(order(attempt), owner="7", stored=5)
    await told(here, 3)
    assert numbers(await client.took(2)) == [("ord_1", 1), ("ord_3", 2)]
