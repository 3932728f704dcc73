"""Faults of what drives a sub-account: they are felt by that one alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from streaming.clock import Clock
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.driving import symbols_of

_FAULT = "internal error"

logger = structlog.get_logger(__name__)


class DrivingFaults:
    """Lets a grid or a strategy fail that can't be driven, and has a hand dropped: `drop` is given its id.

    That is held again as soon as another changes it: as its user cancels the order that can't be driven.
    """

    def __init__(self, drop: Callable[[int], None], clock: Clock) -> None:
        self._drop = drop
        self._clock = clock

    @contextmanager
    def felt_by(self, loaded: LoadedSubAccount) -> Iterator[None]:
        """Drive a sub-account within the `with`; whatever is raised there is logged, and goes no further."""
        try:
            yield
        except Exception:
            logger.exception(
                "a sub-account could not be driven", sub_account=loaded.row.pk, instance=loaded.row.instance_id
            )
            if not self._has_failed(loaded):
                self._drop(loaded.row.pk)

    def _has_failed(self, loaded: LoadedSubAccount) -> bool:
        """Let a grid or a strategy fail; return whether it is one, and could."""
        if loaded.driver is None or not symbols_of(loaded):
            return False
        try:
            loaded.driver.fail(_FAULT, time=self._clock.now_ms())
        except Exception:
            logger.exception("what drives a sub-account could not even fail", instance=loaded.row.instance_id)
            return False
        return True
