"""Snapshots, updates and functions that come, or fail, at a time that one does not think of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.waiting import until
from tidewire_client.errors import CommandRefusedError, QueueFullError, StateLoadError
from tidewire_client.events import Resync
from tidewire_client.synced_state.entity import Entity
from tidewire_client.synced_state.optimistic import Resolve

_SOON = 2.0


class Server:
    """Holds a value. Snapshots are read at once, and delivered when the test says so."""

    def __init__(self, value: Any, resolve: Resolve[Any] | None = None) -> None:
        self.value = value
        self.reads = 0
        self.delivered = asyncio.Event()
        self.delivered.set()
        self.failures: list[BaseException] = []
        self.is_connected = True
        self.is_resumed = False
        self.waits: list[int] = []
        self.seconds = 0.01
        self.draws = 0
        self.drawn = 0.0
        self.told: list[StateLoadError] = []
        self.entity: Entity[Any] = Entity(
            "it",
            load=self.load,
            apply=None,
            resolve=resolve,
            resumed=self.resumed,
            is_connected=lambda: self.is_connected,
            tell=self.told.append,
            delay=self.delay,
            uniform=self.uniform,
        )

    async def resumed(self) -> bool:
        """Say whether all came that was missed."""
        return self.is_resumed

    def delay(self, failures: int) -> float:
        """Wait next to nothing after a failure, if the test doesn't say otherwise, and note which it was."""
        self.waits.append(failures)
        return self.seconds

    def uniform(self) -> float:
        """Draw what the test says, and count how often."""
        self.draws += 1
        return self.drawn

    def lose(self) -> None:
        """Tell that events of a channel are lost for good."""
        self.entity.take(Resync(channel="it", time=1, start=1, end=2, complete=False))

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


@pytest.mark.parametrize(
    ("code", "reads"), [("UNAVAILABLE", 2), ("INTERNAL_ERROR", 2), ("CONFLICT", 1), ("VALIDATION_ERROR", 1)]
)
async def test_an_update_that_the_server_may_have_done_is_taken_back_and_the_snapshot_made_anew(
    code: str, reads: int
) -> None:
    server = Server(1)
    await server.entity.reload()

    async def send() -> None:
        server.value = 2
        raise CommandRefusedError("it.set", code, "it.set took too long", {})

    with pytest.raises(CommandRefusedError):
        await server.entity.update(lambda _: 2, send)
    assert server.entity.value == 1
    if server.entity._loading is not None:
        await server.entity._loading
    assert (server.reads, server.entity.value) == (reads, reads)


async def test_a_snapshot_whose_own_task_was_cancelled_has_failed() -> None:
    server = Server(1)
    server.failures = [asyncio.CancelledError()]
    async with asyncio.timeout(_SOON):
        with pytest.raises(StateLoadError) as failed:
            await server.entity.reload()
        assert isinstance(failed.value.cause, asyncio.CancelledError)
        assert await server.entity.reload() == 1


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


def wait_of(server: Server) -> float:
    """Return in how many seconds the entity is to be loaded."""
    assert server.entity._again is not None
    return server.entity._again.when() - asyncio.get_running_loop().time()


async def test_many_gaps_make_one_load_at_a_random_moment_within_two_seconds() -> None:
    server = Server(1)
    await server.entity.reload()
    server.drawn = 0.75
    server.lose()
    timer = server.entity._again
    assert wait_of(server) == pytest.approx(1.5, abs=0.2)
    for _ in range(10):
        server.lose()
    assert server.entity._again is timer
    assert (server.reads, server.draws) == (1, 1)
    server.entity.stop_loading()
    server.value, server.drawn = 2, 0.0
    for _ in range(10):
        server.lose()
    await until(lambda: server.entity.value == 2)
    assert (server.reads, server.draws) == (2, 2)
    assert server.entity._again is None


async def test_a_snapshot_under_way_is_finished_though_gaps_follow_each_other() -> None:
    server = Server(1)
    server.delivered.clear()
    loading = asyncio.create_task(server.entity.reload())
    await until(lambda: server.reads == 1)
    server.value = 2
    server.lose()
    await until(lambda: server.draws >= 3)  # its moment came more than once
    assert server.reads == 1
    server.delivered.set()
    assert await loading == 1
    await until(lambda: server.entity.value == 2)
    assert server.reads == 2


@pytest.mark.parametrize("ends", [Entity.disconnected, Entity.begin_loading], ids=["disconnected", "loaded by hand"])
async def test_a_gap_is_forgotten_where_it_needs_no_load_any_more(ends: Callable[[Entity[Any]], None]) -> None:
    server = Server(1)
    await server.entity.reload()
    server.drawn = 1.0
    server.lose()
    timer = server.entity._again
    assert timer is not None
    ends(server.entity)
    assert timer.cancelled()
    assert server.entity._again is None


async def test_a_gap_shortens_no_wait_that_a_failure_asks_for() -> None:
    server = Server(1)
    await server.entity.reload()
    server.seconds = 30.0
    server.failures = [unavailable()]
    loading = asyncio.create_task(server.entity.reload())
    await asyncio.sleep(0)
    server.lose()
    with pytest.raises(StateLoadError):
        await loading
    server.lose()
    assert wait_of(server) > 25
    server.entity.stop_loading()


@pytest.mark.parametrize(("is_resumed", "reads"), [(True, 1), (False, 2)])
async def test_after_a_reconnect_it_is_loaded_only_where_not_all_came_that_was_missed(
    is_resumed: bool, reads: int
) -> None:
    server = Server(1)
    await server.entity.reload()
    server.is_resumed = is_resumed
    server.entity.connected()
    assert server.entity._resuming is not None
    await server.entity._resuming
    if server.entity._loading is not None:
        await server.entity._loading
    assert server.reads == reads
