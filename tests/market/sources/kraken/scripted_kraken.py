"""A Kraken on a real socket that does what a test tells it: it acknowledges symbol by symbol, and begins as told."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.market.scripted_exchange import ScriptedExchange

PAIR = {
    "altname": "XBTUSD", "wsname": "XBT/USD", "base": "XXBT", "quote": "ZUSD", "lot_decimals": 8, "tick_size": "0.1",
    "ordermin": "0.0001", "costmin": "0.5", "status": "online",
}  # fmt: skip
ASSET_PAIRS = {
    "XXBTZUSD": PAIR,
    "XETHZUSD": {**PAIR, "altname": "ETHUSD", "wsname": "ETH/USD", "base": "XETH", "tick_size": "0.01"},
}


def answer(result: object) -> tuple[int, str, dict[str, str]]:
    """Return REST's answer of a result."""
    return 200, json.dumps({"error": [], "result": result}), {}


class ScriptedKraken(ScriptedExchange):
    """Acknowledges what it lists; `beginnings` are sent after an acknowledgement, by channel and symbol, one each."""

    rest_path = "/0/public/"

    def __init__(self) -> None:
        super().__init__()
        self.rest["/0/public/AssetPairs"] = answer(ASSET_PAIRS)
        self.beginnings: dict[str, list[str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.times: list[float] = []

    async def _take(self, socket: ServerConnection, request: dict[str, Any]) -> None:
        parameters, number = request["params"], request["req_id"]
        for symbol in parameters["symbol"]:
            stream = f"{symbol}@{parameters['channel']}"
            self.asked.append((request["method"], stream))
            self.times.append(time.monotonic())
            if symbol not in {"BTC/USD", "ETH/USD"}:
                words = f"Currency pair not supported {symbol}"
                refusal = {"error": words, "method": request["method"], "success": False, "symbol": symbol}
                await socket.send(json.dumps({**refusal, "req_id": number}))
                continue
            result = {"channel": parameters["channel"], "symbol": symbol}
            told = {"method": request["method"], "result": result, "success": True, "req_id": number}
            await socket.send(json.dumps(told))
            change = set.add if request["method"] == "subscribe" else set.discard
            change(self.sockets[socket], stream)
            if request["method"] == "subscribe" and self.beginnings.get(stream):
                await socket.send(self.beginnings[stream].pop(0))

    async def tell(self, stream: str, frame: str) -> None:
        """Send a frame as it is to the connections that carry a stream."""
        for socket, streams in list(self.sockets.items()):
            if stream in streams:
                with suppress(ConnectionClosed):
                    await socket.send(frame)

    async def keep_beating(self) -> None:
        """Send heartbeats until cancelled."""
        while True:
            await self.send_raw('{"channel":"heartbeat"}')
            await asyncio.sleep(0.1)
