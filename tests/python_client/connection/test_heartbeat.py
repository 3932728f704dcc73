"""When a ping is due, and when a pong is missed."""

from hypothesis import given
from hypothesis import strategies as st

from tidewire_client.connection.heartbeat import Beat, Heartbeat
from tidewire_client.quality import RoundTrips


def test_it_pings_at_once_and_then_at_each_interval() -> None:
    heartbeat = Heartbeat(10, 5, 100, RoundTrips())
    assert heartbeat.due_at() == 100
    assert heartbeat.due(100) is Beat.PING
    assert heartbeat.answered(100.05)
    assert heartbeat.due(109.9) is None
    assert heartbeat.due_at() == 110
    assert heartbeat.due(110) is Beat.PING


def test_a_pong_that_does_not_come_is_missed_and_two_are_the_end() -> None:
    heartbeat = Heartbeat(10, 5, 0, RoundTrips())
    heartbeat.due(0)
    assert heartbeat.due_at() == 5
    assert [heartbeat.due(now) for now in (5, 6, 10, 15)] == [Beat.MISSED, None, Beat.PING, Beat.LOST]
    assert (heartbeat.round_trips.missed, heartbeat.round_trips.missed_in_a_row) == (2, 2)


def test_a_late_pong_counts_and_ends_the_row() -> None:
    heartbeat = Heartbeat(10, 5, 0, RoundTrips())
    heartbeat.due(0)
    heartbeat.due(5)
    assert heartbeat.answered(7)
    assert heartbeat.round_trips.report().latency == 7
    assert heartbeat.round_trips.missed_in_a_row == 0
    assert [heartbeat.due(now) for now in (10, 15)] == [Beat.PING, Beat.MISSED]


def test_the_next_connection_begins_a_row_anew_and_the_count_goes_on() -> None:
    trips = RoundTrips()
    for missed in (1, 2):
        heartbeat = Heartbeat(10, 5, 0, trips)
        assert [heartbeat.due(now) for now in (0, 5)] == [Beat.PING, Beat.MISSED]
        assert (trips.missed, trips.missed_in_a_row) == (missed, 1)


def test_a_pong_that_nobody_asked_for_is_ignored() -> None:
    heartbeat = Heartbeat(10, 5, 0, RoundTrips())
    assert not heartbeat.answered(0)
    heartbeat.due(0)
    assert heartbeat.answered(1)
    assert not heartbeat.answered(2)


@given(
    st.floats(min_value=0.01, max_value=100),
    st.floats(min_value=0.01, max_value=100),
    st.lists(st.booleans(), max_size=30),
)
def test_there_is_always_something_due_and_never_two_pings_without_an_answer(
    interval: float, timeout: float, answers: list[bool]
) -> None:
    heartbeat, now, waiting = Heartbeat(interval, timeout, 0.0, RoundTrips()), 0.0, False
    for is_answered in answers:
        now = max(now, heartbeat.due_at())
        beat = heartbeat.due(now)
        assert beat is not None
        assert not (waiting and beat is Beat.PING)
        waiting = beat is Beat.PING
        if waiting and is_answered:
            heartbeat.answered(now)
            waiting = False
