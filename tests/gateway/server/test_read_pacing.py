"""How much one client is read, in time that the test tells."""

import asyncio
from collections.abc import Callable
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from streaming.gateway.server.read_pacing import FrameBudget, PacedReading


class Loop:
    """An event loop's time and timers, which go on when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_soon(self, callback: Callable[[], None]) -> asyncio.Handle:
        return self.call_later(0, callback)

    def call_later(self, delay: float, callback: Callable[[], None]) -> asyncio.Handle:
        entry = (self.now + delay, callback)
        self.due.append(entry)
        return cast("asyncio.Handle", Cancel(self, entry))

    def turn(self) -> None:
        """Let time pass until the next timer, and call it."""
        self.now, callback = self.due.pop(0)
        callback()


class Cancel:
    def __init__(self, loop: Loop, entry: tuple[float, Callable[[], None]]) -> None:
        self.loop, self.entry = loop, entry

    def cancel(self) -> None:
        self.loop.due.remove(self.entry)


class Reader:
    """Takes what it is given; every byte is a frame, or none is."""

    def __init__(self, rate: int = 1000, *, frames: bool = True, patience: float = 1000) -> None:
        self.loop = Loop()
        self.taken: list[bytes] = []
        self.is_busy = False
        self.caught_up = 0
        self.too_much = 0
        self._frames = frames
        self.reading = PacedReading(
            cast("asyncio.AbstractEventLoop", self.loop),
            rate,
            self.take,
            may_take=lambda: not self.is_busy,
            caught_up=self.catch_up,
            patience=patience,
            too_much=self.lose_patience,
        )

    def take(self, data: bytes) -> int:
        self.taken.append(data)
        return len(data) if self._frames else 0

    def catch_up(self) -> None:
        self.caught_up += 1

    def lose_patience(self) -> None:
        self.too_much += 1


def test_it_takes_at_once_what_is_little() -> None:
    reader = Reader()
    reader.reading.feed(b"a")
    reader.reading.feed(b"b")
    assert reader.taken == [b"a", b"b"]
    assert not reader.reading.is_behind


def test_it_leaves_the_others_their_turn_within_much_that_came_at_once() -> None:
    reader = Reader(frames=False)
    data = bytes(range(256)) * 10
    reader.reading.feed(data)
    assert reader.taken == [data[:1024]]
    assert reader.reading.is_behind
    while reader.loop.due:
        reader.loop.turn()
    assert b"".join(reader.taken) == data
    assert [len(part) for part in reader.taken] == [1024, 1024, 512]
    assert (reader.caught_up, reader.reading.is_behind, reader.loop.now) == (1, False, 0.0)


def test_what_comes_meanwhile_waits_its_turn() -> None:
    reader = Reader(frames=False)
    reader.reading.feed(b"a" * 2000)
    reader.reading.feed(b"b")
    assert len(reader.taken) == 1
    while reader.loop.due:
        reader.loop.turn()
    assert b"".join(reader.taken) == b"a" * 2000 + b"b"


def test_it_takes_no_more_than_its_frames_a_second() -> None:
    reader = Reader(rate=100)
    reader.reading.feed(b"." * 200)
    assert reader.reading.is_behind
    reader.reading.feed(b"." * 2000)
    while reader.loop.due:
        reader.loop.turn()
    assert b"".join(reader.taken) == b"." * 2200
    assert 20.9 < reader.loop.now < 21.1  # the first hundred were free
    assert (reader.caught_up, reader.reading.is_behind) == (1, False)


def test_it_gives_up_on_who_is_over_the_rate_for_too_long_and_forgets_what_waits() -> None:
    reader = Reader(rate=100, patience=3)
    reader.reading.feed(b"." * 10_000)
    while reader.loop.due:
        reader.loop.turn()
    assert 3 <= reader.loop.now < 3 + 1024 / 100
    assert len(b"".join(reader.taken)) < 10_000
    assert (reader.too_much, reader.caught_up, reader.reading.is_behind) == (1, 0, False)


def test_it_gives_up_on_nobody_who_is_over_the_rate_now_and_then() -> None:
    reader = Reader(rate=100, patience=3)
    for _ in range(20):
        reader.reading.feed(b"." * 300)
        while reader.loop.due:
            reader.loop.turn()
        reader.loop.now += 1
    assert len(b"".join(reader.taken)) == 20 * 300
    assert (reader.too_much, reader.reading.is_behind) == (0, False)


def test_it_waits_for_whoever_handles_what_was_taken() -> None:
    reader = Reader(frames=False)
    reader.is_busy = True
    reader.reading.feed(b"a" * 2000)
    assert reader.taken == []
    assert reader.reading.is_behind
    assert not reader.loop.due
    reader.is_busy = False
    reader.reading.go_on()
    while reader.loop.due:
        reader.loop.turn()
    assert b"".join(reader.taken) == b"a" * 2000


def test_it_forgets_what_waits_when_it_is_stopped() -> None:
    reader = Reader()
    reader.reading.feed(b"." * 2000)
    reader.reading.stop()
    reader.reading.stop()
    assert not reader.loop.due
    assert not reader.reading.is_behind


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 2)), max_size=30))
def test_a_budget_never_gives_more_than_its_rate(spendings: list[tuple[int, float]]) -> None:
    """In any stretch of time: the rate, a second's worth at once, and what one turn may exceed it by."""
    rate, now = 20, 0.0
    budget = FrameBudget(rate, now)
    spent: list[tuple[float, int]] = []
    for frames, rest in spendings:
        now += budget.wait() + rest
        budget.spend(frames, now)
        spent.append((now, frames))
    for first in range(len(spent)):
        for last in range(first, len(spent)):
            frames = sum(count for _, count in spent[first : last + 1])
            assert frames <= rate * (spent[last][0] - spent[first][0]) + rate + 50 + 1e-6
