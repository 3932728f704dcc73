"""How late the event loop is."""

import time

import pytest

from streaming.clock import SystemClock
from streaming.gateway.deployment.loop_lag import LagWindow, LoopLag
from tests.waiting import until


def window() -> LagWindow:
    return LagWindow(window=60.0, sampling=0.1)


def test_it_says_nothing_before_the_first_sample() -> None:
    assert window().percentile(0.99, 0.0) is None


def test_it_ignores_the_one_per_cent_that_is_worst() -> None:
    lags = window()
    for number in range(100):
        lags.late(0.09 if number == 50 else 0.002, number * 0.1)
    assert lags.percentile(0.99, 10.0) == 0.002
    assert lags.percentile(1.0, 10.0) == 0.09


def test_it_lets_a_long_stall_weigh_as_many_timers_as_it_held_back() -> None:
    lags = window()
    for number in range(98):
        lags.late(0.0, number * 0.1)
    lags.late(1.0, 11.0)
    worst = lags.percentile(0.99, 11.0)
    assert worst == pytest.approx(0.9)


def test_it_forgets_after_a_minute() -> None:
    lags = window()
    lags.late(0.5, 0.0)
    lags.late(0.001, 30.0)
    assert lags.percentile(0.99, 60.1) == 0.001
    assert lags.percentile(0.99, 91.0) is None


def test_it_stays_within_its_bound_however_long_a_stall_was() -> None:
    lags = window()
    lags.late(1e6, 1e6)
    assert lags.percentile(1.0, 1e6) == 1e6
    assert lags.percentile(0.0, 1e6) == pytest.approx(1e6 - 59.9)


async def test_it_notices_that_the_loop_stood_still() -> None:
    lag = LoopLag(SystemClock())
    assert lag.p99_ms() is None
    lag.start()
    await until(lambda: lag.p99_ms() is not None)
    time.sleep(1.0)  # noqa: ASYNC251 - this is what holds up the loop
    await until(lambda: (lag.p99_ms() or 0.0) > 500)
    lag.stop()
    lag.stop()
