"""Notices that this process was cut off from the channel layer, which may come several at a time."""

import asyncio
from collections.abc import Callable, Iterable


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


class SharedCutOffs:
    """When this process heard none of several hosts, by what is told of each: from when to when it wasn't heard. Pure.

    What is on every host is lost only then. Times are in ms since the epoch.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._last: dict[str, tuple[int, int]] = dict.fromkeys(hosts, (0, 0))

    def note(self, host: str, since: int, until: int) -> int | None:
        """Note a cut, and return since when no host was heard; None where one was heard all the time."""
        self._last[host] = since, until
        latest_start = max(start for start, _ in self._last.values())
        earliest_end = min(end for _, end in self._last.values())
        return latest_start if latest_start <= earliest_end else None
