"""The protocol of `/ws` as a client sees it, over real sockets, on every deployment."""

import asyncio
import json
import re
import time
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.deployments import Deployment
from tests.wire.client import Client, Frame, connected, flood

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NUMBER = (int, Decimal)
PRICE_FIELDS = {"symbol", "price", "change24h", "changePercent24h", "high24h", "low24h", "volume24h", "timestamp"}
TICKER_FIELDS = {
    "symbol", "price", "bid", "ask", "volume", "change", "changePercent", "high", "low", "open", "previousClose",
    "timestamp",
}  # fmt: skip
CANDLE_FIELDS = {
    "symbol", "interval", "time", "open", "high", "low", "close", "volume", "isFinal", "timestamp"
}  # fmt: skip
TRADE_FIELDS = {"symbol", "price", "quantity", "side", "timestamp", "tradeId"}
DEPTH_FIELDS = {"symbol", "bids", "asks", "timestamp"}
MARKS = {"source", "simulated"}


def assert_envelope(frame: Frame, *, frame_type: str, channel: str, fields: set[str]) -> dict[str, Any]:
    assert frame["type"] == frame_type
    assert frame["channel"] == channel
    assert ISO_TIME.fullmatch(frame["timestamp"])
    data: dict[str, Any] = frame["data"]
    assert set(data) == fields | MARKS
    assert (data["source"], data["simulated"]) == ("simulator", True)
    if "symbol" in fields:
        assert frame["symbol"] == data["symbol"] == channel.split(":")[1]
    return data


async def test_it_greets(deployment: Deployment) -> None:
    async with connect(deployment.socket_url) as connection:
        frame = await Client(connection).receive()
    assert set(frame) == {"type", "data", "timestamp"}
    assert frame["type"] == "connected"
    assert set(frame["data"]) == {"clientId", "authenticated", "timestamp"}
    assert re.fullmatch(r"ws_\d{13}_[a-z0-9]{9}", frame["data"]["clientId"])
    assert frame["data"]["authenticated"] is False
    assert ISO_TIME.fullmatch(frame["timestamp"])
    assert ISO_TIME.fullmatch(frame["data"]["timestamp"])


