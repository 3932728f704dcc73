"""What a deployment serves by REST beside its sockets, and that both tell the same."""

import itertools
import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.deployments import Deployment, fetch_json
from tests.wire.client import connected


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
    with urllib.request.urlopen(urllib.request.Request(url, chunks(), headers), timeout=10) as answer:
        assert set(json.load(answer)) == {"access", "refresh"}
