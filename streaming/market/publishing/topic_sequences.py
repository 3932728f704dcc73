"""The numbers of each topic's events, as one publisher counts them: a number that is missing tells of a loss. Pure."""

from collections.abc import Iterable

from streaming.events import Envelope, Event


class TopicSequences:
    """The last number of each topic, by its key; `epoch` is the fencing number of whoever publishes."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch
        self._last: dict[str, int] = {}
        self._silent: set[str] = set()
        """The keys of topics that were begun, and of which nothing was published since."""

    def begin(self, keys: Iterable[str]) -> None:
        """Leave out a number of each: whoever has heard of it before has missed something."""
        keys = frozenset(keys)
        self._last |= {key: self._last.get(key, 0) + 1 for key in keys}
        self._silent |= keys

    def envelope(self, key: str, event: Event) -> Envelope:
        """Return the event, numbered behind those that were sent; it takes the number only once `note_sent` says so."""
        sequence = self._last.get(key, 0) + 1
        return Envelope(epoch=self._epoch, sequence=sequence, event=event, begins=key in self._silent)

    def note_sent(self, key: str, envelope: Envelope) -> None:
        """Go on behind an envelope."""
        self._last[key] = envelope.sequence
        self._silent.discard(key)
