import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable

from streaming.gateway.subscriptions.request_queue import Request, RequestQueue


async def at_once() -> None:
    return


class Journal:
    """Requests that note when they have their turn."""

    def __init__(self, maximum_names: int = 10) -> None:
        self.queue = RequestQueue(maximum_names)
        self.turns: list[tuple[str, ...]] = []

    def ask(self, *names: str, ready: Callable[[], Awaitable[object]] = at_once) -> asyncio.Task[None]:
        return asyncio.create_task(self._work(self.queue.add(names), ready))

    async def _work(self, request: Request, ready: Callable[[], Awaitable[object]]) -> None:
        async with self.queue.turn(request, ready):
            await asyncio.sleep(0)
            self.turns.append(request.names)


async def test_it_gives_turns_in_order() -> None:
    journal = Journal()
    await asyncio.gather(*(journal.ask(str(number)) for number in range(5)))
    assert journal.turns == [(str(number),) for number in range(5)]


async def test_it_lets_others_pass_one_that_waits() -> None:
    journal, gate = Journal(), asyncio.Event()
    slow = journal.ask("a", ready=gate.wait)
    await journal.ask("b")
    assert journal.turns == [("b",)]
    gate.set()
    await slow
    assert journal.turns == [("b",), ("a",)]


async def test_it_keeps_the_order_of_requests_that_share_a_name() -> None:
    journal, gate = Journal(), asyncio.Event()
    first = journal.ask("a", "b", ready=gate.wait)
    second = journal.ask("b")
    third = journal.ask("c")
    await third
    gate.set()
    await asyncio.gather(first, second)
    assert journal.turns == [("c",), ("a", "b"), ("b",)]


async def test_it_has_room_again_once_enough_is_done() -> None:
    journal, gate = Journal(maximum_names=3), asyncio.Event()
    await journal.queue.has_room()
    waiting = journal.ask("a", "b", "c", "d", ready=gate.wait)
    room = asyncio.create_task(journal.queue.has_room())
    await asyncio.sleep(0)
    assert not room.done()
    gate.set()
    await asyncio.gather(waiting, room)


async def test_it_waits_for_what_is_unfinished_and_for_nothing_that_comes_later() -> None:
    journal, gate, never = Journal(), asyncio.Event(), asyncio.Event()
    waiting = journal.ask("a", ready=gate.wait)
    await asyncio.sleep(0)
    finished = asyncio.create_task(journal.queue.finished())
    await asyncio.sleep(0)
    later = journal.ask("b", ready=never.wait)
    assert not finished.done()
    gate.set()
    await asyncio.gather(waiting, finished)
    later.cancel()


async def test_it_goes_on_after_a_request_that_was_cancelled() -> None:
    journal, gate = Journal(maximum_names=0), asyncio.Event()
    cancelled = journal.ask("a", ready=gate.wait)
    after = journal.ask("a")
    await asyncio.sleep(0)
    cancelled.cancel()
    await after
    await journal.queue.has_room()
    assert journal.turns == [("a",)]


async def test_it_keeps_nothing_of_requests_that_are_done_though_one_always_waits() -> None:
    queue = RequestQueue(maximum_names=10)
    waiting = queue.add(("a",))
    first = weakref.ref(waiting)
    for _ in range(20):
        following = queue.add(("a",))
        async with queue.turn(waiting, at_once):
            pass
        waiting = following
    gc.collect()
    assert first() is None
    assert waiting.earlier[0].earlier == []
