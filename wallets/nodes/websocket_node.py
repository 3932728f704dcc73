"""A node that is asked by WebSocket, and tells of new heads and of transactions in its pool."""

import asyncio
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from streaming.loopback import is_loopback
from wallets.errors import InconsistentNodeError
from wallets.nodes.errors import NodeError, NodeRefusedError, NodeUnavailableError
from wallets.nodes.json_rpc import Call, Notification, Response, outcomes_of, read_message, request_text
from wallets.nodes.node import Hints, NodeLimits, result

_PING_SECONDS = 10.0


class WebSocketNode:
    """A node by WebSocket, as `wallets.nodes.node.Node` describes one; `open` it once.

    It is asked one request at a time. A subscription belongs to the connection: whoever connects anew subscribes anew.
    """

    tells_heads = True

    def __init__(self, url: str, limits: NodeLimits, hints: Hints) -> None:
        self.url = url
        self._limits = limits
        self._hints = hints
        self._next = 1
        self._waiting: asyncio.Future[list[Response]] | None = None
        self._first = 0
        self._turn = asyncio.Lock()
        self._heads = ""
        self._pending = ""
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._failure: Exception | None = None

    async def open(self) -> None:
        """Connect; raise `NodeUnavailableError` where that fails."""
        try:
            self._socket = await connect(
                self.url,
                open_timeout=self._limits.open_seconds,
                close_timeout=1,
                ping_interval=_PING_SECONDS,
                ping_timeout=self._limits.answer_seconds,
                max_size=self._limits.answer_bytes,
                proxy=None if is_loopback(self.url) else True,
                compression=None,
            )
        except (OSError, WebSocketException, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise NodeUnavailableError(f"the node can't be reached: {reason}") from error
        self._reading = asyncio.create_task(self._read(self._socket), name=f"node {self.url}")

    async def subscribe(self) -> None:
        """Ask to be told of new heads, and of transactions in the pool where the node does that."""
        self._heads = _subscription(await result(self, "eth_subscribe", "newHeads"))
        try:
            self._pending = _subscription(await result(self, "eth_subscribe", "newPendingTransactions"))
        except NodeRefusedError:
            self._pending = ""

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        """Return the outcome of each call."""
        async with self._turn:
            self._first = self._next
            self._next += len(calls)
            responses = await self._answered(request_text(calls, self._first))
            return outcomes_of(calls, self._first, responses)

    async def close(self) -> None:
        """Close the connection."""
        self._failure = self._failure or NodeUnavailableError("the connection to the node was closed")
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _answered(self, text: bytes) -> list[Response]:
        if self._failure is not None or self._socket is None:
            raise self._failure or NodeUnavailableError("the node isn't connected")
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                await self._socket.send(text, text=True)
                return await self._waiting
        except TimeoutError:
            raise NodeUnavailableError(f"the node doesn't answer in {self._limits.answer_seconds:g} s") from None
        except (OSError, WebSocketException) as error:
            raise NodeUnavailableError(f"the node has closed the connection: {error}") from error
        finally:
            self._waiting = None

    async def _read(self, socket: ClientConnection) -> None:
        """Read until the connection ends; whoever asks then is told why."""
        try:
            async for text in socket:
                self._take(read_message(text))
            self._fail(NodeUnavailableError("the node has closed the connection"))
        except (OSError, WebSocketException) as error:
            self._fail(NodeUnavailableError(f"the connection to the node has ended: {error}"))
        except (InconsistentNodeError, NodeError) as error:
            self._fail(error)

    def _take(self, message: Notification | list[Response]) -> None:
        if isinstance(message, Notification):
            self._hear(message)
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(message)

    def _hear(self, told: Notification) -> None:
        if told.subscription == self._pending:
            self._hints.note_hash(told.result)
        else:
            self._hints.note_head()

    def _fail(self, failure: Exception) -> None:
        if self._failure is not None:
            return  # we have closed it ourselves: nobody waits to be told
        self._failure = failure
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(failure)
        self._hints.note_head()  # whoever waits for a head asks, and is told


def _subscription(answer: object) -> str:
    if not isinstance(answer, str):
        raise InconsistentNodeError("the node's answer is no number of a subscription")
    return answer
