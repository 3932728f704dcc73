"""Section 1.4: what comes on the streams, and what the bridge makes of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import connect

from streaming import events
from streaming.events import Interval, Side
from streaming.market.binance import messages
from streaming.market.binance.messages import Message, Unknown
from streaming.market.binance.stream_names import streams_of, topics_of
from streaming.market.binance.stream_parser import parse_frame
from streaming.simulator.candles.candles import INTERVALS
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import (
    Bridged,
    Made,
    bridging,
    connection_limits,
    interrupt,
    settings_for,
    simulating,
)
from tests.exchange_rules.defaults import all_defaults
from tests.exchange_rules.rules import rule
from tests.market.upstream.following import following
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

EVERY_TOPIC = (
    Topic(MarketKind.PRICE, "BTCUSDT"), Topic(MarketKind.TICKER, "BTCUSDT"), Topic(MarketKind.TRADE, "BTCUSDT"),
    Topic(MarketKind.DEPTH, "BTCUSDT"), Topic(MarketKind.OVERVIEW),
    *(Topic(MarketKind.CANDLE, "BTCUSDT", interval) for interval in Interval),
)  # fmt: skip
OURS = {"btcusdt@ticker", "btcusdt@trade", "btcusdt@depth10@100ms", "!miniTicker@arr"} | {
    f"btcusdt@kline_{interval.value}" for interval in Interval
}
"""All streams that the bridge ever subscribes for one symbol."""


async def first_of(exchange: SimulatedExchange, stream: str) -> tuple[dict[str, Any], Message]:
    """Return the first event of a stream of the simulator, as it came, and as the bridge's parser has it."""
    async with connect(f"{exchange.stream_url}/stream?streams={stream}") as connection:
        frame = await asyncio.wait_for(connection.recv(), 20)
    received = parse_frame(frame)
    assert received.stream == stream
    return json.loads(frame)["data"], received.message


@asynccontextmanager
async def bridged_to(exchange: SimulatedExchange) -> AsyncIterator[Bridged]:
    """Run a bridge."""
    async with bridging(settings_for(exchange)) as running:
        yield running


def assert_not_ours(stream: str) -> None:
    """Check that the bridge makes nothing of a stream, and never asks for it."""
    assert streams_of(EVERY_TOPIC) == OURS
    assert stream not in OURS
    assert topics_of(stream) == ()


@rule("1.4.1")
async def test_trade_tells_each_trade_and_who_took(simulator: SimulatedExchange) -> None:
    """`@trade`: id, price, quantity, time; `m` true says that the buyer was the maker, so that the taker sold."""
    async with bridged_to(simulator) as bridged:
        reading = await bridged.read_one(Topic(MarketKind.TRADE, "BTCUSDT"))
        await until(lambda: {trade.side for trade in reading.trades} == {Side.BUY, Side.SELL})
        symbol = simulator.market.symbols["BTCUSDT"]
        made = {trade.trade_id: trade for trade in symbol.trades}
        for trade in reading.trades:
            truth = made[trade.trade_id]
            assert trade.price == Decimal(symbol.instrument.price_text(truth.price))
            assert trade.quantity == Decimal(symbol.instrument.quantity_text(truth.quantity))
            assert trade.time == truth.time
            assert (trade.side is Side.SELL) == truth.buyer_is_maker


@rule("1.4.2")
async def test_agg_trade_is_unknown_and_not_subscribed(simulator: SimulatedExchange) -> None:
    """`@aggTrade`: trades of one order together. It doesn't concern us, whose channel tells each trade."""
    _, message = await first_of(simulator, "btcusdt@aggTrade")
    assert message == Unknown(event="aggTrade")
    assert_not_ours("btcusdt@aggTrade")


@rule("1.4.3")
async def test_kline_tells_a_candle_that_is_final_only_when_it_says_so(simulator: SimulatedExchange) -> None:
    """`@kline_<i>`: a candle, every second for 1s and every two for others; `x` true, and that alone, says closed."""
    async with bridged_to(simulator) as bridged:
        seconds, minutes = await bridged.read(
            Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1),
            Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1),
        )
        await until(lambda: len(seconds.closed) >= 2 and minutes.events)
        symbol = simulator.market.symbols["BTCUSDT"]
        for candle in seconds.closed:
            truth = symbol.candles.row("1s", candle.open_time)
            assert candle.close_time == candle.open_time + 999
            assert candle.close == Decimal(symbol.instrument.price_text(truth.close))
            assert candle.volume == Decimal(symbol.instrument.quantity_text(truth.volume))
            assert candle.trades == truth.trades
        now = simulator.clock.now_ms()
        assert all(candle.close_time < now for candle in [*seconds.closed, *minutes.closed])


