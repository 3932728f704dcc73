"""From the exchange's frame to the client's, no digit is lost or made."""

import asyncio
import json
import re
from typing import Any

from websockets.asyncio.client import connect

from tests.deployments import Deployment
from tests.wire.client import LIMIT_SECONDS, connected


async def upstream_frames(deployment: Deployment, stream: str, count: int) -> list[dict[str, Any]]:
    """Listen to the simulated exchange itself."""
    async with connect(f"{deployment.exchange_socket_url}/ws/{stream}") as connection, asyncio.timeout(LIMIT_SECONDS):
        return [json.loads(await connection.recv()) for _ in range(count)]


async def client_texts(deployment: Deployment, channel: str, count: int) -> list[str]:
    """Listen to the platform, keeping frames as text."""
    async with connected(deployment.socket_url) as client:
        await client.subscribe(channel)
        for _ in range(count):
            await client.next(lambda frame: frame["type"] != "subscribed")
    return [text for text in client.texts if '"channel"' in text and '"subscribed"' not in text]


def written(text: str, field: str) -> str:
    """Return the digits of a number as they stand in a frame."""
    found = re.search(rf'"{field}":(-?[0-9.]+)[,}}\]]', text)
    assert found, (field, text)
    return found[1]


async def test_it_hands_on_every_digit_of_a_trade(deployment: Deployment) -> None:
    sent, received = await asyncio.gather(
        upstream_frames(deployment, "btcusdt@trade", 60), client_texts(deployment, "trades:BTCUSDT", 40)
    )
    by_id = {str(frame["t"]): frame for frame in sent}
    compared = 0
    for text in received:
        frame = by_id.get(written(text, "tradeId"))
        if frame is not None:
            assert (written(text, "price"), written(text, "quantity")) == (frame["p"], frame["q"])
            assert ('"side":"sell"' in text) is frame["m"]
            compared += 1
    assert compared >= 20


async def test_it_hands_on_every_digit_of_a_ticker(deployment: Deployment) -> None:
    sent, prices, tickers = await asyncio.gather(
        upstream_frames(deployment, "dogeusdt@ticker", 8),
        client_texts(deployment, "price:DOGEUSDT", 6),
        client_texts(deployment, "ticker:DOGEUSDT", 6),
    )
    by_time = {str(frame["E"]): frame for frame in sent}
    names = {"price": "c", "change24h": "p", "changePercent24h": "P", "high24h": "h", "low24h": "l", "volume24h": "v"}
    compared = 0
    for text in prices:
        frame = by_time.get(written(text, "timestamp"))
        if frame is not None:
            assert {name: written(text, name) for name in names} == {name: frame[key] for name, key in names.items()}
            compared += 1
    assert compared >= 2
    ticker_names = {"price": "c", "bid": "b", "ask": "a", "open": "o", "previousClose": "x", "volume": "v"}
    told = [{key: written(text, name) for name, key in ticker_names.items()} for text in tickers]
    assert sum({key: frame[key] for key in ticker_names.values()} in told for frame in sent) >= 2


async def test_it_hands_on_every_digit_of_a_candle(deployment: Deployment) -> None:
    sent, received = await asyncio.gather(
        upstream_frames(deployment, "xrpusdt@kline_1m", 4), client_texts(deployment, "klines:XRPUSDT:1m", 4)
    )
    names = {"time": "t", "open": "o", "high": "h", "low": "l", "close": "c", "volume": "v"}
    told = [{key: written(text, name) for name, key in names.items()} for text in received]
    expected = [{key: str(frame["k"][key]) for key in names.values()} for frame in sent]
    assert sum(candle in told for candle in expected) >= 2