async def test_it_answers_a_ping(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.send({"type": "ping"})
        frame = await client.receive()
    assert set(frame) == {"type", "timestamp"}
    assert frame["type"] == "pong"
    assert ISO_TIME.fullmatch(frame["timestamp"])


async def test_it_answers_for_each_channel_in_order(deployment: Deployment) -> None:
    channels = ["price:BTCUSDT", "ticker:ETHUSDT", "price:INVALID", "klines:SOLUSDT:5m", "nonsense"]
    async with connected(deployment.socket_url) as client:
        await client.subscribe(*channels)
        answers: list[Frame] = []
        while len(answers) < len(channels):
            answers.append(await client.next(lambda frame: frame["type"] in {"subscribed", "error"}))
    assert [answer["channel"] for answer in answers] == channels
    assert [answer["type"] for answer in answers] == ["subscribed", "subscribed", "error", "subscribed", "error"]
    assert set(answers[0]) == {"type", "channel", "timestamp"}


async def test_it_takes_one_channel_and_none(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.send({"type": "subscribe", "channel": "price:BTCUSDT"})
        assert (await client.next_of("subscribed"))["channel"] == "price:BTCUSDT"
        await client.send({"type": "subscribe", "channels": []})
        await client.send({"type": "unsubscribe", "channel": "price:BTCUSDT"})
        assert (await client.next_of("unsubscribed"))["channel"] == "price:BTCUSDT"
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


async def test_it_streams_prices(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        data = assert_envelope(
            await client.next_of("price"), frame_type="price", channel="price:BTCUSDT", fields=PRICE_FIELDS
        )
    assert all(isinstance(data[name], NUMBER) for name in PRICE_FIELDS - {"symbol"})
    assert isinstance(data["timestamp"], int)
    assert abs(data["timestamp"] - time.time() * 1000) < 60_000
    assert 80_000 < data["price"] < 110_000


async def test_it_streams_tickers(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("ticker:ETHUSDT")
        data = assert_envelope(
            await client.next_of("ticker"), frame_type="ticker", channel="ticker:ETHUSDT", fields=TICKER_FIELDS
        )
    assert ISO_TIME.fullmatch(data["timestamp"])
    assert data["bid"] < data["ask"]
    assert data["low"] <= data["price"] <= data["high"]
    assert data["price"] - data["open"] == data["change"]


async def test_it_streams_candles(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("klines:SOLUSDT:5m", "kline:SOLUSDT:1s")
        frame = await client.next_of("kline", "klines:SOLUSDT:5m")
        data = assert_envelope(frame, frame_type="kline", channel="klines:SOLUSDT:5m", fields=CANDLE_FIELDS)
        final = await client.next(lambda frame: frame["type"] == "kline" and frame["data"]["isFinal"])
    assert frame["interval"] == data["interval"] == "5m"
    assert data["time"] % 300_000 == 0
    assert data["low"] <= min(data["open"], data["close"]) <= max(data["open"], data["close"]) <= data["high"]
    assert ISO_TIME.fullmatch(data["timestamp"])
    assert final["channel"] == "kline:SOLUSDT:1s"


async def test_it_streams_trades(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("trades:BTCUSDT")
        frames = [await client.next_of("trade") for _ in range(5)]
    for frame in frames:
        data = assert_envelope(frame, frame_type="trade", channel="trades:BTCUSDT", fields=TRADE_FIELDS)
        assert data["side"] in {"buy", "sell"}
        assert data["quantity"] > 0
        assert ISO_TIME.fullmatch(data["timestamp"])
    numbers = [frame["data"]["tradeId"] for frame in frames]
    assert numbers == list(range(numbers[0], numbers[0] + 5))


async def test_it_streams_the_depth(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("depth:BNBUSDT")
        data = assert_envelope(
            await client.next_of("depth"), frame_type="depth", channel="depth:BNBUSDT", fields=DEPTH_FIELDS
        )
    bids, asks = [price for price, _ in data["bids"]], [price for price, _ in data["asks"]]
    assert 1 <= len(bids) <= 10
    assert 1 <= len(asks) <= 10
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    assert all(quantity > 0 for _, quantity in data["bids"] + data["asks"])


async def test_it_streams_the_overview(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("market:overview")
        frame = await client.next(
            lambda frame: frame["type"] == "overview" and len(frame["data"]["symbols"]) == 9  # all that trade
        )
    assert "symbol" not in frame
    data = frame["data"]
    assert set(data) == {"symbols", "gainers", "losers", "volumes", "timestamp"} | MARKS
    assert all(set(row) == {"symbol", "price", "changePercent24h", "volume24h"} for row in data["symbols"])
    assert set(data["gainers"] + data["losers"] + data["volumes"]) <= {row["symbol"] for row in data["symbols"]}
    changes = {row["symbol"]: row["changePercent24h"] for row in data["symbols"]}
    assert [changes[symbol] for symbol in data["gainers"]] == sorted(
        (changes[symbol] for symbol in data["gainers"]), reverse=True
    )


async def test_it_tells_the_last_value_straight_after_the_acknowledgement(deployment: Deployment) -> None:
    channels = ["price:XRPUSDT", "ticker:XRPUSDT", "depth:XRPUSDT", "klines:XRPUSDT:1m"]
    async with connected(deployment.socket_url) as first:
        await first.subscribe(*channels)
        for channel in channels:
            await first.next(lambda frame, name=channel: frame["type"] != "subscribed" and frame["channel"] == name)  # type: ignore[misc]
        for gateway in range(len(deployment.gateways)):
            async with connected(deployment.socket_url_of(gateway)) as second:
                for channel in channels:
                    await second.subscribe(channel)
                    await second.next_of("subscribed", channel)
                    value = await second.next(lambda frame, name=channel: frame["channel"] == name)  # type: ignore[misc]
                    assert value["type"] == {"klines": "kline"}.get(channel.split(":")[0], channel.split(":")[0])
                    position = second.frames.index(value)
                    assert second.frames[position - 1]["type"] == "subscribed"
                    await second.send({"type": "unsubscribe", "channel": channel})
                    await second.next_of("unsubscribed", channel)


async def test_it_keeps_spellings_apart(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("price:BTCUSDT", "quotes:BTCUSDT")
        await client.next_of("price", "price:BTCUSDT")
        await client.next_of("price", "quotes:BTCUSDT")
        await client.send({"type": "unsubscribe", "channels": ["price:BTCUSDT"]})
        await client.next_of("unsubscribed", "price:BTCUSDT")
        for _ in range(2):
            assert (await client.next_of("price"))["channel"] == "quotes:BTCUSDT"


async def test_it_sends_nothing_of_a_channel_after_it_was_given_up(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("trades:BTCUSDT", "trades:ETHUSDT")
        await client.next_of("trade", "trades:BTCUSDT")
        await client.send({"type": "unsubscribe", "channels": ["trades:BTCUSDT"]})
        await client.next_of("unsubscribed")
        later = [await client.receive() for _ in range(10)]
    assert {frame["channel"] for frame in later} == {"trades:ETHUSDT"}


async def test_it_acknowledges_what_changes_nothing(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.send({"type": "unsubscribe", "channels": ["price:BTCUSDT", "nonsense"]})
        assert (await client.next_of("unsubscribed"))["channel"] == "price:BTCUSDT"
        assert (await client.next_of("unsubscribed"))["channel"] == "nonsense"
        await client.subscribe("trades:BTCUSDT", "trades:BTCUSDT")
        assert (await client.next_of("subscribed"))["channel"] == "trades:BTCUSDT"
        assert (await client.next_of("subscribed"))["channel"] == "trades:BTCUSDT"
        numbers = [(await client.next_of("trade"))["data"]["tradeId"] for _ in range(5)]
    assert len(set(numbers)) == 5


REFUSALS = [
    ("price:INVALID", "Failed to fetch quote for INVALID", "unknown_symbol"),
    ("ticker:btcusdt", "Failed to fetch quote for btcusdt", "unknown_symbol"),
    ("klines:INVALID:1m", "Failed to fetch quote for INVALID", "unknown_symbol"),
    ("trades:LUNAUSDT", "Failed to fetch quote for LUNAUSDT", "unknown_symbol"),
    ("price:BTC/USDT", "Failed to fetch quote for BTC/USDT", "unknown_symbol"),
    ("klines:BTC-USDT:1m", "Failed to fetch quote for BTC-USDT", "unknown_symbol"),
    ("price:XYZ-USD", "Failed to fetch quote for XYZ-USD", "unknown_symbol"),
    ("portfolio:user123", "Authentication required for this channel", "authentication_required"),
    ("notifications", "Authentication required for this channel", "authentication_required"),
    ("grid.a.order", "Authentication required for this channel", "authentication_required"),
    ("nonsense:BTCUSDT", "Unknown channel: nonsense:BTCUSDT", "unknown_channel"),
    ("klines:BTCUSDT:2m", "Unknown channel: klines:BTCUSDT:2m", "unknown_channel"),
    ("blocks:ethereum", "Unknown channel: blocks:ethereum", "unknown_channel"),
    ("", "Unknown channel: ", "unknown_channel"),
]


@pytest.mark.parametrize(("channel", "message", "code"), REFUSALS, ids=[refusal[0] for refusal in REFUSALS])
async def test_it_refuses_a_channel_and_keeps_the_connection(
    deployment: Deployment, channel: str, message: str, code: str
) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe(channel)
        frame = await client.receive()
        assert set(frame) == {"type", "channel", "data", "timestamp"}
        assert (frame["type"], frame["channel"]) == ("error", channel)
        assert frame["data"] == {"message": message, "code": code}
        assert ISO_TIME.fullmatch(frame["timestamp"])
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


@pytest.mark.parametrize(
    "message",
    [
        "hello",
        "",
        "[]",
        "null",
        "{}",
        '{"type":5}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","channels":"price:BTCUSDT"}',
        '{"type":"subscribe","channels":[1]}',
        b"\x00\x01",
        b'{"type":"ping"}',
        "[" * 60_000,
    ],
)
async def test_it_refuses_a_message_that_it_cannot_read(deployment: Deployment, message: str | bytes) -> None:
    async with connected(deployment.socket_url) as client:
        await client.send(message)
        frame = await client.receive()
        assert "channel" not in frame
        assert frame["data"] == {"message": "Invalid message format", "code": "invalid_message"}
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


async def test_it_refuses_an_unknown_type(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.send({"type": "dance"})
        assert await client.error() == ("Unknown message type: dance", "unknown_type")


async def test_it_refuses_the_51st_subscription_for_itself_alone(deployment: Deployment) -> None:
    symbols = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT")
    intervals = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d")
    channels = [f"klines:{symbol}:{interval}" for symbol in symbols for interval in intervals]
    async with connected(deployment.socket_url) as client:
        await client.subscribe(*channels)
        answers = [await client.next(lambda frame: frame["type"] in {"subscribed", "error"}) for _ in channels]
        assert [answer["type"] for answer in answers] == ["subscribed"] * 50 + ["error"] * 2
        assert answers[50]["data"] == {
            "message": "Maximum of 50 subscriptions per client",
            "code": "subscription_limit",
        }
        assert answers[50]["channel"] == channels[50]
        await client.send({"type": "unsubscribe", "channel": channels[0]})
        await client.subscribe(channels[50])
        assert (await client.next_of("subscribed"))["channel"] == channels[50]


async def test_it_drops_and_complains_over_the_rate_and_then_closes(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        flooding = asyncio.create_task(flood(client, seconds=10))
        with pytest.raises(ConnectionClosed) as closed:
            await client.next(lambda _: False)
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
    errors = [frame for frame in client.frames if frame["type"] == "error"]
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4429, "Rate limit exceeded")
    assert {frame["data"]["code"] for frame in errors} == {"rate_limited"}
    assert 2 <= len(errors) <= 5


async def test_it_closes_with_1009_after_an_oversize_frame(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.send("x" * 65_537)
        with pytest.raises(ConnectionClosed) as closed:
            await client.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("how", ["query", "header"])
async def test_it_logs_in_by_token(deployment: Deployment, how: str) -> None:
    token = deployment.token()
    query, headers = (f"?token={token}", {}) if how == "query" else ("", {"Authorization": f"Bearer {token}"})
    async with connected(deployment.socket_url + query, additional_headers=headers) as client:
        assert client.frames[0]["data"]["authenticated"] is True
        await client.subscribe("account:me", "notifications", "portfolio:user123", "ops.gateways")
        answers = [await client.receive() for _ in range(4)]
    assert [answer["type"] for answer in answers] == ["subscribed", "subscribed", "error", "error"]
    for answer in answers[2:]:
        assert answer["data"] == {"message": "Access denied for this channel", "code": "forbidden"}


@pytest.mark.parametrize("token", ["", "nonsense", "eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOiIxIn0."])
async def test_it_never_takes_a_bad_token_for_none(deployment: Deployment, token: str) -> None:
    for url, headers in (
        (f"{deployment.socket_url}?token={token}", {}),
        (deployment.socket_url, {"Authorization": f"Bearer {token}"}),
    ):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, additional_headers=headers)
        assert refused.value.response.status_code == 401
        assert json.loads(refused.value.response.body or b"") == {"detail": "Authentication failed"}


async def test_it_refuses_sockets_at_other_paths(deployment: Deployment) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{deployment.socket_url}/nowhere")
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example"])
async def test_it_accepts_any_origin_by_default(deployment: Deployment, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    async with connected(deployment.socket_url, additional_headers=headers) as client:
        assert client.frames[0]["type"] == "connected"
