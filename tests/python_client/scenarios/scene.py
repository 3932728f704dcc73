"""What a scenario is played on: a client, what it has told so far, and the stage around it."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from tests.clients.stage_process import StageProcess
from tests.python_client.scenarios.tokens import Tokens
from tests.waiting import until
from tidewire_client import ConnectionState, StateSync, TidewireClient

WAIT_SECONDS = 30.0
_LOOK_SECONDS = 0.05
T = TypeVar("T")


class Log(Generic[T]):
    """What happened, in order, and how far the steps have read it."""

    def __init__(self) -> None:
        self.entries: list[T] = []
        self._read = 0

    def skip(self) -> None:
        """Go behind all that has happened."""
        self._read = len(self.entries)

    def skip_to(self, entry: T) -> None:
        """Go behind an entry that has happened."""
        self._read = self.entries.index(entry, self._read) + 1

    async def next(self, matches: Callable[[T], object], seconds: float) -> None:
        """Wait for the next entry that matches, and go behind it."""

        def is_there() -> bool:
            found = next((at for at in range(self._read, len(self.entries)) if matches(self.entries[at])), None)
            self._read = self._read if found is None else found + 1
            return found is not None

        try:
            await until(is_there, seconds=seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is not among {self.entries[self._read :][-20:]}") from None


class Seen(msgspec.Struct, frozen=True):
    """What the proxy saw: refusals, and what the client sent on each WebSocket connection."""

    refused: int
    connections: list[list[Any]]


class Scene:
    """A client under test; `outcomes` are the commands and updates that were begun, by name."""

    def __init__(self, client: TidewireClient, stage: StageProcess, tokens: Tokens) -> None:
        self.client = client
        self.state_sync = StateSync(client)
        self.states: Log[ConnectionState] = Log()
        self.errors: Log[Any] = Log()
        self.events: Log[Any] = Log()
        self.message_types: set[str] = set()
        self.outcomes: dict[str, asyncio.Task[Any]] = {}
        self.entities: dict[str, Any] = {}
        self.tokens = tokens
        self._stage = stage
        for state in ConnectionState:
            client.on(state.value, lambda _: self.states.entries.append(client.state))
        client.on("error", self.errors.entries.append)
        client.on("*", self.events.entries.append)
        client.on_message("*", lambda frame: self.message_types.add(str(frame.get("type"))))

    async def ask(self, path: str, **query: Any) -> Any:
        """Let something happen on the stage."""
        return await asyncio.to_thread(self._stage.ask, path, **query)

    async def command(self, action: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a command, as a system does."""
        return await self.client.command(action, params)

    async def seen(self) -> Seen:
        """Return what the proxy has seen."""
        return msgspec.convert(await self.ask("/proxy/seen"), Seen)

    async def until_seen(self, holds: Callable[[Seen], object], seconds: float) -> None:
        """Wait until something holds of what the proxy has seen."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not holds(seen := await self.seen()):
            assert asyncio.get_running_loop().time() < deadline, seen
            await asyncio.sleep(_LOOK_SECONDS)

    def begin(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        """Begin a command or an update, and keep its outcome."""
        self.outcomes[name] = asyncio.create_task(work)

    async def end(self) -> None:
        """Leave nothing behind."""
        await self.client.disconnect()
        await asyncio.gather(*self.outcomes.values(), return_exceptions=True)


def contains(value: Any, wanted: Any) -> bool:
    """Return whether a value has what is wanted: an object at least these fields, a list as many items, each contained.

    Anything else has to be equal.
    """
    if isinstance(wanted, list):
        return isinstance(value, list | tuple) and len(value) == len(wanted) and all(map(contains, value, wanted))
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(
            name in value and contains(value[name], each) for name, each in wanted.items()
        )
    return bool(value == wanted)


def as_told(value: Any) -> Any:
    """Return an entity's value with the names that its fields have on the wire."""
    return msgspec.to_builtins(value, builtin_types=(Decimal,))


def is_among(wanted: Sequence[Mapping[str, Any]], sent: Sequence[Any]) -> bool:
    """Return whether the frames that were sent contain those that are wanted, in this order."""
    left = iter(sent)
    return all(any(contains(frame, each) for frame in left) for each in wanted)
