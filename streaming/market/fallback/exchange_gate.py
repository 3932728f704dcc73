"""Between the exchange's streams and what is made of them: closed while simulated data stands in.

What the exchange says behind a closed gate, for it has come back and isn't trusted yet, is left out: the whole time
counts as an interruption, which ends when the gate opens, and is filled as any other.
"""

from collections.abc import Callable, Collection

from streaming.market.bridge.ingestion import Ingestion
from streaming.market.gaps.continuity import Continuity
from streaming.market.sources.messages import Received

STOOD_IN = "simulated data stood in for the exchange"


class ExchangeGate:
    """Hands on what the upstream calls, and tells gaps of streams that were shut out. Open at first.

    `active` gives the streams that flow now.
    """

    def __init__(self, ingestion: Ingestion, continuity: Continuity, *, active: Callable[[], Collection[str]]) -> None:
        self._ingestion = ingestion
        self._continuity = continuity
        self._active = active
        self._interrupted: frozenset[str] = frozenset()
        self.is_closed = False

    @property
    def active(self) -> Collection[str]:
        """The streams that flow through it."""
        return () if self.is_closed else self._active()

    def want(self, streams: frozenset[str]) -> None:
        """Forget every stream but these."""
        self._interrupted &= streams

    def take(self, received: Received) -> None:
        """Take a message of the exchange."""
        if not self.is_closed:
            self._ingestion.take(received)

    def interrupted(self, streams: frozenset[str], reason: str) -> None:
        """Note that streams flow no longer."""
        if new := streams - self._interrupted:
            self._interrupted |= new
            self._ingestion.interrupted(new, reason)

    def restored(self, streams: frozenset[str]) -> None:
        """Note that streams flow again; behind a closed gate they don't yet."""
        if not self.is_closed:
            self._interrupted -= streams
            self._continuity.restored(streams)

    def close(self) -> None:
        """Let nothing through; what still flows is interrupted now."""
        self.interrupted(frozenset(self._active()), STOOD_IN)
        self.is_closed = True

    def open(self) -> None:
        """Let everything through; what flows now was interrupted until now, though it was asked for only meanwhile."""
        flowing = frozenset(self._active())
        self.interrupted(flowing, STOOD_IN)
        self.is_closed = False
        self.restored(flowing)
