"""What each stream has said in this process, over all sockets. Pure.

An acknowledgement proves nothing: the exchange acknowledges names that it doesn't know. So silence counts against a
connection only where the stream has spoken before; and a stream for which several connections in a row were ended in
vain, though others spoke on them, is no longer believed until it speaks: it is the stream that is ill then.
"""

from collections.abc import Iterable

from streaming.clock import Clock


class StreamHistory:
    """The last event of each known stream. `patience` is how often a connection may be ended for a stream in vain."""

    def __init__(self, *, patience: int, clock: Clock) -> None:
        self._patience = patience
        self._clock = clock
        self._known: frozenset[str] = frozenset()
        self._last: dict[str, int] = {}
        self._blamed: dict[str, int] = {}

    def know(self, streams: Iterable[str]) -> None:
        """Remember these, and forget all others."""
        self._known = frozenset(streams)
        for held in (self._last, self._blamed):
            for name in held.keys() - self._known:
                del held[name]

    def spoke(self, stream: str) -> None:
        """Note an event of a stream."""
        if stream in self._known:
            self._last[stream] = self._clock.now_ms()
            if self._blamed:
                self._blamed.pop(stream, None)

    def last_event_at(self, stream: str) -> int | None:
        """Return when a stream last said something, in ms since the epoch; None where it hasn't yet."""
        return self._last.get(stream)

    def blame(self, streams: Iterable[str]) -> None:
        """Note that a connection is ended because these are silent."""
        for stream in streams:
            self._blamed[stream] = self._blamed.get(stream, 0) + 1

    def has_spoken(self, stream: str) -> bool:
        """Return whether a stream has ever said anything."""
        return stream in self._last

    def is_believed(self, stream: str) -> bool:
        """Return whether the silence of a stream alone says something of its connection."""
        return stream in self._last and self._blamed.get(stream, 0) < self._patience
