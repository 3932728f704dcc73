"""When a reader is too slow for what may not be dropped, and is closed with 4408: by how much waits, and how long."""

import asyncio
import math
import operator
from collections.abc import Callable

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.gateway.sending.send_queue import SendQueue

BURST_FACTOR = 16
"""A burst, as after an outage, may be so many times the bytes that may wait else: it is no sign of a slow reader."""
BURST_CHECK_SECONDS = 2.0
"""How often it is looked whether a reader takes a burst."""


class OutboxLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bound of an outbox: bytes and age (seconds) of the sequence frames that wait.

    A burst may be over the bytes while its reader takes it, for as long as the age. So long, too, a socket may take
    nothing at all of what was written to it.
    """

    maximum_bytes: int = setting("WS_OUTBOX_MAXIMUM_BYTES")
    maximum_age: float = setting("WS_OUTBOX_MAXIMUM_AGE_SECONDS")

    def are_passed(self, queue: SendQueue, now: float) -> bool:
        """Return whether more waits than ever may, or something has waited too long `now` (monotonic seconds)."""
        oldest = queue.oldest_sequence_at()
        is_too_old = oldest is not None and now - oldest > self.maximum_age
        return is_too_old or queue.sequence_bytes > BURST_FACTOR * self.maximum_bytes

    def has_burst(self, queue: SendQueue) -> bool:
        """Return whether more waits than may for long."""
        return queue.sequence_bytes > self.maximum_bytes


class BurstCheck:
    """Looks every BURST_CHECK_SECONDS, from its making until `end`, whether a reader takes a burst; else calls `lose`.

    Since the look before more must have been taken than has come: of what may not be dropped, or of all that waits with
    what was written but not taken yet, `unwritten_bytes`. The first look, when a burst has come as a whole, just notes
    how much there is. No burst may last for longer than the age of `limits`. `monotonic` is the clock by which frames
    were queued.
    """

    __slots__ = ("_begun", "_limits", "_lose", "_monotonic", "_queue", "_timer", "_unwritten_bytes")

    def __init__(
        self,
        queue: SendQueue,
        limits: OutboxLimits,
        monotonic: Callable[[], float],
        *,
        unwritten_bytes: Callable[[], int],
        lose: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._limits = limits
        self._monotonic = monotonic
        self._unwritten_bytes = unwritten_bytes
        self._lose = lose
        self._begin()

    def end(self) -> None:
        """Look no more; may be called twice."""
        self._timer.cancel()

    def _begin(self) -> None:
        self._begun = self._monotonic()
        self._look_later((math.inf, math.inf))

    def _look_later(self, waiting: tuple[float, float]) -> None:
        self._timer = asyncio.get_running_loop().call_later(BURST_CHECK_SECONDS, self._look, waiting)

    def _look(self, before: tuple[float, float]) -> None:
        now = self._monotonic()
        waiting = self._queue.sequence_bytes, self._queue.bytes + self._unwritten_bytes()
        lasts_too_long = now - self._begun > self._limits.maximum_age
        if self._limits.are_passed(self._queue, now):
            self._lose()
        elif not self._limits.has_burst(self._queue):
            self._begin()
        elif lasts_too_long or not any(map(operator.lt, waiting, before)):
            self._lose()
        else:
            self._look_later(waiting)
