"""The latest state of each stream: while one connection takes over from another, both tell it. Pure."""

from collections.abc import Collection

from streaming.market.sources.messages import Received, SourceMessage, event_time
from streaming.market.sources.source import DuplicateLimits


class LatestStates:
    """Admits what is newer than all that its stream said before; `doubles` counts the rest."""

    def __init__(self, limits: DuplicateLimits) -> None:
        self._limits = limits
        self._latest: dict[str, tuple[int, SourceMessage]] = {}
        self.doubles = 0

    def admits(self, received: Received) -> bool:
        """Return whether a state is no older than the latest of its stream, and not the same."""
        time, content = event_time(received.message) or 0, received.message.content
        latest = self._latest.get(received.stream)
        if latest is not None:
            is_older = latest[0] - self._limits.clock_anew * 1000 <= time < latest[0]
            if is_older or content == latest[1]:
                self.doubles += 1
                return False
        self._latest[received.stream] = (time, content)
        return True

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._latest = {stream: latest for stream, latest in self._latest.items() if stream in streams}

    def forget(self, streams: Collection[str]) -> None:
        """Forget these streams."""
        for stream in streams:
            self._latest.pop(stream, None)
