"""Lag and frames over the last minute, and the exchange's clock."""

from streaming.clock import ManualClock
from streaming.market.exchange_time import ExchangeTime
from streaming.market.measures import Measures


def test_it_knows_the_quantiles_of_the_lag(clock: ManualClock) -> None:
    measures = Measures(clock)
    assert measures.lag_quantile(0.5) is None
    for lag in range(1, 101):
        measures.frame(lag)
    measures.frame(None)
    assert (measures.lag_quantile(0.5), measures.lag_quantile(0.99), measures.lag_ms) == (50, 99, 100)
    measures.disconnected()
    assert measures.lag_ms is None


def test_it_forgets_what_is_older_than_a_minute(clock: ManualClock) -> None:
    measures = Measures(clock)
    measures.frame(1000)
    clock.advance(30)
    measures.frame(10)
    clock.advance(40)
    assert measures.lag_quantile(1.0) == 10


def test_it_counts_frames_by_the_second(clock: ManualClock) -> None:
    measures = Measures(clock)
    for _ in range(100):
        clock.advance(0.1)
        for _ in range(5):
            measures.frame(None)
    assert 45 <= measures.frames_per_second <= 55


def test_it_moves_the_exchange_s_clock_on_by_ours(clock: ManualClock) -> None:
    time = ExchangeTime(clock)
    assert (time.is_known, time.now_ms()) == (False, clock.now_ms())
    time.note(5_000)
    clock.advance(1.5)
    assert (time.is_known, time.now_ms()) == (True, 6_500)


def test_it_believes_a_leap_of_the_exchanges_clock_only_when_the_next_message_bears_it_out(clock: ManualClock) -> None:
    time, start = ExchangeTime(clock), 1_000_000
    time.note(start)
    time.note(start + 10_000_000)
    assert time.now_ms() == start
    time.note(start + 5)
    time.note(start + 10_000_000)
    assert time.now_ms() == start + 5
    time.note(start + 10_000_001)
    assert time.now_ms() == start + 10_000_001
    time.note(start)
    assert time.now_ms() == start
