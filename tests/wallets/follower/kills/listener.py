"""A client of a real gateway that holds a chain's blocks and wallets, and notes what it is told on each channel."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.waiting import until

_COUNTING = {
    "block": ("number", "hash", "parentHash", "reorg_depth"),
    "wallet": (
        "chain",
        "address",
        "event",
        "asset",
        "token",
        "balance",
        "change",
        "tx",
        "logIndex",
        "block",
        "retracted",
    ),
    "transaction": ("hash", "status", "confirmations", "block", "replacedBy"),
}
"""The fields by which two events are the same, of each kind of frames."""
_STORED_AS = {"replacedBy": "replaced_by"}
_AMISS = frozenset({"resync", "error"})

Told = tuple[Any, ...]


def told_of(kind: str, data: Mapping[str, Any]) -> Told:
    """Return what an event says, whether it is given as it is stored or as a frame's data."""
    return tuple(_value(name, data.get(name, data.get(_STORED_AS.get(name, name)))) for name in _COUNTING[kind])


def _value(name: str, value: Any) -> Any:
    """Return a field's value: amounts are texts where they are stored, and defaults are left out there."""
    if name in {"balance", "change"}:
        return None if value is None else Decimal(str(value)).normalize()
    if name in {"reorg_depth", "confirmations"}:
        return value or 0
    return bool(value) if name == "retracted" else value


class Listener:
    """What the client was told, by channel in its order; `amiss` are frames that tell of a loss, or an error."""

    def __init__(self, connection: ClientConnection) -> None:
        self.told: dict[str, list[Told]] = {}
        self.amiss: list[Mapping[str, Any]] = []
        self.count = 0
        self._connection = connection
        self._subscribed: set[str] = set()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, token: str, channels: Sequence[str]) -> AsyncIterator["Listener"]:
        """Log in, and subscribe."""
        async with connect(url, max_size=None) as connection:
            listener = cls(connection)
            await connection.send(json.dumps({"type": "auth", "token": token}))
            await listener.subscribe(channels)
            yield listener
            listener.check()
            listener._reading.cancel()
            await asyncio.gather(listener._reading, return_exceptions=True)

    async def subscribe(self, channels: Sequence[str]) -> None:
        """Listen to more channels."""
        self.told |= {channel: [] for channel in channels}
        await self._connection.send(json.dumps({"type": "subscribe", "channels": list(channels)}))
        await until(lambda: self._subscribed.issuperset(channels) or bool(self.amiss))

    def check(self) -> None:
        """Fail where it was disconnected, or told that something is lost."""
        assert not self._reading.done(), f"it was disconnected: {self._connection.close_code}"
        assert not self.amiss, self.amiss

    async def _read(self) -> None:
        async for text in self._connection:
            frame = json.loads(text, parse_float=Decimal)
            if frame["type"] in _COUNTING:
                self.told[frame["channel"]].append(told_of(frame["type"], frame["data"]))
                self.count += 1
            elif frame["type"] == "subscribed":
                self._subscribed.add(frame["channel"])
            elif frame["type"] in _AMISS:
                self.amiss.append(frame)
