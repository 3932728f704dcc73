"""Events that can't be published though the channel layer is there: tried a few times, then given up. Pure."""

from collections import Counter
from collections.abc import Mapping

from streaming.stored_events.event_outbox import OutboxRow

TRIES = 3
"""So often an event is tried that is refused while the layer takes others."""


class Refusals:
    """How often each event was refused. Behind one that may still be taken, others of its subject wait."""

    def __init__(self) -> None:
        self._tries: Counter[int] = Counter()
        self._held_up: set[int | str | None] = set()
        self._final: dict[int, str] = {}

    def begin(self) -> None:
        """Try anew what is still to be published."""
        self._held_up.clear()

    def note(self, row: OutboxRow, error: Exception) -> None:
        """Note that one was refused."""
        self._tries[row.id] += 1
        if self._tries[row.id] < TRIES:
            self._held_up.add(row.told.subject_id)
        else:
            del self._tries[row.id]
            self._final[row.id] = repr(error)

    def holds_up(self, row: OutboxRow) -> bool:
        """Return whether one waits for an earlier one of its subject."""
        return row.told.subject_id in self._held_up

    def taken_final(self) -> Mapping[int, str]:
        """Return those that are given up, with the reason, each once."""
        final, self._final = self._final, {}
        return final
