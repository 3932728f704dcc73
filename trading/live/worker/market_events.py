"""What the market has told since the worker last took it: in its order, and no more of it than fits."""

from collections import deque
from collections.abc import Collection, Sequence

from streaming.events import Depth, Event, Trades

MOST_WAITING = 100_000
"""So many trades and other events may wait while a turn takes long, as one does that the database doesn't answer."""


class MarketEvents:
    """Events of symbols. Of order books that follow each other only the newest is kept: it is the one that counts.

    Where more come than may wait, the oldest are left out. Trades are missing then, and are fetched.
    """

    def __init__(self) -> None:
        self._events: deque[tuple[str, Event]] = deque()
        self._size = 0
        self._cut: set[str] = set()

    def __bool__(self) -> bool:
        """Return whether anything waits."""
        return bool(self._events)

    def add(self, symbol: str, event: Event) -> None:
        """Take an event in."""
        if self._replaces_last(symbol, event):
            self._size -= _size_of(self._events.pop()[1])
        self._events.append((symbol, event))
        self._size += _size_of(event)
        while self._size > MOST_WAITING:
            cut, oldest = self._events.popleft()
            self._size -= _size_of(oldest)
            self._cut.add(cut)

    def taken(self) -> Sequence[tuple[str, Event]]:
        """Return what waits, each once."""
        taken = tuple(self._events)
        self._events.clear()
        self._size = 0
        return taken

    def taken_cut(self) -> Collection[str]:
        """Return the symbols of which events were left out, each once."""
        cut, self._cut = self._cut, set()
        return cut

    def _replaces_last(self, symbol: str, event: Event) -> bool:
        if not self._events or not isinstance(event, Depth) or event.stale:
            return False
        last_symbol, last = self._events[-1]
        return last_symbol == symbol and isinstance(last, Depth) and not last.stale


def _size_of(event: Event) -> int:
    return len(event.trades) if isinstance(event, Trades) else 1
