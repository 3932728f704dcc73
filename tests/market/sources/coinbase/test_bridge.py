"""The bridge over a Coinbase on a real socket: its topics, seeds of candles, a crossed book, trades that are lost."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from streaming import events
from streaming.events import Event, Interval, Resync, Source
from streaming.fan_out.hub import Hub
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.models import Symbol
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.symbols.directory import SYMBOLS_CHANGED_MESSAGE
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market.conftest import quick_settings
from tests.market.sources.coinbase import coinbase_frames as frames
from tests.market.sources.coinbase.scripted_coinbase import ScriptedCoinbase, answer
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections", "bridge")]

TICKER = Topic(MarketKind.TICKER, "BTC-USD")
DEPTH = Topic(MarketKind.DEPTH, "BTC-USD")
TRADES = Topic(MarketKind.TRADE, "BTC-USD")
CANDLE = Topic(MarketKind.CANDLE, "BTC-USD", Interval.MINUTE_1)
REST_TRADES = "/products/BTC-USD/trades"


@pytest.fixture
async def coinbase() -> AsyncIterator[ScriptedCoinbase]:
    """Run a Coinbase that lists two products."""
    scripted = ScriptedCoinbase()
    scripted.rest[REST_TRADES] = answer([])
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest.fixture
async def bridge(hub: Hub, last_values: MemoryLastValues, coinbase: ScriptedCoinbase) -> AsyncIterator[None]:
    """Run a bridge to it, and tell it what the hub's process wants."""
    settings = msgspec.structs.replace(quick_settings(coinbase), source=Source.COINBASE)
    running = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    yield
    await demand.stop()
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def flowing(coinbase: ScriptedCoinbase, *streams: str) -> None:
    """Wait until streams are subscribed."""
    await until(lambda: coinbase.subscribed.issuperset(streams))


def rest_trade(number: int, time: str) -> dict[str, object]:
    """Return a row of trades."""
    return {"trade_id": number, "side": "sell", "size": "0.50000000", "price": "63514.6", "time": time}


def told_trades(received: list[Event]) -> list[tuple[int, bool]]:
    """Return each trade's id, and whether it was fetched."""
    told = [event for event in received if isinstance(event, events.Trades)]
    return [(trade.trade_id, event.repaired) for event in told for trade in event.trades]


@rule("C.10", "C.14")
async def test_it_serves_prices_books_and_trades_with_the_digits_of_the_wire(
    hub: Hub, coinbase: ScriptedCoinbase
) -> None:
    coinbase.beginnings = {
        "BTC-USD@ticker": [frames.ticker()],
        "BTC-USD@level2_batch": [frames.snapshot()],
        "BTC-USD@matches": [frames.match(6, kind="last_match")],
    }
    ticker, depth, trades = [await reading(hub, topic) for topic in (TICKER, DEPTH, TRADES)]
    await flowing(coinbase, "BTC-USD@matches", "BTC-USD@heartbeat")
    await coinbase.tell("BTC-USD@matches", frames.match(7))
    await until(lambda: all((ticker, depth, trades)))
    assert isinstance(ticker[0], events.Ticker)
    assert (ticker[0].source, str(ticker[0].volume)) == (Source.COINBASE, "1234.50000000")
    assert isinstance(depth[0], events.Depth)
    assert str(depth[0].bids[-1].quantity) == "0.20000000"
    assert told_trades(trades) == [(7, False)]


@rule("C.15")
async def test_a_running_candle_is_told_with_what_rest_says_was_traded_in_it_before(
    hub: Hub, coinbase: ScriptedCoinbase
) -> None:
    coinbase.rest["/time"] = answer({"iso": frames.time_at(30), "epoch": 0.0})
    coinbase.rest[REST_TRADES] = answer([rest_trade(8, frames.time_at(20)), rest_trade(7, "2026-07-07T22:59:30Z")])
    candle = await reading(hub, CANDLE)
    await until(lambda: candle)
    assert isinstance(candle[0], events.Candle)
    assert (str(candle[0].volume), candle[0].trades, candle[0].is_final) == ("0.50000000", 1, False)
    assert candle[0].interval is Interval.MINUTE_1


@rule("C.12")
async def test_a_book_that_stays_crossed_is_told_of_and_subscribed_again(hub: Hub, coinbase: ScriptedCoinbase) -> None:
    coinbase.beginnings = {"BTC-USD@level2_batch": [frames.snapshot(1.0), frames.snapshot(3.0)]}
    depth = await reading(hub, DEPTH)
    await until(lambda: depth)
    for tenth in range(3):
        crossing = ("buy", "63514.60", "1.00000000")
        await coinbase.tell("BTC-USD@level2_batch", frames.update(2 + tenth / 10, crossing))
    await until(lambda: any(isinstance(event, Resync) for event in depth))
    assert [type(event) for event in depth] == [events.Depth, events.Depth, Resync]
    book = [method for method, stream in coinbase.asked if stream == "BTC-USD@level2_batch"]
    assert book == ["subscribe", "unsubscribe", "subscribe"]
    assert coinbase.asked.count(("subscribe", "BTC-USD@heartbeat")) == 1


@rule("C.11")
async def test_a_product_that_is_refused_keeps_none_from_the_others(hub: Hub, coinbase: ScriptedCoinbase) -> None:
    await reading(hub, Topic(MarketKind.TICKER, "AAA-USD"))
    ticker = await reading(hub, TICKER)
    await flowing(coinbase, "BTC-USD@ticker")
    await coinbase.tell("BTC-USD@ticker", frames.ticker())
    await until(lambda: ticker)
    assert ("subscribe", "AAA-USD@ticker") in coinbase.asked


@rule("C.13", "C.19")
async def test_trades_that_a_heartbeat_shows_to_be_lost_are_asked_of_rest(hub: Hub, coinbase: ScriptedCoinbase) -> None:
    coinbase.rest[REST_TRADES] = answer([rest_trade(number, frames.time_at(1)) for number in (9, 8, 7)])
    coinbase.beginnings = {"BTC-USD@matches": [frames.match(6, kind="last_match")]}
    trades = await reading(hub, TRADES)
    await flowing(coinbase, "BTC-USD@matches", "BTC-USD@heartbeat")
    await coinbase.tell("BTC-USD@matches", frames.match(7, 1))
    for second in (2, 3):
        await coinbase.tell("BTC-USD@heartbeat", frames.heartbeat(9, second))
    await until(lambda: any(isinstance(event, Resync) for event in trades))
    assert told_trades(trades) == [(7, False), (8, True), (9, True)]
    matches = [method for method, stream in coinbase.asked if stream == "BTC-USD@matches"]
    assert matches == ["subscribe", "unsubscribe", "subscribe"]


@rule("C.20")
async def test_what_it_lists_is_stored(hub: Hub, coinbase: ScriptedCoinbase) -> None:
    changed = asyncio.Event()
    await hub.listen(GATEWAYS_GROUP, SYMBOLS_CHANGED_MESSAGE, lambda _: changed.set())
    async with asyncio.timeout(5):
        await changed.wait()
    stored = await Symbol.objects.aget(name="BTC-USD")
    assert (stored.base, stored.quote, stored.status, stored.source) == ("BTC", "USD", "TRADING", "coinbase")
