"""One WebSocket of the simulated node: its requests, its subscriptions, and what waits to be sent."""

import asyncio
import struct
from collections import deque
from collections.abc import Callable
from itertools import count
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from wallets.simulator.chain.transactions import MinedBlock, SentTransaction
from wallets.simulator.rpc.encoding import header_json, transaction_json
from wallets.simulator.rpc.errors import RpcError, invalid_parameters, unsupported
from wallets.simulator.rpc.parameters import Parameters
from wallets.simulator.rpc.requests import Answer, answered

_MOST_UNSENT = 10_000
"""So many frames may wait for a client that doesn't read before it is cut off; geth allows as many."""
_NO_LINGER = struct.pack("ii", 1, 0)  # closing the socket then resets the connection
_SUBSCRIPTIONS = ("newHeads", "newPendingTransactions")


class NodeConnection:
    """A client's WebSocket; `serve` runs until it ends."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport, answer: Answer) -> None:
        self._socket = socket
        self._transport = transport
        self._answer_others = answer
        self._numbers = count(1)
        self._subscriptions: dict[str, tuple[str, bool]] = {}
        self._unsent: deque[bytes] = deque()
        self._has_unsent = asyncio.Event()

    async def serve(self, journal: Callable[[bytes], None]) -> None:
        """Answer what comes, noting it in `journal`, and send what was told, until the connection ends."""
        sender = asyncio.create_task(self._send())
        try:
            async for message in self._socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):  # web3 sends the same JSON as binary frames
                    text = message.data.encode() if isinstance(message.data, str) else message.data
                    journal(text)
                    self._deliver(answered(text, self._answer))
        finally:
            sender.cancel()
            await asyncio.wait([sender])

    def tell(self, happened: MinedBlock | SentTransaction) -> None:
        """Tell a new block or a transaction that was sent, where it is subscribed."""
        wanted = "newHeads" if isinstance(happened, MinedBlock) else "newPendingTransactions"
        for number, (kind, full) in self._subscriptions.items():
            if kind == wanted:
                self._notify(number, _told(happened, full=full))

    def cut(self) -> None:
        """End the connection without a word: the client sees a TCP reset."""
        connection = self._transport.get_extra_info("socket")
        if connection is not None and not self._transport.is_closing():
            connection.setsockopt(SOL_SOCKET, SO_LINGER, _NO_LINGER)
        self._transport.abort()

    async def close(self) -> None:
        """End the connection as a server that shuts down (1001)."""
        await self._socket.close(code=1001)

    def _answer(self, method: str, given: list[Any]) -> Any:
        match method:
            case "eth_subscribe":
                return self._subscribe(given)
            case "eth_unsubscribe":
                return self._unsubscribe(Parameters(given, 1).at(0))
        return self._answer_others(method, given)

    def _subscribe(self, given: list[Any]) -> str:
        kind = Parameters(given, 2).at(0)
        if kind not in _SUBSCRIPTIONS:
            raise unsupported(f'no "{kind}" subscription in eth namespace')
        number = f"0x{next(self._numbers):032x}"
        self._subscriptions[number] = (kind, len(given) > 1 and given[1] is True)
        return number

    def _unsubscribe(self, number: object) -> bool:
        if not isinstance(number, str):
            raise invalid_parameters("invalid argument 0: json: cannot unmarshal into Go value of type rpc.ID")
        if self._subscriptions.pop(number, None) is None:
            raise RpcError(-32000, "subscription not found")
        return True

    def _notify(self, number: str, result: object) -> None:
        told = {"jsonrpc": "2.0", "method": "eth_subscription", "params": {"subscription": number, "result": result}}
        self._deliver(msgspec.json.encode(told))

    def _deliver(self, frame: bytes | None) -> None:
        if frame is None:
            return
        self._unsent.append(frame)
        self._has_unsent.set()
        if len(self._unsent) > _MOST_UNSENT:
            self.cut()

    async def _send(self) -> None:
        """Send what waits, in its order; a connection that has ended takes the rest with it."""
        while True:
            await self._has_unsent.wait()
            self._has_unsent.clear()
            while self._unsent:
                try:
                    await self._socket.send_str(self._unsent.popleft().decode())
                except ConnectionError:
                    return


def _told(happened: MinedBlock | SentTransaction, *, full: bool) -> object:
    if isinstance(happened, MinedBlock):
        return header_json(happened)
    return transaction_json(happened, None) if full else happened.hash
