import pytest

from streaming.clock import SystemClock
from tests.manual_clock import ManualClock


def test_it_stands_still_until_it_is_moved() -> None:
    clock = ManualClock(now_ms=1000)
    clock.advance(1.5)
    assert (clock.now_ms(), clock.monotonic()) == (2500, 1.5)


def test_it_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="go back"):
        ManualClock().advance(-1)


def test_it_reads_the_machines_time() -> None:
    clock = SystemClock()
    first, second = clock.monotonic(), clock.monotonic()
    assert second >= first
    assert clock.now_ms() > 1_700_000_000_000
