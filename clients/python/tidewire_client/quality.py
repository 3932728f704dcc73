"""How good a connection is, by the round trips of the client's pings. Pure: times are given, in seconds."""

from collections import deque
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
_BELOW = (0.1, 0.3, 1.0)
"""A round trip under the first is excellent, under the second good, under the third fair."""


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the connection; None is what nothing was measured of. Durations in seconds.

    `quality` is None before the connection's first pong. `missed` counts this client's pings that were not answered in
    time, `disconnections` the connections that it has lost.
    """

    quality: Quality | None = None
    latency: float | None = None
    mean: float | None = None
    jitter: float | None = None
    missed: int = 0
    disconnections: int = 0


class RoundTrips:
    """The present connection's round trips, and the answers that never came, of all connections."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=WINDOW)
        self.missed = 0
        self.missed_in_a_row = 0

    def opened(self) -> None:
        """Begin with a new connection: the round trips of the former say nothing of it."""
        self._seconds.clear()
        self.missed_in_a_row = 0

    def measured(self, seconds: float) -> None:
        """Note a round trip; what was missed before it no longer lowers the quality."""
        self._seconds.append(max(0.0, seconds))
        self.missed_in_a_row = 0

    def missed_one(self) -> None:
        """Note an answer that did not come in time; the quality is one lower for each since the last answer."""
        self.missed += 1
        self.missed_in_a_row += 1

    def report(self, disconnections: int = 0) -> QualityReport:
        """Return what is known now; the quality is that of the last round trip."""
        if not self._seconds:
            return QualityReport(missed=self.missed, disconnections=disconnections)
        return QualityReport(
            quality=self._quality(),
            latency=self._seconds[-1],
            mean=sum(self._seconds) / len(self._seconds),
            jitter=self._jitter(),
            missed=self.missed,
            disconnections=disconnections,
        )

    def _jitter(self) -> float:
        """Return the mean difference of one round trip from the next, 0 where there is only one.

        That is the mean deviation of RFC 3550, section 6.4.1, over the window instead of smoothed by a sixteenth.
        """
        differences = [abs(later - earlier) for earlier, later in pairwise(self._seconds)]
        return sum(differences) / len(differences) if differences else 0.0

    def _quality(self) -> Quality:
        step = sum(self._seconds[-1] >= bound for bound in _BELOW)
        return _LADDER[min(step + self.missed_in_a_row, len(_LADDER) - 1)]
