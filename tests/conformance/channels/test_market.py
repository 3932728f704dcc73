"""docs/protocol/market.md: the frames and channels of `/ws`."""

import asyncio
import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from tests.conformance.asking import http
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import MARKET, Refusal, Seen
from tests.conformance.channels.market_values import CANDLE_FIELDS, MARKS, TICKER_FIELDS, WHERE_KNOWN, is_number
from tests.conformance.people import OWNER
from tests.conformance.places import Place
from tests.conformance.rows import everywhere, on_each_layer, row
from tests.waiting import until
from tests.wire.client import connected

INTERVALS = ["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M"]


def check_price(data: dict[str, Any]) -> None:
    assert all(is_number(data[name]) for name in set(data) - MARKS - {"symbol", "stale"})
    assert isinstance(data["timestamp"], int)
    assert 80_000 < data["price"] < 110_000


def check_ticker(data: dict[str, Any]) -> None:
    MARKET.assert_is_now(data["timestamp"])
    assert data["bid"] < data["ask"]
    assert data["low"] <= data["price"] <= data["high"]
    assert data["price"] - data["open"] == data["change"]


def check_candle(data: dict[str, Any]) -> None:
    MARKET.assert_is_now(data["timestamp"])
    assert data["interval"] == "5m"
    assert data["time"] % 300_000 == 0
    assert data["low"] <= min(data["open"], data["close"])
    assert data["high"] >= max(data["open"], data["close"])
    assert isinstance(data["isFinal"], bool)


def check_trade(data: dict[str, Any]) -> None:
    MARKET.assert_is_now(data["timestamp"])
    assert data["side"] in {"buy", "sell"}
    assert isinstance(data["tradeId"], int)
    assert is_number(data["price"])
    assert data["quantity"] > 0


def check_depth(data: dict[str, Any], *, most: int = 10) -> None:
    MARKET.assert_is_now(data["timestamp"])
    bids, asks = ([price for price, _ in data[side]] for side in ("bids", "asks"))
    assert 1 <= len(bids) <= most
    assert 1 <= len(asks) <= most
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    assert all(quantity > 0 for side in ("bids", "asks") for _, quantity in data[side])


def check_deep_depth(data: dict[str, Any]) -> None:
    check_depth(data, most=100)
    assert min(len(data["bids"]), len(data["asks"])) > 10


def check_overview(data: dict[str, Any]) -> None:
    MARKET.assert_is_now(data["timestamp"])
    assert all(set(line) == {"symbol", "price", "changePercent24h", "volume24h"} for line in data["symbols"])
    named = {line["symbol"] for line in data["symbols"]}
    assert all(set(data[name]) <= named for name in ("gainers", "losers", "volumes"))


CHANNELS: dict[str, tuple[str, str, str, Callable[[dict[str, Any]], None]]] = {
    "MK-10": (
        "price:BTCUSDT", "price",
        "symbol price change24h changePercent24h high24h low24h volume24h timestamp", check_price,
    ),
    "MK-11": ("ticker:ETHUSDT", "ticker", TICKER_FIELDS, check_ticker),
    "MK-12": ("klines:SOLUSDT:5m", "kline", CANDLE_FIELDS, check_candle),
    "MK-13": ("trades:BTCUSDT", "trade", "symbol price quantity side tradeId timestamp", check_trade),
    "MK-14": ("depth:BNBUSDT", "depth", "symbol bids asks timestamp", check_depth),
    "MK-17": ("depth:BNBUSDT:100", "depth", "symbol bids asks timestamp", check_deep_depth),
    "MK-15": ("market:overview", "overview", "symbols gainers losers volumes timestamp", check_overview),
}  # fmt: skip


@row(*CHANNELS, "MK-06", "MK-20", "MK-21")
@everywhere
async def test_it_streams_the_market(place: Place) -> None:
    expected = {channel: (kind, fields, check) for channel, kind, fields, check in CHANNELS.values()}
    async with speak(place, MARKET) as client:
        await client.ask(*expected)
        while expected:
            seen = await client.event()
            if seen.channel not in expected or seen.is_of_a_gap:
                continue
            kind, fields, check = expected.pop(seen.channel)
            assert seen.type == kind
            told = set(seen.data) - {"stale"} - WHERE_KNOWN  # a busy machine's exchange may pause
            assert told == set(fields.split()) | MARKS
            assert (seen.data["source"], seen.data["simulated"]) == ("simulator", True)
            for name in ("symbol", "interval"):
                assert client.frames[-1].get(name) == seen.data.get(name)
            check(seen.data)


