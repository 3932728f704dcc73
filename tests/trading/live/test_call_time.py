"""What counts as a call's time: that it works and sleeps, half of what a busy machine keeps it waiting, not a stop."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import structlog

from trading.live.call_time import CallTime, ThreadTimes, WaitingTime, main_thread_times


def _taken(*looks: ThreadTimes) -> Sequence[float]:
    """Return the call's time at each look, where the clock and the thread's times have gone on by so much."""
    clock = used = waited = 0.0
    readings = [ThreadTimes(5.0, 3.0, 1.0)]
    for look in looks:
        clock, used, waited = clock + look.clock, used + look.used, waited + look.waited
        readings.append(ThreadTimes(5.0 + clock, 3.0 + used, 1.0 + waited))
    given = iter(readings)
    time = CallTime(lambda: next(given))
    time.begin()
    return [time.looked() for _ in looks]


def test_it_counts_what_a_call_works_and_sleeps_and_half_of_what_it_waits_for_a_processor() -> None:
    assert _taken(ThreadTimes(0.1, 0.1, 0.0), ThreadTimes(0.1, 0.0, 0.0)) == pytest.approx([0.1, 0.2])
    assert _taken(ThreadTimes(0.1, 0.02, 0.08), ThreadTimes(4.0, 0.5, 3.5)) == pytest.approx([0.06, 2.31])


def test_a_wait_that_is_told_once_it_is_over_counts_half_as_well() -> None:
    looks = (ThreadTimes(0.1, 0.1, 0.0), ThreadTimes(0.1, 0.0, 0.0), ThreadTimes(0.1, 0.0, 0.2))
    assert _taken(*looks) == pytest.approx([0.1, 0.2, 0.2])
    after = ThreadTimes(0.1, 0.0, 0.0)
    assert _taken(*looks, after)[-1] == pytest.approx(0.3)


def test_a_process_that_was_stopped_has_not_taken_its_time() -> None:
    assert _taken(ThreadTimes(0.1, 0.1, 0.0), ThreadTimes(60.0, 0.0, 0.0)) == pytest.approx([0.1, 0.3])


def test_a_long_step_that_lets_no_other_thread_look_counts_whole() -> None:
    assert _taken(ThreadTimes(3.0, 2.9, 0.0)) == pytest.approx([3.0])


def test_the_times_of_the_main_thread_go_on() -> None:
    read = main_thread_times()
    before = read()
    while (now := read()).used <= before.used:
        pass
    assert now.clock > before.clock
    assert now.waited >= before.waited


def test_waiting_that_can_t_be_read_counts_as_none_and_is_logged_once(tmp_path: Path) -> None:
    path = tmp_path / "schedstat"
    assert WaitingTime(path).seconds() == 0.0
    path.write_text("7 2000000000 1\n")
    waiting = WaitingTime(path)
    assert waiting.seconds() == 2.0
    with structlog.testing.capture_logs() as logs:
        for unreadable in ("", "7 many 1\n"):
            path.write_text(unreadable)
            assert waiting.seconds() == 2.0
    assert len(logs) == 1
    path.write_text("7 2500000000 2\n")
    assert waiting.seconds() == 2.5
