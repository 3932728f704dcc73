"""Snapshots, updates and functions that come, or fail, at a time that one does not think of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.waiting import until
from tidewire_client.entity import Entity
from tidewire_client.errors import CommandRefusedError, QueueFullError, StateLoadError
from tidewire_client.optimistic import Resolve

_SOON = 2.0


class Server:
    """Holds a value. Snapshots are read at once, and delivered when the test says so."""

    def __init__(self, value: Any, resolve: Resolve[Any] | None = None) -> None:
        self.value = value
        self.reads = 0
        self.delivered = asyncio.Event()
        self.delivered.set()
        self.failures: list[Exception] = []
        self.is_connected = True
        self.waits: list[int] = []
        self.told: list[StateLoadError] = []
        self.entity: Entity[Any] = Entity(
            "it",
            load=self.load,
            apply=None,
            resolve=resolve,
            is_connected=lambda: self.is_connected,
            tell=self.told.append,
            delay=self.delay,
        )

    def delay(self, failures: int) -> float:
        """Wait next to nothing after a failure, and note which it was."""
        self.waits.append(failures)
        return 0.01

    async def load(self) -> Any:
        """Read now, deliver later."""
        read = self.value
        self.reads += 1
        if self.failures:
            raise self.failures.pop()
        await self.delivered.wait()
        return read

    async def take(self, value: Any) -> None:
        """Take a new value."""
        self.value = value


def surfacing() -> list[Any]:
    """Return where what surfaces in the running loop goes to."""
    surfaced: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: surfaced.append(context["exception"]))
    return surfaced


async def reloaded_with_an_update(
    server: Server, change: Callable[[Any], Any], send: Callable[[], Awaitable[None]]
) -> asyncio.Task[Any]:
    """Load the snapshot anew while an update is under way, and return the update."""
    update = asyncio.create_task(server.entity.update(change, send))
    await asyncio.sleep(0)
    async with asyncio.timeout(_SOON):
        await server.entity.reload()
    return update


async def test_the_snapshot_is_made_anew_after_an_update_that_was_confirmed_meanwhile() -> None:
    server = Server(1)
    await server.entity.reload()
    server.delivered.clear()
    waiting = asyncio.create_task(server.entity.reload())
    await until(lambda: server.reads == 2)
    await server.entity.update(lambda _: 2, lambda: server.take(2))
    server.delivered.set()
    async with asyncio.timeout(_SOON):
        assert await waiting == 2


@pytest.mark.parametrize("refusal", [None, ValueError()])
async def test_an_update_that_can_not_be_made_on_what_the_server_says_surfaces(refusal: ValueError | None) -> None:
    server, done = Server({"a": 1}), asyncio.Event()
    await server.entity.reload()
    surfaced = surfacing()
    server.value = {"b": 1}

    async def send() -> None:
        await done.wait()
        if refusal:
            raise refusal

    update = await reloaded_with_an_update(server, lambda value: {**value, "n": value["a"] + 1}, send)
    assert server.entity.value == {"b": 1}
    assert [type(error) for error in surfaced] == [KeyError]
    done.set()
    outcome = (await asyncio.gather(update, return_exceptions=True))[0]
    assert outcome == (refusal or {"b": 1})
    assert server.entity.value == {"b": 1}


async def test_a_hook_that_raises_surfaces_and_the_updates_are_applied_anew() -> None:
    def resolve(*_: Any) -> Any:
        raise LookupError

    server, done = Server(1, resolve), asyncio.Event()
    await server.entity.reload()
    surfaced = surfacing()
    server.value = 5

    async def send() -> None:
        await done.wait()

    update = await reloaded_with_an_update(server, lambda value: value + 10, send)
    assert server.entity.value == 15
    assert [type(error) for error in surfaced] == [LookupError]
    done.set()
    assert await update == 15


def unavailable() -> CommandRefusedError:
    """Return what a server says that is still starting."""
    return CommandRefusedError("it.get", "UNAVAILABLE", "not now", {})


async def test_a_snapshot_is_asked_for_until_it_comes_and_the_waits_begin_anew_after_it() -> None:
    server = Server(0)

    async def is_loaded_after_three_failures(value: int) -> None:
        server.value = value
        server.failures = [unavailable(), QueueFullError("it.get", 100), TimeoutError()]
        with pytest.raises(StateLoadError):
            await server.entity.reload()
        await until(lambda: server.entity.value == value)

    await is_loaded_after_three_failures(1)
    await is_loaded_after_three_failures(2)
    assert server.waits == [0, 1, 2] * 2
    assert [type(error.cause) for error in server.told] == [TimeoutError, QueueFullError, CommandRefusedError] * 2


async def test_loading_it_by_hand_takes_the_place_of_the_wait() -> None:
    server = Server(1)
    server.failures = [unavailable()]
    with pytest.raises(StateLoadError):
        await server.entity.reload()
    assert await server.entity.reload() == 1
    assert server.entity._again is None
    assert server.reads == 2


async def test_it_is_not_asked_for_without_a_connection() -> None:
    server = Server(1)
    server.failures, server.is_connected = [unavailable()], False
    with pytest.raises(StateLoadError):
        await server.entity.reload()
    assert server.waits == []


async def test_a_refusal_that_stays_is_not_asked_for_again() -> None:
    server = Server(1)
    server.failures = [CommandRefusedError("it.get", "NOT_FOUND", "none", {})]
    with pytest.raises(StateLoadError):
        await server.entity.reload()
    assert server.waits == []
