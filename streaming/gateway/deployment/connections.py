"""Which connections a user has, at all gateways: each is asked, and answers with those that it serves."""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import structlog

from streaming.channel_layer import Message
from streaming.gateway.session.session import Session
from streaming.gateway.session.sessions import Sessions
from streaming.hub import Hub
from streaming.market.demand import GATEWAYS_GROUP

QUESTION = "gateway.roll_call"
ANSWER = "gateway.roll_call_answer"

logger = structlog.get_logger(__name__)


class ConnectionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One connection of a user: where it is, since when (ms since the epoch), and what it has.

    `latency_ms` is the round trip of the last ping, None where none was measured.
    """

    client_id: str
    gateway: str
    dialect: str
    address: str
    connected_since: int
    subscriptions: int
    latency_ms: float | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[ConnectionInfo, ...]).decode


class _Call:
    """A question that was asked, and the answers so far."""

    def __init__(self, awaited: Iterable[str]) -> None:
        self.connections: list[ConnectionInfo] = []
        self.complete = asyncio.Event()
        self._awaited = set(awaited)
        self._check()

    def take(self, gateway: str, connections: Iterable[ConnectionInfo]) -> None:
        self.connections.extend(connections)
        self._awaited.discard(gateway)
        self._check()

    def _check(self) -> None:
        if not self._awaited:
            self.complete.set()


class RollCall:
    """Asks the other gateways, and answers them.

    `others` returns the process ids of the gateways that are known to be there now; `patience` (seconds) is how long
    they may take.
    """

    def __init__(
        self, hub: Hub, sessions: Sessions, process_id: str, *, others: Callable[[], Iterable[str]], patience: float
    ) -> None:
        self._hub = hub
        self._sessions = sessions
        self._process_id = process_id
        self._group = f"p.{process_id}"
        self._others = others
        self._patience = patience
        self._calls: dict[str, _Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen to questions, and to the answers to one's own."""
        await self._hub.listen(GATEWAYS_GROUP, QUESTION, self._hear_question)
        await self._hub.listen(self._group, ANSWER, self._hear_answer)

    async def stop(self) -> None:
        """Answer no more; calling it twice is harmless."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def connections_of(self, user_id: str) -> list[ConnectionInfo]:
        """Return the user's connections at all gateways that answer in time, the oldest first; never raises.

        A gateway that is gone but not yet forgotten costs the whole patience, and nothing else.
        """
        call_id = secrets.token_hex(8)
        call = self._calls[call_id] = _Call(set(self._others()) - {self._process_id})
        call.connections.extend(self._own_connections(user_id))
        try:
            async with asyncio.timeout(self._patience):
                await self._ask(call_id, user_id)
                await call.complete.wait()
        except TimeoutError:
            logger.info("not every gateway has named its connections", user_id=user_id)
        finally:
            del self._calls[call_id]
        return sorted(call.connections, key=lambda connection: (connection.connected_since, connection.client_id))

    async def _ask(self, call_id: str, user_id: str) -> None:
        question = {"type": QUESTION, "call": call_id, "user_id": user_id, "answer_to": self._group}
        await self._send(GATEWAYS_GROUP, question)

    def _hear_question(self, message: Message) -> None:
        if message["answer_to"] == self._group:
            return
        task = asyncio.get_running_loop().create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: Message) -> None:
        body = _encode(self._own_connections(question["user_id"]))
        answer = {"type": ANSWER, "call": question["call"], "gateway": self._process_id, "body": body}
        await self._send(question["answer_to"], answer)

    def _hear_answer(self, message: Message) -> None:
        call = self._calls.get(message["call"])
        if call is not None:
            call.take(message["gateway"], _decode(message["body"]))

    def _own_connections(self, user_id: str) -> list[ConnectionInfo]:
        return [self._info(session) for session in self._sessions.of_user(user_id)]

    def _info(self, session: Session) -> ConnectionInfo:
        return ConnectionInfo(
            client_id=session.client_id,
            gateway=self._process_id,
            dialect=session.dialect.name,
            address=session.address,
            connected_since=session.opened_at,
            subscriptions=len(session.subscriptions.channels),
            latency_ms=session.vitality.quality.summary().latency_ms,
        )

    async def _send(self, group: str, message: dict[str, Any]) -> None:
        try:
            await self._hub.send(group, message)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: who can't be asked doesn't answer
            logger.warning("a roll call could not be sent", reason=repr(error))
