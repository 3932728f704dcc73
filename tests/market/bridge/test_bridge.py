"""The bridge over real sockets: from a frame of the exchange to a callback of a hub."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import TypeVar

import msgspec
import pytest
from channels.db import database_sync_to_async

from streaming import events
from streaming.clock import SystemClock
from streaming.events import Event, Interval, Side, Source
from streaming.fan_out.hub import Hub
from streaming.layer.groups import BRIDGE_GROUP
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DEMAND_MESSAGE, DemandPublisher, encode_topics
from streaming.market.bridge.status import BridgeState
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.models import Lease
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.conftest import quick_settings
from tests.market.failing_layer import FailingLayer
from tests.market.hourly_change.stored_hour import hour_ago_store
from tests.market.publishing.published_events import ids_of
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.topic_reading import reading
from tests.waiting import until, until_answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
TICKER = Topic(MarketKind.TICKER, "BTCUSDT")
CANDLE = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
MINUTE = frames.NOW // 60_000 * 60_000
LEASE_SECONDS = 0.5
"""Of demand, in the quick settings."""

Start = Callable[..., Bridge]
EventT = TypeVar("EventT", bound=Event)


@pytest.fixture
async def start(hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange) -> AsyncIterator[Start]:
    """Return what starts a bridge; they are all stopped in the end."""
    running: list[asyncio.Task[None]] = []

    def begin(**changes: object) -> Bridge:
        settings = msgspec.structs.replace(quick_settings(exchange), **changes)
        bridge = Bridge(hub, last_values=last_values, exchange=settings, epoch=1)
        running.append(asyncio.create_task(bridge.run()))
        return bridge

    yield begin
    assert not any(task.done() for task in running)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
async def demand(hub: Hub) -> AsyncIterator[DemandPublisher]:
    """Tell bridges what the hub's process wants."""
    publisher = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await publisher.start()
    yield publisher
    await publisher.stop()


async def send_demand(hub: Hub, *topics: Topic) -> None:
    """Tell bridges that a process wants these topics."""
    await hub.send(BRIDGE_GROUP, {"type": DEMAND_MESSAGE, "holder": "p", "topics": encode_topics(topics)})


def of_kind(received: list[Event], kind: type[EventT]) -> list[EventT]:
    """Return those events that are of one kind."""
    return [event for event in received if isinstance(event, kind)]


