"""Which socket carries which stream. Pure.

A stream stays on the socket where it was put, also for a while after nobody wants it, in which the exchange goes on
sending it there. New ones go to the first socket with room. A socket that carries nothing isn't needed, but the first.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec
import structlog

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting

logger = structlog.get_logger(__name__)

FIRST = 0


class ShardLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Streams of a socket (the exchange's rule: 1024), and sockets at most."""

    streams: int = setting("BRIDGE_STREAMS_PER_CONNECTION")
    sockets: int = setting("BRIDGE_MAXIMUM_CONNECTIONS")


class Shards:
    """The allotment; sockets are numbered from 0. `linger` is in seconds."""

    def __init__(self, limits: ShardLimits, *, linger: float, clock: Clock) -> None:
        self._limits = limits
        self._linger = linger
        self._clock = clock
        self._wanted: frozenset[str] = frozenset()
        self._places: dict[str, int] = {}
        self._released: dict[str, float] = {}

    @property
    def sockets(self) -> tuple[int, ...]:
        """The sockets that are needed now, in order; the first always is."""
        return tuple(sorted({FIRST, *self._places.values()}))

    @property
    def left_out(self) -> frozenset[str]:
        """Streams that are wanted, but for which no socket has room."""
        return self._wanted - self._places.keys()

    @property
    def wait(self) -> float | None:
        """The seconds until a place becomes free; None where none will."""
        if not self._released:
            return None
        return max(0.0, min(self._released.values()) + self._linger - self._clock.monotonic())

    def streams_of(self, socket: int) -> frozenset[str]:
        """Return what is wanted of a socket."""
        return frozenset(name for name, place in self._places.items() if place == socket and name in self._wanted)

    def want(self, streams: Iterable[str]) -> None:
        """Make `streams` the wanted set."""
        now = self._clock.monotonic()
        self._wanted = frozenset(streams)
        for name in self._places.keys() - self._wanted - self._released.keys():
            self._released[name] = now
        for name in self._wanted & self._released.keys():
            del self._released[name]
        self._place()

    def expire(self) -> None:
        """Free the places of what nobody has wanted for the linger."""
        until = self._clock.monotonic() - self._linger
        for name in [name for name, since in self._released.items() if since <= until]:
            del self._released[name], self._places[name]
        self._place()

    def _place(self) -> None:
        homeless = sorted(self.left_out)
        if not homeless:
            return
        counts = Counter(self._places.values())
        for socket in range(self._limits.sockets):
            room = max(0, self._limits.streams - counts[socket])
            self._places.update(dict.fromkeys(homeless[:room], socket))
            homeless = homeless[room:]
        if homeless:
            logger.warning(
                "more streams are wanted than our connections to the exchange may carry; some are not served",
                wanted=len(self._wanted),
                not_served=len(homeless),
            )
