"""A Coinbase on a real socket that does what a test tells it: it answers with all that a connection has."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.market.scripted_exchange import ScriptedExchange

LISTED = ("BTC-USD", "ETH-USD")
_ACKNOWLEDGED_AS = {"level2_batch": "level2_50"}


def product(name: str, **changes: object) -> dict[str, object]:
    """Return a product that is listed."""
    base, _, quote = name.partition("-")
    return {
        "id": name, "base_currency": base, "quote_currency": quote, "quote_increment": "0.01",
        "base_increment": "0.00000001", "min_market_funds": "1", "status": "online", "trading_disabled": False,
        "cancel_only": False, "post_only": False, "limit_only": False, "auction_mode": False, **changes,
    }  # fmt: skip


def answer(result: object, status: int = 200) -> tuple[int, str, dict[str, str]]:
    """Return REST's answer of a result."""
    return status, json.dumps(result), {}


class ScriptedCoinbase(ScriptedExchange):
    """Acknowledges what it lists; `beginnings` are sent after an acknowledgement, by stream, one each."""

    rest_path = ("/products", "/time")

    def __init__(self) -> None:
        super().__init__()
        self.rest["/products"] = answer([product(name) for name in LISTED])
        self.rest["/products/BTC-USD"] = answer(product("BTC-USD"))
        self.beginnings: dict[str, list[str]] = {}
        self.asked: list[tuple[str, str]] = []

    async def _take(self, socket: ServerConnection, request: dict[str, Any]) -> None:
        streams = [f"{name}@{channel['name']}" for channel in request["channels"] for name in channel["product_ids"]]
        self.asked += [(request["type"], stream) for stream in streams]
        good = [stream for stream in streams if stream.startswith(LISTED)]
        for stream in streams:
            if stream not in good:
                reason = f"{stream.partition('@')[0]} is not a valid product"
                told = {"type": "error", "message": f"Failed to {request['type']}", "reason": reason}
                await socket.send(json.dumps(told))
        if not good:
            return
        change = set.update if request["type"] == "subscribe" else set.difference_update
        change(self.sockets[socket], good)
        await socket.send(json.dumps({"type": "subscriptions", "channels": self._channels(socket)}))
        for stream in good if request["type"] == "subscribe" else ():
            if self.beginnings.get(stream):
                await socket.send(self.beginnings[stream].pop(0))

    def _channels(self, socket: ServerConnection) -> list[dict[str, object]]:
        channels: dict[str, list[str]] = {}
        for stream in sorted(self.sockets[socket]):
            name, _, channel = stream.partition("@")
            channels.setdefault(_ACKNOWLEDGED_AS.get(channel, channel), []).append(name)
        return [{"name": name, "product_ids": names, "account_ids": None} for name, names in channels.items()]

    async def tell(self, stream: str, frame: str) -> None:
        """Send a frame as it is to the connections that carry a stream."""
        for socket, streams in list(self.sockets.items()):
            if stream in streams:
                with suppress(ConnectionClosed):
                    await socket.send(frame)

    async def keep_beating(self, frame: str) -> None:
        """Send a heartbeat until cancelled."""
        while True:
            await self.tell("BTC-USD@heartbeat", frame)
            await asyncio.sleep(0.1)