@pytest.mark.usefixtures("demand")
class TestReading:
    """What a process wants, it gets."""

    async def test_it_carries_the_digits_of_the_exchange_to_the_last_one(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        start()
        prices, tickers = await reading(hub, PRICE), await reading(hub, TICKER)
        await until(lambda: "btcusdt@ticker" in exchange.subscribed)
        await exchange.send("btcusdt@ticker", frames.ticker(price="0.12345678901234567890"))
        await until(lambda: prices and tickers)
        price, ticker = prices[0], tickers[0]
        assert isinstance(price, events.Price)
        assert isinstance(ticker, events.Ticker)
        assert str(price.price) == str(ticker.price) == "0.12345678901234567890"
        assert (str(price.volume), str(price.change_percent)) == ("12345.67800000", "0.540")
        assert price.simulated

    async def test_it_tells_of_a_price_how_it_has_changed_over_an_hour(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        now = SystemClock().now_ms()
        await database_sync_to_async(hour_ago_store)("BTCUSDT", Decimal("0.12"), now_ms=now)
        start()
        prices = await reading(hub, PRICE)
        await until(lambda: "btcusdt@ticker" in exchange.subscribed)
        times = itertools.count(now)

        async def is_told() -> bool:  # as soon as what is stored was read
            await exchange.send("btcusdt@ticker", frames.ticker(price="0.125", time=next(times)))
            return any(price.change_1h == Decimal("0.005") for price in of_kind(prices, events.Price))

        await until_answer(is_told, expected=True)

    @rule("1.4.1", "1.4.3", "3.1")
    async def test_it_serves_every_kind_of_topic(self, hub: Hub, start: Start, exchange: ScriptedExchange) -> None:
        start()
        depth, trade, overview = (
            Topic(MarketKind.DEPTH, "BTCUSDT"),
            Topic(MarketKind.TRADE, "BTCUSDT"),
            Topic(MarketKind.OVERVIEW),
        )
        topics = (CANDLE, depth, trade, overview)
        received = {topic: await reading(hub, topic) for topic in topics}
        data = {
            "btcusdt@kline_1m": frames.kline(final=True),
            "btcusdt@depth10@100ms": frames.partial_depth(),
            "btcusdt@trade": frames.trade(trade_id=5),
            "!miniTicker@arr": [frames.mini_ticker("BTCUSDT", price="2.50", open_price="2")],
        }
        await until(lambda: exchange.subscribed == set(data))
        for stream, message in data.items():
            await exchange.send(stream, message)
        await until(lambda: all(received.values()))
        candle, book = received[CANDLE][0], received[depth][0]
        trades, market = received[trade][0], received[overview][0]
        assert isinstance(candle, events.Candle)
        assert (str(candle.close), candle.is_final) == ("0.00002010", True)
        assert isinstance(book, events.Depth)
        assert (book.symbol, len(book.bids), str(book.asks[0].quantity)) == ("BTCUSDT", 10, "2.50000000")
        assert isinstance(trades, events.Trades)
        assert (trades.trades[0].trade_id, trades.trades[0].side) == (5, Side.SELL)
        assert isinstance(market, events.Overview)
        assert market.gainers == ("BTCUSDT",)

    @rule("3.2")
    async def test_it_keeps_a_stream_for_a_moment_and_then_ends_it(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        start()
        await reading(hub, PRICE)
        await until(lambda: exchange.subscribed)
        hub.release(PRICE.key)
        await until(lambda: PRICE not in hub.topics)
        await reading(hub, PRICE)
        await reading(hub, CANDLE)
        await until(lambda: len(exchange.subscribed) == 2)
        assert exchange.methods("UNSUBSCRIBE") == []
        hub.release(PRICE.key)
        await until(lambda: exchange.methods("UNSUBSCRIBE") == [["btcusdt@ticker"]])
        assert exchange.subscribed == {"btcusdt@kline_1m"}

    async def test_it_says_how_it_is(self, hub: Hub, start: Start, exchange: ScriptedExchange) -> None:
        table = BridgeStatusTable()
        await table.start(hub)
        start()
        await reading(hub, PRICE)

        def live() -> bool:
            status = table.current()
            return status is not None and status.state is BridgeState.LIVE and bool(status.active_streams)

        await until(live)
        await exchange.send("btcusdt@ticker", frames.ticker())
        await until(lambda: (now := table.current()) is not None and now.lag_ms is not None and now.symbols_known)
        status = table.current()
        assert status is not None
        assert (status.source, status.epoch, status.active_streams) == (Source.SIMULATOR, 1, ("btcusdt@ticker",))
        assert (status.lag_ms or 0) > 0
        await exchange.stop()
        await until(lambda: (now := table.current()) is not None and now.state is BridgeState.RECONNECTING)
        await until(lambda: (now := table.current()) is not None and now.active_streams == ())
        status = table.current()
        assert status is not None
        assert status.lag_ms is None


class TestDemand:
    """Leases of what is wanted."""

    async def test_it_asks_for_what_is_wanted_when_it_starts(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        patient = DemandPublisher(hub, process_id="p", interval=3600.0, gather=0.01)
        await reading(hub, PRICE)
        await patient.start()
        start(demand_lease=3600.0)
        await until(lambda: exchange.subscribed == {"btcusdt@ticker"})
        await patient.stop()
        await until(lambda: exchange.subscribed == set())

    @rule("3.2")
    async def test_it_ends_the_streams_of_a_process_that_died(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        start()
        await until(lambda: exchange.handshakes)
        message = {"type": DEMAND_MESSAGE, "holder": "dies soon", "topics": encode_topics([PRICE])}
        await hub.send(BRIDGE_GROUP, message)
        await until(lambda: exchange.subscribed == {"btcusdt@ticker"})
        await until(lambda: exchange.subscribed == set())

    async def test_who_came_just_before_a_topic_was_given_up_is_told_of_what_was_lost_until_it_was_wanted_again(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        start()
        await until(lambda: exchange.handshakes)
        trades = await reading(hub, TRADES)
        for number in (1, 3):
            await send_demand(hub, TRADES)
            await until(lambda: exchange.subscribed == {"btcusdt@trade"})
            await exchange.send("btcusdt@trade", frames.trade(trade_id=number))
            await until(lambda number=number: number in ids_of(trades))  # type: ignore[misc]
            await send_demand(hub)
            await until(lambda: exchange.subscribed == set())
        assert ids_of(trades) == [1, 3]
        assert [one.complete for one in of_kind(trades, events.Resync)] == [False]

    @pytest.mark.usefixtures("demand")
    async def test_it_loses_nothing_while_the_layer_is_away_for_longer_than_a_lease(
        self,
        hub: Hub,
        layer: FailingLayer,
        start: Start,
        exchange: ScriptedExchange,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        start()
        candles, trades = await reading(hub, CANDLE), await reading(hub, TRADES)
        await until(lambda: exchange.subscribed == {"btcusdt@kline_1m", "btcusdt@trade"})
        layer.is_away = True
        began = asyncio.get_running_loop().time()
        sent = 0
        while asyncio.get_running_loop().time() - began < 3 * LEASE_SECONDS:
            await exchange.send("btcusdt@kline_1m", frames.kline(open_time=MINUTE + 60_000 * sent, final=True))
            await exchange.send("btcusdt@trade", frames.trade(trade_id=sent))
            sent += 1
            await until(lambda refused=layer.refused: layer.refused > refused)  # type: ignore[misc]
        layer.is_away = False
        await until(lambda: len(ids_of(trades)) == sent and len(candles) >= sent)
        assert [one.open_time for one in candles if isinstance(one, events.Candle)] == [
            MINUTE + 60_000 * number for number in range(sent)
        ]
        assert ids_of(trades) == list(range(sent))
        assert exchange.methods("UNSUBSCRIBE") == []
        warnings = [record for record in caplog.records if record.levelname != "INFO"]
        assert len(warnings) <= 4  # two changes, which the bridge and the one who wants each say once
        assert not any(record.exc_info for record in warnings)

    async def test_it_passes_what_it_cannot_read_and_what_no_exchange_serves(
        self, hub: Hub, start: Start, exchange: ScriptedExchange
    ) -> None:
        start()
        await until(lambda: exchange.handshakes)
        unserved = [Topic("signal", "BTCUSDT"), Topic("orders", owner="1"), Topic(MarketKind.CANDLE, "BTCUSDT")]
        for topics in (b"nonsense", encode_topics([*unserved, PRICE])):
            await hub.send(BRIDGE_GROUP, {"type": DEMAND_MESSAGE, "holder": "p", "topics": topics})
        await until(lambda: exchange.subscribed == {"btcusdt@ticker"})


async def test_it_waits_for_a_layer_that_is_away_at_the_start(
    hub: Hub, layer: FailingLayer, start: Start, exchange: ScriptedExchange, caplog: pytest.LogCaptureFixture
) -> None:
    layer.is_away = True
    start()
    await until(lambda: layer.refused > 3)
    layer.is_away = False
    await until(lambda: exchange.handshakes)
    message = {"type": DEMAND_MESSAGE, "holder": "p", "topics": encode_topics([PRICE])}
    await hub.send(BRIDGE_GROUP, message)
    await until(lambda: exchange.subscribed == {"btcusdt@ticker"})
    assert [record.levelname for record in caplog.records][:2] == ["WARNING", "WARNING"]
    assert sum(record.levelname == "WARNING" for record in caplog.records) == 2


class TestLease:
    """One bridge at a time."""

    async def test_a_second_stands_by_and_takes_over_with_a_higher_epoch(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, demand: DemandPublisher
    ) -> None:
        table = BridgeStatusTable()
        await table.start(hub)
        prices = await reading(hub, PRICE)
        settings = msgspec.structs.replace(quick_settings(exchange), lease=3600.0, lease_renewal=1200.0)
        bridges = [Bridge(hub, last_values=last_values, exchange=settings, holder=name) for name in "ab"]
        first = asyncio.create_task(bridges[0].run())
        await until(lambda: exchange.subscribed)
        second = asyncio.create_task(bridges[1].run())
        await exchange.send("btcusdt@ticker", frames.ticker())
        await until(lambda: prices)
        assert len(exchange.sockets) == 1
        assert (await Lease.objects.aget()).holder == "a"
        first.cancel()  # the second needn't wait for its next look
        await asyncio.gather(first, return_exceptions=True)
        await until(lambda: (now := table.current()) is not None and (now.holder, now.epoch) == ("b", 2))
        await until(lambda: exchange.subscribed)
        await exchange.send("btcusdt@ticker", frames.ticker(price="3.0"))
        await until(lambda: len(prices) == 2)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        assert (await Lease.objects.aget()).holder == ""
        await until(lambda: not exchange.sockets)

    async def test_it_stops_at_once_where_the_lease_is_taken_away_and_stands_by(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, demand: DemandPublisher
    ) -> None:
        await reading(hub, PRICE)
        bridge = Bridge(hub, last_values=last_values, exchange=quick_settings(exchange), holder="a")
        running = asyncio.create_task(bridge.run())
        await until(lambda: exchange.subscribed)
        row = await Lease.objects.aget()
        await Lease.objects.aupdate(holder="b", token=row.token + 1)
        await until(lambda: not exchange.sockets)
        await until(lambda: exchange.subscribed)  # b never renews, so a takes it back
        row = await Lease.objects.aget()
        assert (row.holder, row.token) == ("a", 3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
