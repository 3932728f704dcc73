"""A question to all gateways: each is asked over the channel layer, and answers for what it serves itself."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec
import structlog

from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP, process_group

logger = structlog.get_logger(__name__)

OwnAnswer = Callable[[Mapping[str, Any]], bytes]
"""What this process answers to a question."""


class NewPoll(Protocol):
    """Makes the poll of a question, which `own` answers for this process."""

    def __call__(self, *, question: str, own: OwnAnswer) -> "GatewayPoll":
        """Return it."""


class Polled(msgspec.Struct, frozen=True):
    """The answers, one's own first, and the process ids of the gateways from which none came in time."""

    answers: list[bytes]
    unanswered: tuple[str, ...]


class _Poll:
    """A question that was asked, and the answers so far."""

    def __init__(self, awaited: Iterable[str], own: bytes) -> None:
        self._answers = [own]
        self.complete = asyncio.Event()
        self._awaited = set(awaited)
        self._check()

    def polled(self) -> Polled:
        return Polled(self._answers, tuple(sorted(self._awaited)))

    def take(self, gateway: str, answer: bytes) -> None:
        self._answers.append(answer)
        self._awaited.discard(gateway)
        self._check()

    def _check(self) -> None:
        if not self._awaited:
            self.complete.set()


class GatewayPoll:
    """Asks the other gateways one kind of question, and answers theirs.

    `question` is its type among the layer's messages; `own` answers for this process. `others` returns the process ids
    of the gateways that are known to be there now; `patience` (seconds) is how long they may take.
    """

    def __init__(
        self,
        hub: Hub,
        process_id: str,
        *,
        question: str,
        own: OwnAnswer,
        others: Callable[[], Iterable[str]],
        patience: float,
    ) -> None:
        self._hub = hub
        self._process_id = process_id
        self._group = process_group(process_id)
        self._question, self._answer_type = question, f"{question}_answer"
        self._own = own
        self._others = others
        self._patience = patience
        self._polls: dict[str, _Poll] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen to questions, and to the answers to one's own."""
        await self._hub.listen(GATEWAYS_GROUP, self._question, self._hear_question)
        await self._hub.listen(self._group, self._answer_type, self._hear_answer)

    async def stop(self) -> None:
        """Answer no more; calling it twice is harmless."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def ask(self, **question: Any) -> Polled:
        """Return the answers of this process and of all other gateways that answer in time, and who doesn't.

        It never raises. A gateway that is gone but not yet forgotten costs the whole patience, and nothing else.
        """
        poll_id = secrets.token_hex(8)
        poll = self._polls[poll_id] = _Poll(set(self._others()) - {self._process_id}, self._own(question))
        try:
            async with asyncio.timeout(self._patience):
                asked = {"type": self._question, "call": poll_id, **question, "answer_to": self._group}
                await self._send(GATEWAYS_GROUP, asked)
                await poll.complete.wait()
        except TimeoutError:
            logger.info("not every gateway has answered", question=self._question)
        finally:
            del self._polls[poll_id]
        return poll.polled()

    def _hear_question(self, message: Message) -> None:
        if message["answer_to"] == self._group:
            return
        task = asyncio.get_running_loop().create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: Message) -> None:
        body = self._own(question)
        answer = {"type": self._answer_type, "call": question["call"], "gateway": self._process_id, "body": body}
        await self._send(question["answer_to"], answer)

    def _hear_answer(self, message: Message) -> None:
        poll = self._polls.get(message["call"])
        if poll is not None:
            poll.take(message["gateway"], message["body"])

    async def _send(self, group: str, message: dict[str, Any]) -> None:
        try:
            await self._hub.send(group, message)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: who can't be asked doesn't answer
            logger.warning("a question to the gateways could not be sent", reason=repr(error))
