"""Strict spacing between what is sent."""

import pytest

from streaming.market.upstream.pacing import Pacer
from tests.manual_clock import ManualClock


def test_it_lets_the_first_frame_leave_at_once(clock: ManualClock) -> None:
    assert Pacer(0.35, clock).wait == 0.0


def test_it_keeps_frames_apart_and_gives_no_credit_for_silence(clock: ManualClock) -> None:
    pacer = Pacer(0.35, clock)
    clock.advance(100)
    pacer.sent()
    assert pacer.wait == pytest.approx(0.35)
    clock.advance(0.25)
    assert pacer.wait == pytest.approx(0.1)
    clock.advance(0.1)
    assert pacer.wait == pytest.approx(0.0)
    clock.advance(1000)
    pacer.sent()
    assert pacer.wait == pytest.approx(0.35)