@rule("1.4.4")
async def test_mini_ticker_of_the_market_makes_the_overview(simulator: SimulatedExchange) -> None:
    """`!miniTicker@arr`: an array that holds only what changed. The overview remembers the others."""
    async with bridged_to(simulator) as bridged:
        reading = await bridged.read_one(Topic(MarketKind.OVERVIEW))
        listed = set(simulator.market.symbols)

        def rows() -> set[str]:
            newest = reading.events[-1] if reading.events else None
            return {row.symbol for row in newest.rows} if isinstance(newest, events.Overview) else set()

        await until(lambda: rows() == listed)


@rule("1.4.5")
async def test_ticker_tells_the_rolling_24_hours(simulator: SimulatedExchange) -> None:
    """`@ticker`: the last 24 hours, each second. It makes the price and the ticker of a symbol, from one stream."""
    async with bridged_to(simulator) as bridged:
        prices, tickers = await bridged.read(Topic(MarketKind.PRICE, "BTCUSDT"), Topic(MarketKind.TICKER, "BTCUSDT"))
        await until(lambda: prices.events and tickers.events)
        price, ticker = prices.events[0], tickers.events[0]
        assert isinstance(price, events.Price)
        assert isinstance(ticker, events.Ticker)
        assert (price.price, price.high, price.volume) == (ticker.price, ticker.high, ticker.volume)
        assert ticker.low <= ticker.price <= ticker.high
        assert ticker.bid < ticker.ask
        assert ticker.change == ticker.price - ticker.open
        assert simulator.subscribed_streams() == {"btcusdt@ticker"}


@rule("1.4.6")
@pytest.mark.parametrize("window", ["1h", "4h", "1d"])
async def test_rolling_ticker_is_unknown_and_not_subscribed(simulator: SimulatedExchange, window: str) -> None:
    """`@ticker_<w>`: smaller windows, with names of their own and fewer fields. No channel of ours has them."""
    texts = dict.fromkeys("pPowhlcvq", "1.5")
    numbers = {"E": simulator.clock.now_ms(), "O": 0, "C": 0, "F": 0, "L": 9, "n": 10}
    event = {"stream": f"btcusdt@ticker_{window}", "data": {"e": f"{window}Ticker", "s": "BTCUSDT", **texts, **numbers}}
    async with following(simulator.stream_url, limits=connection_limits()) as follower:
        await until(lambda: follower.received)
        simulator.connections[0].deliver(json.dumps(event).encode())
        simulator.connections[0].flush()
        await until(lambda: follower.upstream.counts.unknown == 1)
        assert not follower.upstream.counts.endings
    assert_not_ours(f"btcusdt@ticker_{window}")


@rule("1.4.7")
async def test_book_ticker_is_told_by_its_keys_as_it_has_no_name(simulator: SimulatedExchange) -> None:
    """`@bookTicker`: the best prices, without event name and time: its keys tell what it is. Not subscribed: the best
    prices of our channels are those of the depth and of the ticker.
    """
    raw, message = await first_of(simulator, "btcusdt@bookTicker")
    assert not raw.keys() & {"e", "E"}
    assert isinstance(message, messages.BookTickerMessage)
    assert message.bid < message.ask
    assert_not_ours("btcusdt@bookTicker")


@rule("1.4.8")
async def test_avg_price_is_unknown_and_not_subscribed(simulator: SimulatedExchange) -> None:
    """`@avgPrice`: the average of 5 minutes. No channel of ours has it."""
    _, message = await first_of(simulator, "btcusdt@avgPrice")
    assert message == Unknown(event="avgPrice")
    assert_not_ours("btcusdt@avgPrice")


@rule("1.4.9")
async def test_partial_depth_is_routed_by_its_streams_name(simulator: SimulatedExchange) -> None:
    """`@depth10@100ms`: levels without event name, symbol and time; only the stream's name tells whose they are."""
    raw, message = await first_of(simulator, "ethusdt@depth10@100ms")
    assert raw.keys() == {"lastUpdateId", "bids", "asks"}
    assert isinstance(message, messages.PartialDepthMessage)
    async with bridged_to(simulator) as bridged:
        bitcoin, ether = await bridged.read(Topic(MarketKind.DEPTH, "BTCUSDT"), Topic(MarketKind.DEPTH, "ETHUSDT"))
        await until(lambda: len(bitcoin.events) >= 3 and len(ether.events) >= 3)
        for reading in (bitcoin, ether):
            symbol = simulator.market.symbols[reading.topic.symbol]
            price = Decimal(symbol.instrument.price_text(symbol.candles.last_close))
            for book in reading.events:
                assert isinstance(book, events.Depth)
                assert book.symbol == reading.topic.symbol
                assert abs(book.bids[0].price / price - 1) < Decimal("0.05")


@rule("1.4.10")
async def test_depth_differences_are_read_but_not_subscribed(simulator: SimulatedExchange) -> None:
    """`@depth`: differences, of which quantity zero removes a level. See 1.5: our book is whole each time."""
    raw, message = await first_of(simulator, "btcusdt@depth@100ms")
    assert isinstance(message, messages.DepthUpdateMessage)
    assert (message.first_id, message.last_id) == (raw["U"], raw["u"])
    assert_not_ours("btcusdt@depth@100ms")


