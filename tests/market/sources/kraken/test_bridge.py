"""The bridge over a Kraken on a real socket: its topics, a book that is broken, trades that are missing."""

import asyncio
from collections.abc import AsyncIterator, Iterable

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
from tests.market.sources.kraken import kraken_frames as frames
from tests.market.sources.kraken.scripted_kraken import ScriptedKraken, answer
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections", "bridge")]

TICKER = Topic(MarketKind.TICKER, "BTC/USD")
DEPTH = Topic(MarketKind.DEPTH, "BTC/USD")
TRADES = Topic(MarketKind.TRADE, "BTC/USD")
CANDLE = Topic(MarketKind.CANDLE, "BTC/USD", Interval.MINUTE_1)


@pytest.fixture
async def kraken() -> AsyncIterator[ScriptedKraken]:
    """Run a Kraken that lists two pairs."""
    scripted = ScriptedKraken()
    await scripted.start()
    beating = asyncio.create_task(scripted.keep_beating())
    yield scripted
    beating.cancel()
    await scripted.stop()


@pytest.fixture
async def bridge(hub: Hub, last_values: MemoryLastValues, kraken: ScriptedKraken) -> AsyncIterator[None]:
    """Run a bridge to it, and tell it what the hub's process wants."""
    settings = msgspec.structs.replace(quick_settings(kraken), source=Source.KRAKEN)
    running = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.1, gather=0.01)
    await demand.start()
    yield
    await demand.stop()
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def flowing(kraken: ScriptedKraken, *streams: str) -> None:
    """Wait until streams are subscribed."""
    await until(lambda: kraken.subscribed.issuperset(streams))


@rule("K.9", "K.11")
async def test_it_serves_every_kind_of_topic_with_the_digits_of_the_wire(hub: Hub, kraken: ScriptedKraken) -> None:
    kraken.beginnings = {
        "BTC/USD@ticker": [frames.ticker(kind="snapshot")],
        "BTC/USD@book": [frames.book()],
        "BTC/USD@ohlc": [frames.candles(frames.candle(4), sent="04:30", kind="snapshot")],
    }
    ticker, depth, trades, candle = [await reading(hub, topic) for topic in (TICKER, DEPTH, TRADES, CANDLE)]
    await flowing(kraken, "BTC/USD@trade")
    await kraken.tell("BTC/USD@trade", frames.trades(1))
    await until(lambda: all((ticker, depth, trades, candle)))
    assert isinstance(ticker[0], events.Ticker)
    assert (ticker[0].source, str(ticker[0].price)) == (Source.KRAKEN, "45284.10")
    assert isinstance(depth[0], events.Depth)
    assert str(depth[0].bids[-1].quantity) == "1.0E-7"
    assert isinstance(trades[0], events.Trades)
    assert str(trades[0].trades[0].quantity) == "0.00004130"
    assert isinstance(candle[0], events.Candle)
    assert str(candle[0].close) == "45284.1"


@rule("K.10")
async def test_a_book_whose_checksum_is_wrong_is_told_of_and_subscribed_again(hub: Hub, kraken: ScriptedKraken) -> None:
    kraken.beginnings = {"BTC/USD@book": [frames.book(1.0), frames.book(3.0)]}
    depth, trades = await reading(hub, DEPTH), await reading(hub, TRADES)
    await until(lambda: depth)
    await kraken.tell("BTC/USD@book", frames.book_update(2.0, checksum=1))
    await until(lambda: any(isinstance(event, Resync) for event in depth))
    assert [type(event) for event in depth] == [events.Depth, events.Depth, Resync]
    book = [method for method, stream in kraken.asked if stream == "BTC/USD@book"]
    assert book == ["subscribe", "unsubscribe", "subscribe"]
    await flowing(kraken, "BTC/USD@trade")
    assert kraken.asked.count(("subscribe", "BTC/USD@trade")) == 1
    assert not trades


@rule("K.10")
async def test_a_book_whose_checksum_is_always_wrong_is_subscribed_three_times_again_and_others_flow(
    hub: Hub, kraken: ScriptedKraken
) -> None:
    kraken.beginnings = {"BTC/USD@book": [frames.book(second, checksum=1) for second in range(9)]}
    await reading(hub, DEPTH)
    trades = await reading(hub, TRADES)
    await until(lambda: kraken.asked.count(("subscribe", "BTC/USD@book")) == 4)
    await flowing(kraken, "BTC/USD@trade", "BTC/USD@book")
    await kraken.tell("BTC/USD@book", frames.book_update(30.0, checksum=1))
    await kraken.tell("BTC/USD@trade", frames.trades(1))
    await until(lambda: trades)
    assert kraken.asked.count(("unsubscribe", "BTC/USD@book")) == 3
    assert len(kraken.handshakes) == 1


@rule("K.2")
async def test_a_pair_that_is_refused_keeps_none_from_the_others(hub: Hub, kraken: ScriptedKraken) -> None:
    await reading(hub, Topic(MarketKind.TICKER, "XBT/USDT"))
    ticker = await reading(hub, TICKER)
    await flowing(kraken, "BTC/USD@ticker")
    await kraken.tell("BTC/USD@ticker", frames.ticker())
    await until(lambda: ticker)
    assert ("subscribe", "XBT/USDT@ticker") in kraken.asked


def _told(published: Iterable[Event]) -> list[tuple[int | None, bool]]:
    """Return the ids of trades, each with whether it was fetched."""
    told = (event for event in published if isinstance(event, events.Trades))
    return [(trade.trade_id, event.repaired) for event in told for trade in event.trades]


@rule("K.13")
async def test_trades_that_are_missing_are_asked_of_rest(hub: Hub, kraken: ScriptedKraken) -> None:
    time = 1_783_465_200.5
    rows = [["45284.1", "0.1", time, "b", "l", "", number] for number in (1, 2, 3, 4)]
    kraken.rest["/0/public/Trades"] = answer({"XXBTZUSD": rows, "last": "1783465200500000000"})
    trades = await reading(hub, TRADES)
    await flowing(kraken, "BTC/USD@trade")
    await kraken.tell("BTC/USD@trade", frames.trades(1))
    await kraken.tell("BTC/USD@trade", frames.trades(4, second=1.0))
    await until(lambda: any(isinstance(event, Resync) for event in trades) and len(_told(trades)) == 4)
    assert _told(trades) == [(1, False), (2, True), (3, True), (4, False)]
    assert [path for path in kraken.rest_requests if "Trades" in path] == ["/0/public/Trades?pair=XBTUSD&count=1000"]


@rule("K.13")
async def test_what_it_lists_is_stored_under_the_feeds_names(hub: Hub, kraken: ScriptedKraken) -> None:
    changed = asyncio.Event()
    await hub.listen(GATEWAYS_GROUP, SYMBOLS_CHANGED_MESSAGE, lambda _: changed.set())
    async with asyncio.timeout(5):
        await changed.wait()
    stored = await Symbol.objects.aget(name="BTC/USD")
    assert (stored.base, stored.quote, stored.status, stored.source) == ("BTC", "USD", "TRADING", "kraken")
