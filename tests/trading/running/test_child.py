"""What the process of a backtest tells of how far it is, and how often."""

import io
import os
from decimal import Decimal

import msgspec

from tests.manual_clock import ManualClock
from trading.engine.backtests.plan import Progress
from trading.running.child import ParentPipe
from trading.running.frames import framed
from trading.running.jobs import Advanced


def _progress(done: int) -> Progress:
    return Progress(done=done, total=3, time=0, fills=0, equity=Decimal(1000))


def test_it_tells_a_few_times_a_second_how_far_a_run_is_and_always_that_it_is_done() -> None:
    clock, told = ManualClock(), io.BytesIO()
    source, parent = os.pipe()
    pipe = ParentPipe(source, told, clock.monotonic)
    for done, seconds in ((0, 0.1), (1, 0.1), (2, 0.1), (3, 0.0)):
        assert pipe.report(_progress(done))
        clock.advance(seconds)
    os.close(parent)
    assert not pipe.report(_progress(1))
    os.close(source)
    assert told.getvalue() == b"".join(framed(msgspec.msgpack.encode(Advanced(_progress(done)))) for done in (0, 2, 3))
