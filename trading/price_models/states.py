"""The states of a model's version, and of a training. Pure.

active ── silence ──> silenced       A version in either is current: it is the one that is asked. Another that comes in
its place retires it; a retired one that is still good can be made active again.
"""

from enum import StrEnum

READY_MS = 30_000
"""So long after its training a version is asked, live and in backtests: by then whoever trades has told it its past."""


class ModelState(StrEnum):
    """Where a version of a model stands."""

    ACTIVE = "active"
    SILENCED = "silenced"
    RETIRED = "retired"


class SilencedFor(StrEnum):
    """Why a version says nothing until another comes."""

    EXPIRED = "expired"
    DRIFT = "drift"
    STAFF = "staff"
    UNUSABLE = "unusable"


class LiveState(StrEnum):
    """Whether a version that a live strategy asks speaks, or why it says nothing for now."""

    SPEAKING = "speaking"
    NO_CANDLES = "no_candles"
    NO_FEATURES = "no_features"
    NO_SKILL = "no_skill"


class TrainingState(StrEnum):
    """Where a training stands."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


LIVE_SILENCES = {
    LiveState.NO_CANDLES: "candles since its training are still missing",
    LiveState.NO_FEATURES: "too few candles since the start or a gap, or no order book",
    LiveState.NO_SKILL: "what it said lately was no better than chance",
}
"""Why a version says nothing for now, in words."""
CURRENT = (ModelState.ACTIVE.value, ModelState.SILENCED.value)
"""The states of the one version that is asked."""
