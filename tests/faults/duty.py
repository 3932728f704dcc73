"""What a bridge does now, by what it has said last."""

from enum import StrEnum

from tests.processes import Process


class Duty(StrEnum):
    """The words with which it says so."""

    SERVES = "the bridge serves "
    STANDS_BY = "another holds the lease; standing by"


_SERVES_NO_MORE = "the bridge serves no more"


def duty_of(bridge: Process) -> Duty | None:
    """Return what a bridge does; None where it has only just started, or its time of service has just ended."""
    for line in reversed(tuple(bridge.lines)):
        if _SERVES_NO_MORE in line:
            return None
        for duty in Duty:
            if duty in line:
                return duty
    return None
