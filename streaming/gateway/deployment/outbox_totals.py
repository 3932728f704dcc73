"""What all outboxes of a process have done since its start, those of the sessions that have ended among them. Pure."""

from collections.abc import Iterable
from typing import Protocol


class CountedOutbox(Protocol):
    """What an outbox counts."""

    @property
    def sent(self) -> int:
        """The frames that were sent."""

    @property
    def conflated(self) -> int:
        """The state frames that were replaced by newer ones before they could be sent."""

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be written."""


class OutboxTotals:
    """Frames `sent` and `conflated` since the start, and the `waiting_bytes`; all of the last look.

    A look costs what the connections are many, so it is taken at times and not with every change.
    """

    def __init__(self) -> None:
        self.sent = self.conflated = self.waiting_bytes = 0
        self._sent_by_ended = self._conflated_by_ended = 0

    def ended(self, outbox: CountedOutbox) -> None:
        """Keep what an outbox has done whose session has ended."""
        self._sent_by_ended += outbox.sent
        self._conflated_by_ended += outbox.conflated

    def look(self, outboxes: Iterable[CountedOutbox]) -> None:
        """Add up what those of the present sessions have done."""
        sent, conflated, waiting_bytes = self._sent_by_ended, self._conflated_by_ended, 0
        for outbox in outboxes:
            sent += outbox.sent
            conflated += outbox.conflated
            waiting_bytes += outbox.waiting_bytes
        self.sent, self.conflated, self.waiting_bytes = sent, conflated, waiting_bytes
