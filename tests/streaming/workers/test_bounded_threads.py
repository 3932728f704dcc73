"""Threads of a channel's own."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from streaming.workers.bounded_threads import BoundedThreads
from tests.waiting import until

_NO_ROOM_BYTES = 2**47
"""Of a stack: more than a process has addresses for."""


class Gate:
    """What functions wait at until it opens; `inside` are those that do."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self._open = threading.Event()

    def pass_through(self, name: str) -> str:
        """Wait for it."""
        self.inside.append(name)
        self._open.wait()
        return name

    def open(self) -> None:
        """Let all through."""
        self._open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Return one that opens when the test ends."""
    gate = Gate()
    yield gate
    gate.open()


async def test_it_returns_what_the_function_does_and_raises_what_it_raises() -> None:
    threads = BoundedThreads("test", most=1, most_each=1)
    assert await threads.run(1, int, "7") == 7
    with pytest.raises(ValueError, match="invalid literal"):
        await threads.run(1, int, "seven")
    assert await threads.run(1, int, "8") == 8


async def test_it_gives_a_user_so_many_and_others_the_rest(gate: Gate) -> None:
    threads = BoundedThreads("test", most=3, most_each=2)
    of_ada = [asyncio.ensure_future(threads.run(1, gate.pass_through, "ada")) for _ in range(5)]
    await until(lambda: len(gate.inside) == 2)
    of_bob = [asyncio.ensure_future(threads.run(2, gate.pass_through, "bob")) for _ in range(2)]
    await until(lambda: len(gate.inside) == 3)
    assert gate.inside == ["ada", "ada", "bob"]
    gate.open()
    assert await asyncio.gather(*of_ada, *of_bob) == ["ada"] * 5 + ["bob"] * 2


async def test_it_waits_no_longer_when_cancelled_and_what_has_begun_counts_until_it_ends(gate: Gate) -> None:
    threads = BoundedThreads("test", most=2, most_each=1)
    begun = asyncio.ensure_future(threads.run(1, gate.pass_through, "begun"))
    await until(lambda: gate.inside)
    waiting = [asyncio.ensure_future(threads.run(1, gate.pass_through, "never")) for _ in range(2)]
    for task in (begun, *waiting):
        task.cancel()
    assert all(
        isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(begun, *waiting, return_exceptions=True)
    )
    after = asyncio.ensure_future(threads.run(1, gate.pass_through, "after"))
    assert await threads.run(2, int, "7") == 7
    assert gate.inside == ["begun"]
    gate.open()
    assert await after == "after"
    assert gate.inside == ["begun", "after"]


async def test_it_gives_back_the_room_of_a_thread_that_cannot_begin() -> None:
    threads = BoundedThreads("test", most=1, most_each=1)
    before = threading.stack_size(_NO_ROOM_BYTES)
    try:
        with pytest.raises(RuntimeError, match="can't start new thread"):
            await threads.run(1, int, "7")
    finally:
        threading.stack_size(before)
    async with asyncio.timeout(5):
        assert await threads.run(1, int, "8") == 8
