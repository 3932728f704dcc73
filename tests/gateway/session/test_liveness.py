"""Whether a client is there and how far away: measured by the protocol's pings, or by the server's, never by both."""

from random import Random

from streaming.connections.quality import Quality
from streaming.gateway.session.heartbeat import Pulse
from streaming.gateway.session.liveness import Liveness, heartbeat_of
from tests.manual_clock import ManualClock


def with_heartbeat(clock: ManualClock) -> Liveness:
    """Return the liveness of a connection whose protocol has pings, after the first of which 30 s pass each time."""
    heartbeat = heartbeat_of(interval=30.0, timeout=60.0, clock=clock, random=Random(1))
    return Liveness(clock, heartbeat)


def test_it_measures_from_a_ping_to_its_answer_and_no_answer_that_nobody_asked_for() -> None:
    clock = ManualClock()
    liveness = with_heartbeat(clock)
    liveness.answered()
    assert liveness.quality.summary().latency_ms is None
    clock.advance(30)
    assert liveness.beat() is Pulse.PING
    clock.advance(0.25)
    liveness.answered()
    assert liveness.beat() is Pulse.NOTHING
    summary = liveness.quality.summary()
    assert (summary.latency_ms, summary.missed, summary.quality) == (250.0, 0, Quality.GOOD)


def test_a_client_that_speaks_and_answers_no_ping_lives_and_its_quality_falls() -> None:
    clock = ManualClock()
    liveness = with_heartbeat(clock)
    clock.advance(30)
    assert liveness.beat() is Pulse.PING
    liveness.answered()
    for _ in range(3):
        clock.advance(30)
        liveness.heard()
        assert liveness.beat() is Pulse.PING
    summary = liveness.quality.summary()
    assert (summary.missed, summary.quality) == (2, Quality.FAIR)


def test_it_finds_dead_who_says_nothing_for_the_time_out() -> None:
    clock = ManualClock()
    liveness = with_heartbeat(clock)
    clock.advance(59)
    liveness.heard()
    clock.advance(59)
    assert liveness.beat() is Pulse.PING
    clock.advance(1)
    assert liveness.beat() is Pulse.DEAD


def test_without_a_heartbeat_it_neither_asks_nor_finds_anybody_dead() -> None:
    clock = ManualClock()
    liveness = Liveness(clock, None)
    clock.advance(3600)
    assert liveness.beat() is Pulse.NOTHING
    liveness.heard()
    liveness.answered()
    assert liveness.quality.summary().latency_ms is None
