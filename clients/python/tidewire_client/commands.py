"""Commands that wait for a connection, and those that wait for their answer. Pure but for the futures.

A command is sent with an `id` of its own, or with its caller's. Cut off on its way, it is sent again with the same: the
server acts once.
"""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from tidewire_client.errors import (
    CommandClosedError,
    CommandRefusedError,
    MessageTooLargeError,
    QueueFullError,
    UnreadableFrameError,
)
from tidewire_client.reading.frames import Frame, text_of
from tidewire_client.reading.messages import Answer, Failure

MOST_UNDER_WAY = 1000
"""So many commands may wait for their answers; the server takes ten a second."""
LARGEST_MESSAGE_BYTES = 65_536
"""A larger one is none for the server: it closes the connection, with all that is under way on it."""

Data = dict[str, Any]


class Command(msgspec.Struct, frozen=True, eq=False):
    """One command, and where its answer goes."""

    id: str
    action: str
    params: msgspec.Raw
    answer: asyncio.Future[Data]

    def frame(self) -> Frame:
        """Return what is sent."""
        return {"type": "command", "id": self.id, "action": self.action, "params": self.params}


class Commands:
    """The commands of one client, in the order in which they were given."""

    def __init__(self, queue_limit: int, as_sent: Callable[[Frame], Frame]) -> None:
        """`as_sent` gives what a dialect sends for a frame."""
        self._as_sent = as_sent
        self._queue_limit = queue_limit
        self._waiting: dict[str, Command] = {}
        self._under_way: dict[str, Command] = {}

    @property
    def queued(self) -> int:
        """How many wait for a connection, or for their turn."""
        return len(self._waiting)

    def add(self, action: str, params: Frame, *, is_connected: bool, id: str | None = None) -> Command:  # noqa: A002
        """Take a command in; raise `QueueFullError` where too many wait, and at once what `params` can't be sent for.

        That is `MessageTooLargeError` where the frame would be over `LARGEST_MESSAGE_BYTES`. It goes out as it is now,
        each time, whatever becomes of `params`. Raise `ValueError` for an `id` that is empty, or under way.
        """
        self._check_id(id)
        limit = MOST_UNDER_WAY if is_connected else self._queue_limit
        held = len(self._waiting) + (len(self._under_way) if is_connected else 0)
        if held >= limit:
            raise QueueFullError(action, limit)
        written = msgspec.Raw(text_of(params))
        command = Command(id or uuid.uuid4().hex, action, written, asyncio.get_running_loop().create_future())
        size = len(text_of(self._as_sent(command.frame())).encode())
        if size > LARGEST_MESSAGE_BYTES:
            raise MessageTooLargeError(action, size, LARGEST_MESSAGE_BYTES)
        self._waiting[command.id] = command
        return command

    def next(self) -> Command | None:
        """Return the command whose turn it is, which counts as under way from now on."""
        if not self._waiting:
            return None
        command = self._waiting.pop(next(iter(self._waiting)))
        self._under_way[command.id] = command
        return command

    def cut_off(self) -> None:
        """Let those under way wait again, before all others: the connection was lost."""
        self._waiting = {**self._under_way, **self._waiting}
        self._under_way = {}

    def forget(self, command: Command) -> None:
        """Wait for the answer no more; another that was given its id meanwhile stays."""
        for held in (self._waiting, self._under_way):
            if held.get(command.id) is command:
                del held[command.id]

    def settle(self, outcome: Answer | Failure) -> None:
        """Give a command its outcome; an answer that nobody waits for is ignored."""
        command = self._answered(outcome.id)
        if command is None:
            return
        if isinstance(outcome, Answer):
            command.answer.set_result(outcome.data)
        else:
            refusal = CommandRefusedError(command.action, outcome.code, outcome.message, outcome.fields)
            command.answer.set_exception(refusal)

    def fail(self, id: str, error: UnreadableFrameError) -> None:  # noqa: A002
        """Let a command fail whose answer can't be read; one that nobody waits for is ignored."""
        if command := self._answered(id):
            command.answer.set_exception(error)

    def close(self) -> None:
        """Refuse all with `CommandClosedError`: there will be no answer."""
        for command in self._all():
            if not command.answer.done():
                command.answer.set_exception(CommandClosedError(command.action))
        self._waiting = {}
        self._under_way = {}

    def _answered(self, id: str) -> Command | None:  # noqa: A002
        command = self._under_way.pop(id, None)
        return None if command is None or command.answer.done() else command

    def _check_id(self, id: str | None) -> None:  # noqa: A002
        if id == "":
            raise ValueError("the id of a command must not be empty")
        if id in self._waiting or id in self._under_way:
            raise ValueError(f"a command with the id {id} is under way")

    def _all(self) -> Iterator[Command]:
        yield from self._under_way.values()
        yield from self._waiting.values()
