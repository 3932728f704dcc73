"""Answers that many who ask alike share, and for how long; the rest of history is tested over REST."""

import asyncio
from decimal import Decimal

import pytest

from streaming.clock import ManualClock
from streaming.events import Interval
from streaming.market.errors import MarketUnavailableError
from streaming.market.history import Rows, SharedAnswers, life_seconds
from streaming.market.parameters import HistoryQuery
from streaming.market.rest_parser import KlineRow
from tests.waiting import until


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
def answers(clock: ManualClock) -> SharedAnswers:
    """Return answers of the clock."""
    return SharedAnswers(clock)


@pytest.fixture
def fetching() -> Fetching:
    """Return a fetch that waits until it may end."""
    return Fetching()


async def test_it_shares_a_fetch_that_is_under_way(answers: SharedAnswers, fetching: Fetching) -> None:
    asking = [asyncio.create_task(answers.get("key", fetching, two_seconds)) for _ in range(10)]
    other = asyncio.create_task(answers.get("other key", fetching, two_seconds))
    await until(lambda: fetching.count == 2)
    fetching.may_end.set()
    assert await asyncio.gather(*asking, other) == [()] * 11
    assert fetching.count == 2


async def test_it_keeps_an_answer_for_its_time(answers: SharedAnswers, fetching: Fetching, clock: ManualClock) -> None:
    fetching.may_end.set()
    for seconds in (0.0, 1.9):
        clock.advance(seconds)
        await answers.get("key", fetching, two_seconds)
    assert fetching.count == 1
    clock.advance(0.2)
    await answers.get("key", fetching, two_seconds)
    assert fetching.count == 2


async def test_it_goes_on_for_the_others_where_one_leaves(answers: SharedAnswers, fetching: Fetching) -> None:
    leaving = asyncio.create_task(answers.get("key", fetching, two_seconds))
    staying = asyncio.create_task(answers.get("key", fetching, two_seconds))
    await until(lambda: fetching.count)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    fetching.may_end.set()
    assert await staying == ()


async def test_it_tells_a_failure_to_all_who_wait_and_keeps_it_not(answers: SharedAnswers, fetching: Fetching) -> None:
    fetching.error = MarketUnavailableError("away")
    asking = [asyncio.create_task(answers.get("key", fetching, two_seconds)) for _ in range(3)]
    fetching.may_end.set()
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(error) for error in told] == ["away"] * 3
    fetching.error = None
    assert await answers.get("key", fetching, two_seconds) == ()
    assert fetching.count == 2


async def test_it_holds_a_bounded_number_of_answers(answers: SharedAnswers, fetching: Fetching) -> None:
    fetching.may_end.set()
    for key in range(257):
        await answers.get(key, fetching, two_seconds)
    await answers.get(256, fetching, two_seconds)
    assert fetching.count == 257
    await answers.get(0, fetching, two_seconds)
    assert fetching.count == 258


NOW = 1_700_000_000_000


def query(*, start: int | None = None, end: int | None = None, limit: int = 500) -> HistoryQuery:
    """Return a query."""
    return HistoryQuery(symbol="BTCUSDT", interval=Interval.MINUTE_1, start=start, end=end, limit=limit)


def answer(candle_seconds: int, *, closes_in: float) -> Rows:
    """Return an answer whose newest candle has so many seconds, and closes in so many from `NOW`."""
    one = Decimal(1)
    close_time = NOW + round(closes_in * 1000) - 1
    newest = KlineRow(
        open_time=close_time + 1 - candle_seconds * 1000, open=one, high=one, low=one, close=one, volume=one,
        close_time=close_time, quote_volume=one, trades=1,
    )  # fmt: skip
    return (newest,)


class TestLife:
    """How long an answer may be given again."""

    @pytest.mark.parametrize(
        ("candle_seconds", "closes_in", "life"),
        [
            (1, 1, 1),
            (60, 30, 2),
            (300, 200, 10),
            (1800, 900, 60),
            (86_400, 40_000, 60),
            (1800, 7.5, 7.5),
            (60, 0, 2),
            (60, -100, 2),
        ],
    )
    def test_it_is_longer_for_longer_candles_but_ends_with_the_open_one(
        self, candle_seconds: int, closes_in: float, life: float
    ) -> None:
        assert life_seconds(query(), answer(candle_seconds, closes_in=closes_in), now_ms=NOW, least=2.0) == life

    def test_it_is_long_where_all_that_was_asked_for_has_closed(self) -> None:
        until_then = query(end=NOW - 60_000)
        assert life_seconds(until_then, answer(60, closes_in=-30), now_ms=NOW, least=2.0) == 600
        assert life_seconds(query(start=1, limit=1), answer(60, closes_in=-30), now_ms=NOW, least=2.0) == 600

    def test_it_is_short_where_more_may_follow_or_clocks_may_differ(self) -> None:
        until_then = query(end=NOW - 60_000)
        assert life_seconds(until_then, answer(60, closes_in=-90), now_ms=NOW, least=2.0) == 2
        assert life_seconds(query(start=1), answer(60, closes_in=-30), now_ms=NOW, least=2.0) == 2
        assert life_seconds(query(end=NOW - 9_000), answer(60, closes_in=-9), now_ms=NOW, least=2.0) == 2

    def test_it_is_short_where_nothing_was_found(self) -> None:
        assert life_seconds(query(), (), now_ms=NOW, least=2.0) == 2
