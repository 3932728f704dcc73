"""What is due by itself at a time, for rules that come, change and go. Pure."""

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop, heappush

_FEW = 64
"""So many that nobody waits for any more are never worth looking for."""

DueTimes = Callable[[], Iterable[tuple[int, int]]]


class Timers:
    """Times (ms) with the ids of the rules that wait for them; `wanted` returns all those that still are.

    What rules no longer wait for stays until there is as much of it as of the rest: then all is made anew.
    """

    def __init__(self, wanted: DueTimes) -> None:
        self._wanted = wanted
        self._heap: list[tuple[int, int]] = []
        self._most = _FEW
        self.first: float = float("inf")

    def __len__(self) -> int:
        """Return how many times are kept."""
        return len(self._heap)

    def add(self, time: int, rule_id: int) -> None:
        """Let a rule wait for a time; `wanted` knows of it already."""
        heappush(self._heap, (time, rule_id))
        if len(self._heap) > self._most:
            self._heap = list(set(self._wanted()))
            heapify(self._heap)
            self._most = 2 * len(self._heap) + _FEW
        self._note_first()

    def take_due(self, now_ms: int) -> Iterator[int]:
        """Yield the rules of the times up to `now_ms`, each time once; some may have been forgotten meanwhile."""
        while self.first <= now_ms:
            _, rule_id = heappop(self._heap)
            self._note_first()
            yield rule_id

    def _note_first(self) -> None:
        self.first = self._heap[0][0] if self._heap else float("inf")
