"""Taking turns: in rotation between those who ask, within both bounds, from event loops and threads alike."""

import asyncio
import threading

import pytest

from streaming.fair_queue import FairQueue, NoTurnError, all_turns_within
from tests.waiting import until, until_now


class Line:
    """Those who wait for a turn, and in which order they got it; each ends its turn when it is told to."""

    def __init__(self, turns: FairQueue) -> None:
        self.turns = turns
        self.began: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, *requesters: str) -> None:
        """Let each ask for a turn, in this order."""
        for requester in requesters:
            self.tasks.append(asyncio.create_task(self._take(requester)))
            await asyncio.sleep(0)

    async def end(self, requester: str) -> None:
        """End a turn, and wait until the next that can begin has begun."""
        before = len(self.began)
        self.turns.give_back(requester)
        await until(lambda: len(self.began) > before)

    async def _take(self, requester: str) -> None:
        await self.turns.take(requester)
        self.began.append(requester)


def turns_of(at_a_time: int | None, most: int) -> FairQueue:
    """Return turns of which each requester may have `most`."""
    return FairQueue(at_a_time=at_a_time, most_of=lambda requester: most)


async def test_it_serves_another_after_those_that_have_begun_however_many_wait() -> None:
    line = Line(turns_of(2, 2))
    await line.ask(*["flooder"] * 1000, "honest")
    assert line.began == ["flooder"] * 2
    await line.end("flooder")
    await line.end("flooder")
    assert line.began == ["flooder"] * 3 + ["honest"]
    for task in line.tasks:
        task.cancel()


async def test_it_goes_round_those_who_wait_one_turn_each() -> None:
    line = Line(turns_of(1, 1))
    await line.ask("a", "a", "a", "b", "b", "c")
    for _ in range(5):
        await line.end(line.began[-1])
    assert line.began == ["a", "a", "b", "c", "a", "b"]


async def test_it_leaves_a_turn_for_others_where_one_may_not_have_all() -> None:
    line = Line(turns_of(3, 2))
    await line.ask("a", "a", "a", "b")
    assert line.began == ["a", "a", "b"]
    line.turns.give_back("b")
    await line.ask("b")
    assert line.began == ["a", "a", "b", "b"]
    await line.end("a")
    assert line.began[-1] == "a"


async def test_it_bounds_each_alone_where_there_is_no_common_bound() -> None:
    line = Line(turns_of(None, 2))
    await line.ask("a", "a", "a", "b", "b", "b")
    assert line.began == ["a", "a", "b", "b"]
    assert line.turns.takers() == {"a": 2, "b": 2}
    await line.end("b")
    assert line.began[-1] == "b"
    for task in line.tasks:
        task.cancel()


async def test_it_gives_no_turn_to_who_has_left() -> None:
    line = Line(turns_of(1, 1))
    await line.ask("a", "b", "b", "c")
    for task in line.tasks[1:3]:
        task.cancel()
    await asyncio.gather(*line.tasks[1:3], return_exceptions=True)
    await line.end("a")
    assert line.began == ["a", "c"]
    line.turns.give_back("c")
    assert line.turns.takers() == {}


async def test_it_takes_back_a_turn_that_came_in_the_moment_of_leaving() -> None:
    line = Line(turns_of(1, 1))
    await line.ask("a", "b")
    line.turns.give_back("a")  # b's turn has begun, and b doesn't know yet
    line.tasks[1].cancel()
    await asyncio.gather(*line.tasks, return_exceptions=True)
    assert line.turns.takers() == {}
    await line.ask("c")
    assert line.began == ["a", "c"]


def test_it_lets_threads_wait_and_tells_when_it_was_in_vain() -> None:
    turns = turns_of(1, 1)
    began = threading.Event()

    def wait_for_turn() -> None:
        with turns.turn_in_thread("b", seconds=10):
            began.set()

    with turns.turn_in_thread("a", seconds=1):
        with pytest.raises(TimeoutError), turns.turn_in_thread("a", seconds=0.01):
            pass
        waiting = threading.Thread(target=wait_for_turn)
        waiting.start()
        assert "b" not in turns.takers()
    assert began.wait(10)
    waiting.join()
    until_now(lambda: turns.takers() == {})


def test_all_turns_of_one_request_are_waited_for_together() -> None:
    turns = turns_of(1, 1)
    turns.take_in_thread("a", seconds=0)
    with all_turns_within(0.01), all_turns_within(60):
        for _ in range(2):
            with pytest.raises(NoTurnError):
                turns.take_in_thread("b", seconds=60)


async def test_it_begins_as_many_as_a_requester_may_have_by_now_when_one_ends() -> None:
    most = [3]
    line = Line(FairQueue(at_a_time=None, most_of=lambda requester: most[0]))
    await line.ask(*["a"] * 3)
    most[0] = 1
    await line.ask(*["a"] * 4)
    line.turns.give_back("a")
    line.turns.give_back("a")
    assert line.turns.takers() == {"a": 1}
    most[0] = 3
    line.turns.give_back("a")
    assert line.turns.takers() == {"a": 3}
    for task in line.tasks:
        task.cancel()
    await asyncio.gather(*line.tasks, return_exceptions=True)
