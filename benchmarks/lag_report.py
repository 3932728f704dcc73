"""How late an event loop is, and how busy: written by the process that is measured, read by the one that measures."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from streaming.gateway.deployment.loop_lag import LagWindow

_SAMPLE_SECONDS = 0.01
_WINDOW_SECONDS = 600.0


class Lag(NamedTuple):
    """A timer that has fired, in seconds."""

    at: float
    """By `time.time()`."""
    late: float
    cpu: float
    """What the process had used until then."""


Lags = Sequence[Lag]


async def write(lines: TextIO) -> None:
    """Set a timer every 10 ms, and write a line each time it fires, until cancelled."""
    while True:
        due = time.monotonic() + _SAMPLE_SECONDS
        await asyncio.sleep(_SAMPLE_SECONDS)
        lines.write(f"{time.time():.4f} {max(0.0, time.monotonic() - due):.4f} {time.process_time():.4f}\n")


def read(path: Path) -> Lags:
    """Return what is written so far."""
    return parse(path.read_text(encoding="ascii").rpartition("\n")[0])  # the last line may not be whole yet


def parse(lines: str) -> Lags:
    """Return what is written in whole lines."""
    return [Lag(*map(float, line.split())) for line in lines.splitlines()]


def percentile_ms(lags: Lags, share: float) -> float:
    """Return what `share` (0 to 1) of the timers stayed within; those that a stall held back count as late, too."""
    window = LagWindow(window=_WINDOW_SECONDS, sampling=_SAMPLE_SECONDS)
    for lag in lags:
        window.late(lag.late, lag.at)
    return round(1000 * (window.percentile(share, lags[-1].at) or 0.0), 1)
