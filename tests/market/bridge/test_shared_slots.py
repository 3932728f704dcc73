"""Several bridges that share one market's symbols, each with the leases of its slots."""

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from streaming.fan_out.hub import Hub
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.slots import place_of, shared_slots
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.models import Symbol
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.models import Lease
from streaming.topics.topic import MarketKind, Topic
from tests.market import frames
from tests.market.conftest import quick_limits, quick_settings
from tests.market.publishing.published_events import ids_of
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

SLOTS = 2
SYMBOLS = [f"S{number}USDT" for number in range(8)]
OVERVIEW = Topic(MarketKind.OVERVIEW)

Start = Callable[[str], "asyncio.Task[None]"]


def stream_of(symbol: str) -> str:
    """Return the stream of a symbol's trades."""
    return f"{symbol.lower()}@trade"


def streams_of_place(place: int) -> set[str]:
    """Return the streams of the symbols that a slot has, and of what has none."""
    return {stream_of(symbol) for symbol in SYMBOLS if place_of(symbol, SLOTS) == place} | (
        {"!miniTicker@arr"} if place == 1 else set()
    )


@pytest.fixture
async def start(hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange) -> AsyncIterator[Start]:
    """Return what starts a bridge of this name; they are all stopped in the end."""
    running: list[asyncio.Task[None]] = []
    settings = msgspec.structs.replace(quick_settings(exchange), slots=SLOTS)

    def begin(holder: str) -> asyncio.Task[None]:
        bridge = Bridge(hub, last_values=last_values, exchange=settings, holder=holder)
        running.append(asyncio.create_task(bridge.run()))
        return running[-1]

    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    yield begin
    await demand.stop()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
async def statuses(hub: Hub) -> BridgeStatusTable:
    """Return what a gateway has heard of the bridges."""
    table = BridgeStatusTable(slots=SLOTS)
    await table.start(hub)
    return table


async def until_held_by(statuses: BridgeStatusTable, *holders: str) -> None:
    """Wait until bridges of these names serve the slots, whichever serves which."""
    await until(lambda: sorted(one.holder for one in statuses.of_slots if one is not None) == sorted(holders))


async def test_each_slot_reads_its_own_symbols_over_a_connection_of_its_own(
    hub: Hub, start: Start, exchange: ScriptedExchange, statuses: BridgeStatusTable
) -> None:
    start("a")
    for symbol in SYMBOLS:
        await reading(hub, Topic(MarketKind.TRADE, symbol))
    await reading(hub, OVERVIEW)
    await until(lambda: sorted(map(len, exchange.sockets.values())) == sorted(map(len, map(streams_of_place, (1, 2)))))
    carried = [carries for carries in exchange.sockets.values() if carries]
    assert sorted(carried, key=len) == sorted([streams_of_place(1), streams_of_place(2)], key=len)
    await until_held_by(statuses, "a", "a")
    assert statuses.own is not None
    await until(lambda: statuses.own and set(statuses.own.active_streams) == streams_of_place(1) | streams_of_place(2))
    await until(lambda: statuses.own and statuses.own.symbols_known)
    assert await Symbol.objects.acount() == 3


async def test_one_that_comes_is_given_its_share_and_one_that_goes_leaves_its_own(
    start: Start, statuses: BridgeStatusTable
) -> None:
    first = start("a")
    await until_held_by(statuses, "a", "a")
    start("b")
    await until_held_by(statuses, "a", "b")
    first.cancel()
    await until_held_by(statuses, "b", "b")
    numbers = [
        number async for number in Lease.objects.filter(name__in=shared_slots(SLOTS)).values_list("token", flat=True)
    ]
    assert len(set(numbers)) == SLOTS
    assert max(numbers) == 4  # each change of hands has a number of its own, whichever slot it was


async def test_trades_of_every_symbol_go_on_once_each_when_a_slot_changes_hands(
    hub: Hub, start: Start, exchange: ScriptedExchange, statuses: BridgeStatusTable
) -> None:
    start("a")
    told = {symbol: await reading(hub, Topic(MarketKind.TRADE, symbol)) for symbol in SYMBOLS}
    await until(lambda: exchange.subscribed == {stream_of(symbol) for symbol in SYMBOLS})
    for symbol in SYMBOLS:
        await exchange.send(stream_of(symbol), frames.trade(trade_id=5, symbol=symbol))
    await until(lambda: all(told.values()))
    start("b")
    await until_held_by(statuses, "a", "b")
    await until(lambda: sum(bool(carries) for carries in exchange.sockets.values()) == SLOTS)
    await until(lambda: exchange.subscribed == {stream_of(symbol) for symbol in SYMBOLS})
    for symbol in SYMBOLS:
        await exchange.send(stream_of(symbol), frames.trade(trade_id=6, symbol=symbol))
    for symbol in SYMBOLS:
        await until(lambda symbol=symbol: ids_of(told[symbol])[-1] == 6)  # type: ignore[misc]
        assert ids_of(told[symbol]) == [5, 6]


async def test_over_a_thousand_streams_are_carried_within_the_exchanges_limit(
    hub: Hub, start: Start, exchange: ScriptedExchange
) -> None:
    symbols = [f"M{number}USDT" for number in range(1100)]
    start("a")
    start("b")
    for symbol in symbols:
        await hub.acquire(Topic(MarketKind.TRADE, symbol))
    await until(lambda: len(exchange.subscribed) == len(symbols), seconds=30)
    assert max(map(len, exchange.sockets.values())) <= quick_limits().shards.streams
