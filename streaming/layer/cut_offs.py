"""Notices that this process was cut off from the channel layer, which may come several at a time."""

import asyncio
from collections.abc import Callable


class GatheredCutOffs:
    """Calls `tell` with the first notice at once, and with those that follow within `seconds` as one, at their end.

    A notice is when the layer was last heard of, in ms since the epoch; of several the earliest counts.
    """

    def __init__(self, tell: Callable[[int], None], *, seconds: float) -> None:
        self._tell = tell
        self._seconds = seconds
        self._since: int | None = None
        self._timer: asyncio.TimerHandle | None = None

    def note(self, since: int) -> None:
        """Take a notice; it is not lost, as what was sent since the last one may be."""
        if self._timer is not None:
            self._since = since if self._since is None else min(since, self._since)
            return
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end)
        self._tell(since)

    def stop(self) -> None:
        """Tell nothing more of what came; calling it twice is harmless."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._since = None

    def _end(self) -> None:
        self._timer = None
        since, self._since = self._since, None
        if since is not None:
            self.note(since)
