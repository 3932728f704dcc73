"""What streams have said, and whose silence means something."""

import pytest

from streaming.market.upstream.stream_history import StreamHistory
from tests.manual_clock import ManualClock


@pytest.fixture
def history(clock: ManualClock) -> StreamHistory:
    """Return the history of two streams."""
    history = StreamHistory(patience=3, clock=clock)
    history.know({"a@ticker", "b@ticker"})
    return history


def test_it_remembers_when_a_stream_last_spoke(history: StreamHistory, clock: ManualClock) -> None:
    assert history.last_event_at("a@ticker") is None
    history.spoke("a@ticker")
    at = clock.now_ms()
    clock.advance(5)
    assert history.last_event_at("a@ticker") == at
    assert history.has_spoken("a@ticker")
    assert not history.has_spoken("b@ticker")


def test_it_forgets_what_nobody_asks_about_and_takes_no_notice_of_strangers(history: StreamHistory) -> None:
    history.spoke("a@ticker")
    history.spoke("x@ticker")
    history.know({"b@ticker", "x@ticker"})
    history.know({"a@ticker", "x@ticker"})
    assert history.last_event_at("a@ticker") is None
    assert history.last_event_at("x@ticker") is None


def test_it_believes_a_stream_that_has_spoken_until_three_connections_ended_for_it_in_vain(
    history: StreamHistory,
) -> None:
    assert not history.is_believed("a@ticker")
    history.spoke("a@ticker")
    believed = []
    for _ in range(4):
        believed.append(history.is_believed("a@ticker"))
        history.blame(["a@ticker"])
    assert believed == [True, True, True, False]
    history.spoke("a@ticker")
    assert history.is_believed("a@ticker")
