"""Notices that a model's directions have become worse than they were (ADWIN)."""

from typing import TYPE_CHECKING

import msgspec

from trading.learning.labels import Outcome

if TYPE_CHECKING:
    from river.drift import ADWIN

CONFIDENCE = 0.002
"""ADWIN's delta: how probable a false alarm is, at most, at each look."""
_LOOK_EVERY = 8


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """The share of directions that were wrong, until now and since it became worse; noticed at `time` (ms)."""

    time: int
    before: float
    since: float


class DriftMonitor:
    """Watches what became of directions that were told; horizons that overlap count as one.

    Adaptive windowing: Bifet and Gavalda, Learning from Time-Changing Data with Adaptive Windowing, SDM 2007. It holds
    for independent values, so a direction whose horizon began before the last counted one's ended isn't counted.
    What watches is loaded with the first that counts: a model that is silent does without.
    """

    def __init__(self) -> None:
        self._adwin: ADWIN | None = None
        self._counted_until = -1

    def observe(self, outcome: Outcome) -> Drift | None:
        """Take what became of a decision; return the drift where it shows that there is one."""
        decision = outcome.decision
        if not decision.is_spoken or decision.time < self._counted_until:
            return None
        self._counted_until = outcome.known_at
        self._adwin = adwin = self._adwin or _new_adwin()
        before = adwin.estimation
        adwin.update(float((decision.probability > 0.5) != outcome.is_up))  # noqa: PLR2004 - a half
        since = adwin.estimation
        if not adwin.drift_detected or since <= before:  # what became better silences nobody
            return None
        return Drift(time=outcome.known_at, before=before, since=since)


def _new_adwin() -> "ADWIN":
    from river.drift import ADWIN  # noqa: PLC0415 - takes a second, as above

    return ADWIN(delta=CONFIDENCE, clock=_LOOK_EVERY)
