"""How good a connection is: its round trips, how much they vary, and the answers that never came. Pure.

Times and durations are given, in seconds; what is told is in milliseconds.
"""

from enum import StrEnum
from itertools import pairwise

import msgspec

WINDOW = 20
"""How many of the last round trips the mean and the jitter are of."""


class Quality(StrEnum):
    """How a connection feels to whoever uses it, the best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


_LADDER = tuple(Quality)
_BELOW_MS = (100.0, 300.0, 1000.0)
"""A round trip under the first is excellent, under the second good, under the third fair."""


class QualitySummary(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a connection; all None before the first round trip, or where nothing measures any.

    Milliseconds, to a tenth. `missed` counts the pings of the connection's life that were not answered in time.
    """

    latency_ms: float | None = None
    mean_ms: float | None = None
    jitter_ms: float | None = None
    missed: int | None = None
    quality: Quality | None = None


class ConnectionQuality:
    """One connection's round trips, whoever measures them: the dialect's heartbeat, or the server's own pings."""

    def __init__(self) -> None:
        self._round_trips: list[float] = []
        self._pinged_at: float | None = None
        self._missed = 0
        self._missed_in_a_row = 0

    def pinged(self, now: float) -> None:
        """Note that a ping went out at `now` (monotonic seconds)."""
        self._pinged_at = now

    def answered(self, now: float) -> None:
        """Note that its answer came at `now`; an answer that nobody asked for is ignored."""
        if self._pinged_at is not None:
            self.measured(now - self._pinged_at)
            self._pinged_at = None

    def measured(self, seconds: float) -> None:
        """Note a round trip; whatever was missed before it no longer lowers the quality."""
        self._round_trips.append(max(0.0, seconds) * 1000)
        del self._round_trips[:-WINDOW]
        self._missed_in_a_row = 0

    def missed_one(self) -> None:
        """Note that a ping was not answered in time; the quality is one lower for each since the last answer."""
        self._missed += 1
        self._missed_in_a_row += 1

    def summary(self) -> QualitySummary:
        """Return what is known now; the quality is that of the last round trip."""
        if not self._round_trips:
            return QualitySummary()
        latency = _tenth(self._round_trips[-1])
        return QualitySummary(
            latency_ms=latency,
            mean_ms=_tenth(sum(self._round_trips) / len(self._round_trips)),
            jitter_ms=_tenth(self._jitter()),
            missed=self._missed,
            quality=self._quality(latency),
        )

    def _jitter(self) -> float:
        """Return the mean difference of one round trip from the next, 0 where there is only one.

        That is the mean deviation of RFC 3550, section 6.4.1, over the window instead of smoothed by a sixteenth, so
        that it means something after few round trips; they are seldom here.
        """
        differences = [abs(later - earlier) for earlier, later in pairwise(self._round_trips)]
        return sum(differences) / len(differences) if differences else 0.0

    def _quality(self, latency: float) -> Quality:
        step = sum(latency >= bound for bound in _BELOW_MS)
        return _LADDER[min(step + self._missed_in_a_row, len(_LADDER) - 1)]


def _tenth(milliseconds: float) -> float:
    return round(milliseconds, 1)
