"""A server that numbers trades and resumes them, whose connections a test ends where it likes."""

import json
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from tests.python_client.hostile_server import PONG, WELCOME, Peer

CHANNEL = "trades:BTCUSDT"
_TOO_OLD = {"recovered": False, "reason": "too_old"}


class NumberedServer:
    """Trades of one epoch, of which the last `keeps` are kept; `loses` are never sent live."""

    def __init__(self, *, keeps: int = 1000, resumes: bool = True) -> None:
        self.epoch = "a"
        self.end = 0
        self.loses: set[int] = set()
        self.asked: list[Any] = []
        self.left_after: int | None = None
        """After so many resumed frames the connection is cut, once."""
        self._keeps = keeps
        self._resumes = resumes
        self._readers: list[Peer] = []

    @property
    def readers(self) -> int:
        """How many are subscribed."""
        return len(self._readers)

    async def talk(self, peer: Peer) -> None:
        """Answer until the client leaves."""
        await peer.say(WELCOME)
        with suppress(ConnectionClosed):
            while True:
                await self._answer(peer, await peer.next())

    async def tell(self, count: int) -> None:
        """Tell so many trades more."""
        for _ in range(count):
            self.end += 1
            for peer in self._readers if self.end not in self.loses else ():
                with suppress(ConnectionClosed):
                    await peer.say(self._trade(self.end))

    async def cut(self) -> None:
        """End all connections."""
        readers, self._readers = self._readers, []
        for peer in readers:
            peer.connection.transport.abort()

    async def _answer(self, peer: Peer, message: dict[str, Any]) -> None:
        match message:
            case {"type": "ping"}:
                await peer.say(PONG)
            case {"type": "unsubscribe"}:
                self._readers = [reader for reader in self._readers if reader is not peer]
            case {"type": "subscribe"}:
                self.asked.append(message.get("since"))
                await self._subscribe(peer, message.get("since", {}).get(CHANNEL))

    async def _subscribe(self, peer: Peer, since: dict[str, Any] | None) -> None:
        missed = list(range(since["seq"] + 1, self.end + 1)) if since and self._can_resume(since) else []
        await peer.say(json.dumps({"type": "subscribed", "channel": CHANNEL, **self._said(since)}))
        for count, seq in enumerate(missed):
            if count == self.left_after:
                self.left_after = None
                peer.connection.transport.abort()
                return
            await peer.say(self._trade(seq))
        self._readers.append(peer)

    def _can_resume(self, since: dict[str, Any]) -> bool:
        return self._resumes and since["epoch"] == self.epoch and self.end - since["seq"] <= self._keeps

    def _said(self, since: dict[str, Any] | None) -> dict[str, Any]:
        if not self._resumes:
            return {}
        standing = {"epoch": self.epoch, "seq": self.end}
        if since is None:
            return standing if self.end else {}
        return standing | (
            {"recovered": True} if self._can_resume(since) else {"recovered": False, "reason": "too_old"}
        )

    def _trade(self, seq: int) -> str:
        data = {"symbol": "BTCUSDT", "tradeId": seq, "price": 1, "quantity": 1, "side": "buy", "timestamp": seq}
        told = {"type": "trade", "channel": CHANNEL, "data": {**data, "source": "simulator"}, "timestamp": seq}
        numbers = {"epoch": self.epoch, "seq": seq} if self._resumes else {}
        return json.dumps({**told, **numbers})
