"""Which streams are missed: they flowed, are wanted, and flow no longer. Pure."""

from collections.abc import Callable


class InterruptedStreams:
    """Tells `interrupted` and `restored` of wanted streams, each time once."""

    def __init__(
        self, interrupted: Callable[[frozenset[str], str], None], restored: Callable[[frozenset[str]], None]
    ) -> None:
        self._interrupted = interrupted
        self._restored = restored
        self._wanted: frozenset[str] = frozenset()
        self._missed: frozenset[str] = frozenset()

    def want(self, streams: frozenset[str]) -> None:
        """Make `streams` the wanted set; what is given up is missed no longer."""
        self._wanted = streams
        self._missed &= streams

    def broken(self, streams: frozenset[str], reason: str) -> None:
        """Note that streams flow no longer."""
        if lost := (streams & self._wanted) - self._missed:
            self._missed |= lost
            self._interrupted(lost, reason)

    def flowing(self, streams: frozenset[str]) -> None:
        """Note that streams flow; one that didn't break flows for the first time."""
        if back := streams & self._missed:
            self._missed -= back
            self._restored(back)
