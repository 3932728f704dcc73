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


class TrainingState(StrEnum):
    """Where a training stands."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


CURRENT = (ModelState.ACTIVE.value, ModelState.SILENCED.value)
"""The states of the one version that is asked."""
