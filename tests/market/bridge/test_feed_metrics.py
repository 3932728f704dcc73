"""Lag and frames over the last minute, and the exchange's clock."""

from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.bridge.feed_metrics import FeedMetrics
from tests.manual_clock import ManualClock


def test_it_knows_the_quantiles_of_the_lag(clock: ManualClock) -> None:
    metrics = FeedMetrics(clock)
    assert metrics.lag_quantile(0.5) is None
    for lag in range(1, 101):
        metrics.frame(lag)
    metrics.frame(None)
    assert (metrics.lag_quantile(0.5), metrics.lag_quantile(0.99), metrics.lag_ms) == (50, 99, 100)
    metrics.disconnected()
    assert metrics.lag_ms is None


def test_it_forgets_what_is_older_than_a_minute(clock: ManualClock) -> None:
    metrics = FeedMetrics(clock)
    metrics.frame(1000)
    clock.advance(30)
    metrics.frame(10)
    clock.advance(40)
    assert metrics.lag_quantile(1.0) == 10


def test_it_counts_frames_by_the_second(clock: ManualClock) -> None:
    metrics = FeedMetrics(clock)
    for _ in range(100):
        clock.advance(0.1)
        for _ in range(5):
            metrics.frame(None)
    assert 45 <= metrics.frames_per_second <= 55


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