@row("MK-01")
async def test_it_greets(place: Place) -> None:
    for who, logged_in in (("", False), (OWNER, True)):
        async with speak(place, MARKET, who, takes_welcome=False) as client:
            frame = await client.receive()
        assert set(frame) == {"type", "data", "timestamp"}
        assert frame["type"] == "connected"
        assert set(frame["data"]) == {"clientId", "authenticated", "timestamp"}
        assert re.fullmatch(r"ws_\d{13}_[a-z0-9]{9}", frame["data"]["clientId"])
        assert frame["data"]["authenticated"] is logged_in
        MARKET.assert_is_now(frame["data"]["timestamp"])


@row("MK-02", "MK-03", "MK-05")
async def test_it_answers_for_each_channel_in_order(place: Place) -> None:
    channels = ["price:BTCUSDT", "price:INVALID", "ticker:ETHUSDT", "nonsense"]
    async with speak(place, MARKET) as client:
        await client.ask(*channels)
        answers = [frame for frame in client.frames if frame["type"] in {"subscribed", "error"}]
        assert [answer["channel"] for answer in answers] == channels
        assert [answer["type"] for answer in answers] == ["subscribed", "error", "subscribed", "error"]
        assert set(answers[0]) == {"type", "channel", "timestamp"}
        assert set(answers[1]) == {"type", "channel", "data", "timestamp"}
        assert answers[1]["data"] == {"message": "Failed to fetch quote for INVALID", "code": "unknown_symbol"}
        await client.give_up("ticker:ETHUSDT", "price:BTCUSDT")
        given_up = [frame["channel"] for frame in client.frames if frame["type"] == "unsubscribed"]
        assert given_up == ["ticker:ETHUSDT", "price:BTCUSDT"]
        await client.send("{}")
        assert set(await client.next_of("error")) == {"type", "data", "timestamp"}


@row("MK-24")
async def test_it_knows_the_exchanges_intervals_and_no_other(place: Place) -> None:
    others = ["1S", "2m", "1y", "60", "", "1H", "1MO"]
    async with speak(place, MARKET) as client:
        said = await client.ask(*(f"klines:BTCUSDT:{interval}" for interval in INTERVALS + others))
    assert [said[f"klines:BTCUSDT:{interval}"] for interval in INTERVALS] == [None] * 16
    for interval in others:
        channel = f"klines:BTCUSDT:{interval}"
        assert said[channel] == Refusal("unknown_channel", f"Unknown channel: {channel}", channel)


@row("MK-12")
async def test_it_tells_when_a_candle_is_final(place: Place) -> None:
    async with speak(place, MARKET) as client:
        await client.ask("kline:SOLUSDT:1s")
        final: Seen = await client.event("kline:SOLUSDT:1s")
        while not final.data["isFinal"]:
            final = await client.event("kline:SOLUSDT:1s")
        following = await client.event("kline:SOLUSDT:1s")
    assert following.data["time"] > final.data["time"]


@row("MK-23")
@on_each_layer
async def test_it_opens_one_stream_for_any_number_of_clients_and_channels(place: Place) -> None:
    def streams() -> list[str]:
        named = http.get(f"{place.http_url}/api/v1/ws/stats").json["data"]["binanceActiveStreams"]
        return [stream for stream in named if stream.startswith("avaxusdt@")]

    count = len(place.deployment.gateways)
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(connected(place.socket_url(gateway=number % count))) for number in range(8)
        ]
        await asyncio.gather(*(client.subscribe("price:AVAXUSDT", "ticker:AVAXUSDT") for client in clients))
        await asyncio.gather(*(client.next_of("ticker") for client in clients))
        await until(streams)
        assert streams() == ["avaxusdt@ticker"]
