"""What a deployment does as a whole: one upstream stream for any number of clients, statistics of all gateways."""

import asyncio
import itertools
import json
import urllib.error
import urllib.request
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.deployments import Deployment, fetch_json
from tests.waiting import until
from tests.wire.client import connected


def statistics(deployment: Deployment, gateway: int = 0) -> dict[str, Any]:
    body = deployment.get("/api/v1/ws/stats", gateway=gateway)
    assert body["success"] is True
    data: dict[str, Any] = body["data"]
    return data


async def test_it_tells_the_statistics_of_all_gateways_on_each(deployment: Deployment) -> None:
    count = len(deployment.gateways)
    async with AsyncExitStack() as stack:
        for gateway in range(count):
            client = await stack.enter_async_context(connected(deployment.socket_url_of(gateway)))
            await client.subscribe("price:ADAUSDT", f"kline:ADAUSDT:{('1m', '1h')[gateway]}", "quotes:ADAUSDT")
            await client.next_of("price", "quotes:ADAUSDT")
        channels = {"price:ADAUSDT", "quotes:ADAUSDT", "kline:ADAUSDT:1m"} | (
            {"kline:ADAUSDT:1h"} if count > 1 else set()
        )
        for gateway in range(count):
            await until(lambda at=gateway: channels <= set(statistics(deployment, at)["activeChannels"]))  # type: ignore[misc]
            await until(lambda at=gateway: statistics(deployment, at)["connectedClients"] == count)  # type: ignore[misc]
            data = statistics(deployment, gateway)
            assert data["quoteStreams"] == 1
            assert data["binanceStreams"] == len(data["binanceActiveStreams"])
            assert {"adausdt@ticker", "adausdt@kline_1m"} <= set(data["binanceActiveStreams"])
            assert data["priceCache"] >= 1
    for gateway in range(count):
        await until(lambda at=gateway: statistics(deployment, at)["connectedClients"] == 0)  # type: ignore[misc]


async def test_it_opens_one_upstream_stream_for_any_number_of_clients(deployment: Deployment) -> None:
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(connected(deployment.socket_url_of(number % len(deployment.gateways))))
            for number in range(40)
        ]
        await asyncio.gather(*(client.subscribe("price:AVAXUSDT", "ticker:AVAXUSDT") for client in clients))
        await asyncio.gather(*(client.next_of("price") for client in clients))
        await until(lambda: _streams_of(deployment, "avaxusdt"))
        assert _streams_of(deployment, "avaxusdt") == ["avaxusdt@ticker"]


def _streams_of(deployment: Deployment, symbol: str) -> list[str]:
    streams = statistics(deployment)["binanceActiveStreams"]
    return [stream for stream in streams if stream.startswith(f"{symbol}@")]


async def test_it_is_healthy_and_ready(deployment: Deployment) -> None:
    for gateway in range(len(deployment.gateways)):
        health = deployment.get("/health", gateway=gateway)
        assert health["status"] == "ok"
        assert {health[part]["state"] for part in ("database", "channel_layer", "symbols")} == {"ok"}
        assert (health["bridge"]["state"], health["bridge"]["source"]) == ("live", "simulator")
        assert health["bridge"]["simulated"] is True
        assert deployment.get("/ready", gateway=gateway)["ready"] is True


def test_it_serves_symbols_and_history(deployment: Deployment) -> None:
    symbols = deployment.get("/api/v1/market/symbols/?query=BTC")
    assert {item["symbol"] for item in symbols["items"]} >= {"BTCUSDT", "BTCUSDC"}
    history = deployment.get("/api/v1/market/history/?symbol=BTCUSDT&interval=1h&limit=5")
    times = [candle[0] for candle in history["candles"]]
    assert len(times) == 5
    assert all(later - earlier == 3_600_000 for earlier, later in itertools.pairwise(times))


async def test_it_streams_the_candle_that_the_history_ends_with(deployment: Deployment) -> None:
    async with connected(deployment.socket_url) as client:
        await client.subscribe("klines:BTCUSDT:1d")
        live = (await client.next_of("kline"))["data"]
    history = deployment.get("/api/v1/market/history/?symbol=BTCUSDT&interval=1d&limit=2")["candles"]
    assert history[-1][0] == live["time"]
    assert history[-1][1] == pytest.approx(float(live["open"]), abs=0)


def test_it_answers_every_refusal_of_rest_in_one_shape(deployment: Deployment) -> None:
    for path, status, code in (
        ("/api/v1/market/history/?symbol=NOPE&interval=1m", 400, "VALIDATION_ERROR"),
        ("/api/v1/market/history/?symbol=BTCUSDT&interval=2m", 400, "VALIDATION_ERROR"),
        ("/api/v1/nowhere/", 404, "NOT_FOUND"),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetch_json(deployment.http_url + path)
        with refused.value as answer:
            assert (answer.status, json.load(answer)["error"]["code"]) == (status, code)


def test_it_takes_a_body_that_comes_in_chunks(deployment: Deployment) -> None:
    def chunks() -> Any:
        yield b'{"username":"demo",'
        yield b'"password":"demo"}'

    headers = {"Content-Type": "application/json"}
    url = f"{deployment.http_url}/api/v1/auth/token/"
    with urllib.request.urlopen(urllib.request.Request(url, chunks(), headers), timeout=10) as answer:  # noqa: S310
        assert set(json.load(answer)) == {"access", "refresh"}
