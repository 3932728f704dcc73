"""Who is too slow a reader, in a loop whose time passes at once."""

import asyncio

import pytest

from streaming.fan_out.frames import text_frame
from streaming.gateway.sending.send_queue import SendQueue
from streaming.gateway.sending.slow_reader import BURST_CHECK_SECONDS, BURST_FACTOR, BurstCheck, OutboxLimits
from tests.skipping_loop import skipping

LIMITS = OutboxLimits(maximum_bytes=1_000, maximum_age=30.0)
FRAME = text_frame(b"x" * 98)
FRAME_BYTES = len(FRAME.wire)


class Reader:
    """So many frames that wait for a reader, and after how many seconds it was lost."""

    def __init__(self, frames: int, *, is_burst: bool = True) -> None:
        self._begun = self._now()
        self._queue = SendQueue()
        self.in_flight = 0
        self.lost: list[float] = []
        self.come(frames)
        if is_burst:
            self.begin_burst(0)

    def begin_burst(self, frames: int) -> None:
        self.come(frames)
        self.check = BurstCheck(self._queue, LIMITS, self._now, unwritten_bytes=lambda: self.in_flight, lose=self._lose)

    def come(self, frames: int) -> None:
        for _ in range(frames):
            self._queue.add(FRAME, self._now(), conflate=True)

    def take(self, frames: int) -> None:
        self._queue.remove(frames)

    def _lose(self) -> None:
        self.check.end()
        self.lost.append(self._now() - self._begun)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


@pytest.mark.parametrize(
    ("waiting", "age", "passed"), [(160, 30, False), (161, 30, True), (1, 30.1, True), (0, 99, False)]
)
def test_no_reader_may_have_more_than_so_much_or_anything_for_so_long(waiting: int, age: float, passed: bool) -> None:
    queue = SendQueue()
    for _ in range(waiting):
        queue.add(FRAME, 0.0, conflate=True)
    assert LIMITS.maximum_bytes == FRAME_BYTES * 10
    assert BURST_FACTOR * 10 == 160
    assert LIMITS.are_passed(queue, age) is passed


@pytest.mark.parametrize(("waiting", "has_burst"), [(10, False), (11, True)])
def test_a_burst_is_more_than_may_wait_for_long(waiting: int, has_burst: bool) -> None:
    queue = SendQueue()
    for _ in range(waiting):
        queue.add(FRAME, 0.0, conflate=True)
    assert LIMITS.has_burst(queue) is has_burst


@skipping
async def test_who_takes_nothing_of_a_burst_is_lost_at_the_second_look() -> None:
    reader = Reader(20)
    await asyncio.sleep(10 * BURST_CHECK_SECONDS)
    assert reader.lost == [pytest.approx(2 * BURST_CHECK_SECONDS)]


@skipping
async def test_who_takes_no_more_than_comes_is_lost_at_the_second_look() -> None:
    reader = Reader(20)
    while not reader.lost:
        reader.take(3)
        reader.come(3)
        await asyncio.sleep(BURST_CHECK_SECONDS / 3)
    assert reader.lost == [pytest.approx(2 * BURST_CHECK_SECONDS)]


@skipping
async def test_who_takes_a_burst_frame_by_frame_is_kept_however_long_it_has_come() -> None:
    reader = Reader(11)
    await asyncio.sleep(BURST_CHECK_SECONDS * 0.9)
    reader.come(10)
    for _ in range(10):
        await asyncio.sleep(BURST_CHECK_SECONDS)
        reader.take(1)
    assert reader.lost == []
    reader.check.end()


@skipping
async def test_who_takes_what_is_in_flight_is_kept_though_nothing_leaves_the_queue() -> None:
    reader = Reader(20)
    for in_flight in range(100_000, 0, -10_000):
        reader.in_flight = in_flight
        await asyncio.sleep(BURST_CHECK_SECONDS)
    assert reader.lost == []
    reader.check.end()


@skipping
async def test_what_is_taken_while_more_states_come_counts_as_taken() -> None:
    reader = Reader(20)
    for _ in range(5):
        await asyncio.sleep(BURST_CHECK_SECONDS)
        reader.take(1)
        reader.in_flight += 10_000
    assert reader.lost == []
    reader.check.end()


@skipping
async def test_who_has_taken_a_burst_may_have_another_that_is_larger() -> None:
    reader = Reader(11)
    await asyncio.sleep(BURST_CHECK_SECONDS * 1.5)
    reader.take(11)
    await asyncio.sleep(LIMITS.maximum_age)
    reader.come(20)
    await asyncio.sleep(BURST_CHECK_SECONDS)
    assert reader.lost == []
    reader.check.end()


@skipping
async def test_who_is_over_the_bound_for_too_long_is_lost_though_all_that_waits_is_newer() -> None:
    reader = Reader(100)
    while not reader.lost:
        await asyncio.sleep(BURST_CHECK_SECONDS / 2)
        reader.take(12)
        reader.come(11)
    (lost_after,) = reader.lost
    assert LIMITS.maximum_age < lost_after <= LIMITS.maximum_age + BURST_CHECK_SECONDS + 0.001


@skipping
async def test_who_leaves_a_frame_for_too_long_is_lost_though_nothing_more_comes() -> None:
    reader = Reader(10, is_burst=False)
    await asyncio.sleep(LIMITS.maximum_age / 2)
    reader.begin_burst(20)
    while not reader.lost:
        await asyncio.sleep(BURST_CHECK_SECONDS)
        reader.take(1)
    (lost_after,) = reader.lost
    assert LIMITS.maximum_age < lost_after <= LIMITS.maximum_age + BURST_CHECK_SECONDS


@skipping
async def test_a_burst_that_has_ended_loses_nobody() -> None:
    reader = Reader(20)
    await asyncio.sleep(1.5 * BURST_CHECK_SECONDS)
    reader.check.end()
    await asyncio.sleep(10 * BURST_CHECK_SECONDS)
    assert reader.lost == []
