"""When a connection is pinged, what counts as missed, and who is cut off; by a loop whose clock the test moves."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, cast

import pytest

from streaming.gateway.server.keepalive import EarlyPings, KeepAlive, KeepAliveTimes


class Timer:
    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """An event loop's timers, on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> Timer:
        return self.call_at(self.now + delay, call)

    def call_at(self, at: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(at, call))
        return self.timers[-1]

    def advance(self, seconds: float) -> None:
        """Let time pass, calling what falls due in order."""
        end = self.now + seconds
        while due := [timer for timer in self.timers if not timer.cancelled and timer.at <= end]:
            timer = min(due, key=lambda timer: timer.at)
            self.timers.remove(timer)
            self.now = timer.at
            timer.call()
        self.now = end

    @property
    def waiting(self) -> int:
        return sum(not timer.cancelled for timer in self.timers)


class Peer:
    """A connection that is pinged; it answers when it is told to."""

    def __init__(self, **times: float) -> None:
        self.loop = Loop()
        self.pings: list[tuple[float, bytes]] = []
        self.cut_off_at: float | None = None
        self.measured: list[float] = []
        self.missed = 0
        loop = cast("asyncio.AbstractEventLoop", self.loop)
        self.keepalive = KeepAlive(loop, KeepAliveTimes(**times), self._ping, self._cut_off, self.loop.time)
        self.keepalive.observe(self.measured.append, self._miss)
        self.keepalive.start()

    def answer(self, number: int = -1) -> float | None:
        return self.keepalive.answered(self.pings[number][1])

    def live(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass, answering each ping within a step."""
        for _ in range(int(seconds / step)):
            self.loop.advance(step)
            if self.pings:
                self.answer()

    def _ping(self, payload: bytes) -> None:
        self.pings.append((self.loop.now, payload))

    def _cut_off(self) -> None:
        self.cut_off_at = self.loop.now

    def _miss(self) -> None:
        self.missed += 1


def test_it_pings_early_then_every_interval() -> None:
    peer = Peer()
    peer.live(100)
    times = [at for at, _ in peer.pings]
    assert 0.5 <= times[0] <= 1
    assert 27.5 <= times[1] <= 31
    assert all(27 <= later - earlier <= 30 for earlier, later in itertools.pairwise(times))
    assert (peer.missed, peer.cut_off_at) == (0, None)


def test_it_pings_no_more_than_a_few_of_a_crowd_early() -> None:
    early = EarlyPings()
    assert [early.grant(7.0 + number / 100) for number in range(60)] == [True] * 50 + [False] * 10
    assert early.grant(8.0)


def test_one_that_is_not_pinged_early_is_pinged_at_the_interval() -> None:
    crowd = EarlyPings()
    while crowd.grant(0.0):
        pass
    loop, pings = Loop(), list[bytes]()
    given = cast("asyncio.AbstractEventLoop", loop), KeepAliveTimes(), pings.append, lambda: None, loop.time
    KeepAlive(*given, early=crowd).start()
    loop.advance(26)
    assert not pings
    loop.advance(4)
    assert len(pings) == 1


def test_it_does_not_ping_all_who_connect_together_at_once() -> None:
    peers = [Peer() for _ in range(200)]
    for peer in peers:
        peer.live(31, step=1)
    assert len({round(peer.pings[1][0], 1) for peer in peers}) > 10


def test_it_measures_by_a_finer_clock_than_the_loops() -> None:
    loop, pings, measured = Loop(), list[bytes](), list[float]()
    now = iter([5.0, 5.00042])
    keepalive = KeepAlive(
        cast("asyncio.AbstractEventLoop", loop), KeepAliveTimes(), pings.append, lambda: None, lambda: next(now)
    )
    keepalive.observe(measured.append, lambda: None)
    keepalive.start()
    loop.advance(1)
    keepalive.answered(pings[0])
    assert measured == [pytest.approx(0.00042)]


def test_it_measures_each_round_trip() -> None:
    peer = Peer(interval=10, timeout=10)
    peer.loop.advance(1)
    sent_at = peer.pings[0][0]
    assert peer.answer() == pytest.approx(1 - sent_at)
    assert peer.measured == [pytest.approx(1 - sent_at)]


def test_it_ignores_answers_to_nothing_and_answers_given_twice() -> None:
    peer = Peer()
    peer.loop.advance(1)
    assert peer.keepalive.answered(b"") is None
    assert peer.keepalive.answered(b"else") is None
    assert peer.answer() is not None
    assert peer.answer() is None
    assert len(peer.measured) == 1


def test_it_cuts_nobody_off_for_the_early_ping_but_counts_it_as_missed() -> None:
    peer = Peer()
    peer.loop.advance(31)
    assert len(peer.pings) == 2
    assert peer.missed == 1
    peer.answer()
    peer.loop.advance(26)
    assert peer.cut_off_at is None
    assert (peer.missed, len(peer.measured)) == (1, 1)


def test_it_cuts_off_a_peer_that_never_answers_within_a_minute() -> None:
    peer = Peer()
    peer.loop.advance(120)
    assert peer.cut_off_at is not None
    assert 57 <= peer.cut_off_at <= 61
    assert peer.missed == len(peer.pings)
    assert peer.loop.waiting == 0


def test_it_takes_a_late_answer_for_a_sign_of_life() -> None:
    peer = Peer(interval=10, timeout=25, first=0)
    peer.loop.advance(24)
    assert (len(peer.pings), peer.missed) == (2, 1)
    peer.answer(0)
    peer.loop.advance(18)
    assert peer.cut_off_at is None
    peer.loop.advance(4)
    assert peer.cut_off_at == pytest.approx(peer.pings[1][0] + 25)


def test_it_takes_an_answer_for_one_to_the_pings_before_it() -> None:
    peer = Peer(interval=10, timeout=25, first=0)
    peer.loop.advance(24)
    assert peer.answer(1) is not None
    assert peer.answer(0) is None
    assert len(peer.measured) == 1


def test_it_pings_only_at_the_interval_where_the_early_ping_is_off_or_would_come_later() -> None:
    for first in (0, 5):
        peer = Peer(interval=5, timeout=5, first=first)
        peer.loop.advance(5)
        assert len(peer.pings) == 1
        assert peer.pings[0][0] >= 4.5


def test_it_stops_for_good() -> None:
    peer = Peer()
    peer.loop.advance(40)
    peer.keepalive.stop()
    peer.keepalive.stop()
    assert peer.answer() is None
    peer.loop.advance(100)
    assert (peer.loop.waiting, peer.cut_off_at, peer.measured) == (0, None, [])


def test_it_stops_when_the_connection_turns_out_to_be_closing() -> None:
    loop = Loop()

    def ping(_payload: bytes) -> None:
        keepalive.stop()

    def cut_off() -> None:
        raise AssertionError

    keepalive = KeepAlive(cast("Any", loop), KeepAliveTimes(first=0), ping, cut_off)
    keepalive.start()
    loop.advance(100)
    assert loop.waiting == 0
