"""All that a busy bridge says to the exchange, frame by frame and request by request, over a cut that REST fills.

Orders and user data (section 1.7) don't concern the bridge: it reads the market, and no more.
"""

from urllib.parse import parse_qs, urlsplit

import pytest

from streaming.events import Depth, Interval
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import DEPTH, PRICE, SECONDS, TRADES, Made, bridging, interrupt, settings_for
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import TEXT, Tap
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

CANDLES = tuple(Topic(MarketKind.CANDLE, "BTCUSDT", interval) for interval in Interval)
EVERY_TOPIC = (PRICE, Topic(MarketKind.TICKER, "BTCUSDT"), Topic(MarketKind.OVERVIEW), *CANDLES)
STREAMS = {"btcusdt@ticker", "btcusdt@trade", "btcusdt@depth10@100ms", "!miniTicker@arr"} | {
    f"btcusdt@kline_{interval.value}" for interval in Interval
}


@pytest.fixture
async def busy(simulator: SimulatedExchange, tap: Tap) -> Tap:
    """Run a bridge that carries every topic through a cut; return the tap that heard all that it said."""
    made = Made(simulator, "BTCUSDT")
    settings = settings_for(simulator, stream_urls=(tap.stream_url,), rest_url=tap.rest_url)
    async with bridging(settings) as bridged:
        readings = trades, seconds, books, *_ = await bridged.read(TRADES, SECONDS, DEPTH, *EVERY_TOPIC)
        await until(lambda: all(reading.events for reading in readings))
        await interrupt(simulator, made, seconds=1)
        await until(lambda: trades.resyncs and seconds.resyncs and books.resyncs)
        assert all(len(book.bids) == len(book.asks) == 10 for book in books.events if isinstance(book, Depth))
    return tap


@rule("1.1.2", "1.1.6", "1.2.9", "1.3.1", "1.3.5", "1.4.13", "1.5.1", "1.7.1", "1.7.2", "1.7.3", "1.7.4", "3.1")
async def test_it_asks_for_streams_and_candles_of_the_market_and_for_nothing_else(busy: Tap) -> None:
    check_sockets(busy)
    check_rest(busy)
    for one in busy.conversations:
        assert not {name for name in one.headers if name.startswith(("x-mbx", "authorization", "cookie"))}


def check_sockets(tap: Tap) -> None:
    """Check that streams come on `/stream` alone, uncompressed and in ms, asked for in JSON by ids that ascend."""
    assert {one.request_line for one in tap.sockets} == {"GET /stream HTTP/1.1"}
    assert not [one for one in tap.sockets if "sec-websocket-extensions" in one.headers]
    assert set(tap.names("SUBSCRIBE")) == STREAMS
    for one in tap.sockets:
        requests = [frame.request for frame in one.frames if frame.opcode == TEXT]
        assert {request["method"] for request in requests} <= {"SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS"}
        ids = [request["id"] for request in requests]
        assert ids == sorted(set(ids))
        assert all(isinstance(number, int) and 0 < number < 2**63 for number in ids)


def check_rest(tap: Tap) -> None:
    """Check that REST is only read, unsigned, and asked neither for books nor for anybody's account."""
    found: dict[str, set[str]] = {}
    for one in tap.rest:
        method, target, _ = one.request_line.split()
        assert method == "GET"
        found.setdefault(urlsplit(target).path, set()).update(parse_qs(urlsplit(target).query))
    assert found.keys() <= {"/api/v3/exchangeInfo", "/api/v3/klines", "/api/v3/trades", "/api/v3/time"}
    assert found["/api/v3/klines"] == {"symbol", "interval", "startTime", "limit"}
    assert not set().union(*found.values()) & {"signature", "timestamp", "recvWindow"}