@rule("1.4.11")
async def test_block_trade_and_reference_price_are_unknown_and_harmless(simulator: SimulatedExchange) -> None:
    """`@blockTrade` and `@referencePrice` are new in 2026. No channel of ours has them; if one came, it would be
    counted as unknown, and nothing else would happen.
    """
    frames = (
        b'{"stream":"btcusdt@referencePrice","data":{"e":"referencePrice","s":"BTCUSDT","t":1700000000000,"r":null}}',
        b'{"stream":"btcusdt@blockTrade","data":{"e":"blockTrade","E":1700000000000,"s":"BTCUSDT","p":"1","q":"1"}}',
    )
    assert all(isinstance(parse_frame(frame).message, Unknown) for frame in frames)
    async with following(simulator.stream_url, limits=connection_limits()) as follower:
        await until(lambda: follower.received)
        for frame in frames:
            simulator.connections[0].deliver(frame)
        simulator.connections[0].flush()
        await until(lambda: follower.upstream.counts.unknown == len(frames))
        assert not follower.upstream.counts.endings
    for stream in ("btcusdt@blockTrade", "btcusdt@referencePrice"):
        assert_not_ours(stream)


@rule("1.4.12")
async def test_every_interval_comes_with_texts_for_prices_and_whole_numbers_for_times(
    simulator: SimulatedExchange,
) -> None:
    """There are sixteen intervals, `1M` a month and `1m` a minute; prices and quantities are texts, times integers."""
    assert {one.value for one in Interval} == set(INTERVALS)
    assert len(INTERVALS) == 16
    seen: dict[str, Message] = {}
    streams = "/".join(f"btcusdt@kline_{interval}" for interval in INTERVALS)
    async with asyncio.timeout(20), connect(f"{simulator.stream_url}/stream?streams={streams}") as connection:
        while seen.keys() != set(INTERVALS):
            frame = await connection.recv()
            candle, message = json.loads(frame)["data"]["k"], parse_frame(frame).message
            assert isinstance(message, messages.KlineMessage)
            assert all(isinstance(candle[key], str) for key in "ochlvqVQ")
            assert all(isinstance(candle[key], int) for key in "tTn")
            assert str(message.close) == candle["c"]  # every digit
            seen[message.interval.value] = message


@rule("1.4.13")
async def test_nothing_that_is_retired_is_asked_for(simulator: SimulatedExchange) -> None:
    """Retired: `!ticker@arr`, `!bookTicker`, `/api/v1`, listen keys, the old paths of futures. With every topic wanted,
    and over a cut that is filled by REST, none of them is asked for; nor does a default name one.
    """
    retired = ("!ticker", "!bookTicker", "/api/v1", "listenKey", "fstream", "/fapi")
    async with bridged_to(simulator) as bridged:
        readings = await bridged.read(*EVERY_TOPIC)
        await until(lambda: all(reading.events for reading in readings))
        made = Made(simulator, "BTCUSDT")
        await interrupt(simulator, made, seconds=3)
        await until(lambda: "resync" in bridged.story)
    said = [*simulator.requests, *(str(message) for message in simulator.messages)]
    assert any("/api/v3/klines" in line for line in said)
    assert not [line for line in [*said, str(all_defaults())] for name in retired if name in line]


@rule("1.4.14")
async def test_quiet_books_are_no_failure_and_late_closes_no_loss() -> None:
    """Quiet books are silent for long, and closed candles come up to seconds late. A symbol that nobody trades costs
    no connection; candles whose close is late are told once, in order, none missing.
    """
    async with simulating(final_candle_delay=(0.5, 2.0)) as exchange, bridged_to(exchange) as bridged:
        reading, _ = await bridged.read(
            Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1), Topic(MarketKind.DEPTH, "NOSUCHUSDT")
        )
        await until(lambda: len(reading.closed) >= 4)
        opens = [candle.open_time for candle in reading.closed]
        assert opens == list(range(opens[0], opens[0] + 1000 * len(opens), 1000))
        assert "disconnected" not in bridged.story


@rule("1.4.15")
async def test_a_candle_without_trades_may_be_silent_and_an_empty_second_is_told_closed() -> None:
    """A candle stream sends nothing while its candle has no trades (so its silence is no failure), but an empty
    second is sent closed, with no trades; that one is told like any other.
    """
    async with simulating(speed=0.02) as exchange, bridged_to(exchange) as bridged:
        reading = await bridged.read_one(Topic(MarketKind.CANDLE, "BNBUSDT", Interval.SECOND_1))
        await until(lambda: any(candle.trades == 0 for candle in reading.closed))
        empty = next(candle for candle in reading.closed if candle.trades == 0)
        assert empty.open == empty.high == empty.low == empty.close
        assert empty.volume == 0
        assert "disconnected" not in bridged.story
