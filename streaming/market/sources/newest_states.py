"""The newest state of each stream: while one connection takes over from another, both tell it. Pure."""

from collections.abc import Collection

from streaming.market.sources.messages import Received, SourceMessage, event_time
from streaming.market.sources.source import DuplicateLimits


class NewestStates:
    """Admits what is newer than all that its stream said before; `doubles` counts the rest."""

    def __init__(self, limits: DuplicateLimits) -> None:
        self._limits = limits
        self._newest: dict[str, tuple[int, SourceMessage]] = {}
        self.doubles = 0

    def admits(self, received: Received) -> bool:
        """Return whether a state is no older than the newest of its stream, and not the same."""
        time, content = event_time(received.message) or 0, received.message.content
        newest = self._newest.get(received.stream)
        if newest is not None:
            is_older = newest[0] - self._limits.clock_anew * 1000 <= time < newest[0]
            if is_older or content == newest[1]:
                self.doubles += 1
                return False
        self._newest[received.stream] = (time, content)
        return True

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._newest = {stream: newest for stream, newest in self._newest.items() if stream in streams}

    def forget(self, streams: Collection[str]) -> None:
        """Forget these streams."""
        for stream in streams:
            self._newest.pop(stream, None)
