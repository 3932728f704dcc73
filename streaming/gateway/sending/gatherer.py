"""What all outboxes of a process share: when the windows end in which they gather, and what they write then."""

import asyncio
from collections.abc import Callable, Sequence

from streaming.fan_out.frames import Frame
from streaming.gateway.sending.transport import joined


class Gatherer:
    """The one timer of all outboxes of a process that gather; `window` in seconds.

    `sent_bytes` are what all of them have written, as it goes over the wire.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self.pause = window / 2
        """What comes later than this after a write goes out at once: hardly another frame would join it, and where
        frames come once in a window, each would wait a little longer than the one before."""
        self._waiting: list[Callable[[], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self.sent_bytes = 0
        self._frames: Sequence[Frame] = ()
        self._wire = b""

    def joined(self, frames: Sequence[Frame]) -> bytes:
        """Return the bytes of frames over the wire; the readers of one channel gather the same, and share them."""
        if frames != self._frames:
            self._frames, self._wire = frames, joined(frames)
        return self._wire

    def call_later(self, callback: Callable[[], None], *, gone: float) -> None:
        """Call `callback` when the current window ends; one that begins with it began `gone` seconds ago."""
        self._waiting.append(callback)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._window - gone, self._end_window)

    def _end_window(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()
