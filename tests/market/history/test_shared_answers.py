"""Answers that many who ask alike share."""

import asyncio

import pytest

from streaming.market.errors import MarketUnavailableError
from streaming.market.history.shared_answers import SharedAnswers
from tests.manual_clock import ManualClock
from tests.waiting import until

Rows = tuple[int, ...]


class Fetching:
    """Counts fetches, and lets them end when told."""

    def __init__(self) -> None:
        self.count = 0
        self.may_end = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> Rows:
        """Fetch nothing, once it may end."""
        self.count += 1
        await self.may_end.wait()
        if self.error is not None:
            raise self.error
        return ()


def two_seconds(rows: Rows, now_ms: int) -> float:
    """Return that every answer is kept for two seconds."""
    return 2.0


@pytest.fixture
def answers(clock: ManualClock) -> SharedAnswers[Rows]:
    """Return answers of the clock."""
    return SharedAnswers(clock, size_of=len)


@pytest.fixture
def fetching() -> Fetching:
    """Return a fetch that waits until it may end."""
    return Fetching()


async def test_it_shares_a_fetch_that_is_under_way(answers: SharedAnswers[Rows], fetching: Fetching) -> None:
    asking = [asyncio.create_task(answers.get("key", fetching, two_seconds)) for _ in range(10)]
    other = asyncio.create_task(answers.get("other key", fetching, two_seconds))
    await until(lambda: fetching.count == 2)
    fetching.may_end.set()
    assert await asyncio.gather(*asking, other) == [()] * 11
    assert fetching.count == 2


async def test_it_keeps_an_answer_for_its_time(
    answers: SharedAnswers[Rows], fetching: Fetching, clock: ManualClock
) -> None:
    fetching.may_end.set()
    for seconds in (0.0, 1.9):
        clock.advance(seconds)
        await answers.get("key", fetching, two_seconds)
    assert fetching.count == 1
    clock.advance(0.2)
    await answers.get("key", fetching, two_seconds)
    assert fetching.count == 2


async def test_it_goes_on_for_the_others_where_one_leaves(answers: SharedAnswers[Rows], fetching: Fetching) -> None:
    leaving = asyncio.create_task(answers.get("key", fetching, two_seconds))
    staying = asyncio.create_task(answers.get("key", fetching, two_seconds))
    await until(lambda: fetching.count)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    fetching.may_end.set()
    assert await staying == ()


async def test_it_tells_a_failure_to_all_who_wait_and_keeps_it_not(
    answers: SharedAnswers[Rows], fetching: Fetching
) -> None:
    fetching.error = MarketUnavailableError("away")
    asking = [asyncio.create_task(answers.get("key", fetching, two_seconds)) for _ in range(3)]
    fetching.may_end.set()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(error) for error in told] == ["away"] * 3
    fetching.error = None
    assert await answers.get("key", fetching, two_seconds) == ()
    assert fetching.count == 2


async def test_it_holds_a_bounded_number_of_answers(answers: SharedAnswers[Rows], fetching: Fetching) -> None:
    fetching.may_end.set()
    for key in range(257):
        await answers.get(key, fetching, two_seconds)
    await answers.get(256, fetching, two_seconds)
    assert fetching.count == 257
    await answers.get(0, fetching, two_seconds)
    assert fetching.count == 258


async def test_it_holds_answers_of_a_bounded_size(fetching: Fetching, clock: ManualClock) -> None:
    answers: SharedAnswers[Rows] = SharedAnswers(clock, size_of=lambda rows: 3 * 1024 * 1024)
    fetching.may_end.set()
    for key in range(3):
        await answers.get(key, fetching, two_seconds)
    assert [answers.has(key) for key in range(3)] == [False, True, True]
    await answers.get(1, fetching, two_seconds)
    assert fetching.count == 3


async def test_it_tells_whether_it_has_an_answer_and_gives_that_alone(
    answers: SharedAnswers[Rows], fetching: Fetching, clock: ManualClock
) -> None:
    assert (answers.has("key"), await answers.known("key")) == (False, None)
    asking = asyncio.create_task(answers.get("key", fetching, two_seconds))
    await until(lambda: fetching.count)
    knowing = asyncio.create_task(answers.known("key"))
    assert answers.has("key")
    fetching.may_end.set()
    assert (await asking, await knowing, await answers.known("key"), answers.has("key")) == ((), (), (), True)
    clock.advance(2.1)
    assert (answers.has("key"), await answers.known("key"), fetching.count) == (False, None, 1)
