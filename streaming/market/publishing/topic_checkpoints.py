"""How far each topic was published, and what of that a successor can read: the checkpoints of one publisher."""

from collections.abc import Mapping, Sequence

from streaming.events import Event
from streaming.market.publishing.checkpoints import Checkpoint, checkpoint_after, encode_checkpoint


class TopicCheckpoints:
    """The checkpoints of topics, by their keys, and those that were written last."""

    def __init__(self) -> None:
        self._reached: dict[str, Checkpoint] = {}
        self._written: dict[str, Checkpoint] = {}

    def keep(self, keys: frozenset[str]) -> None:
        """Forget those of other topics."""
        self._reached = {key: checkpoint for key, checkpoint in self._reached.items() if key in keys}
        self._written = {key: checkpoint for key, checkpoint in self._written.items() if key in keys}

    def assume(self, checkpoints: Mapping[str, Checkpoint]) -> None:
        """Begin at these."""
        self._reached |= checkpoints

    def move(self, key: str, published: Sequence[Event]) -> bool:
        """Move a topic's behind what was published; return whether it differs from what is written."""
        checkpoint = self._reached.get(key)
        for event in published:
            checkpoint = checkpoint_after(event, checkpoint)
        if checkpoint is None:
            return False
        self._reached[key] = checkpoint
        return _place(checkpoint) != _place(self._written.get(key))

    def of(self, key: str) -> Checkpoint | None:
        """Return how far a topic was published; None where nothing is known of that."""
        return self._reached.get(key)

    def last_written(self, key: str) -> Checkpoint | None:
        """Return the one that was written last; None where none was."""
        return self._written.get(key)

    def written(self, checkpoints: Mapping[str, Checkpoint]) -> dict[str, bytes]:
        """Return checkpoints as they are to be written now, and note them as written."""
        self._written |= checkpoints
        return {key: encode_checkpoint(checkpoint) for key, checkpoint in checkpoints.items()}


def _place(checkpoint: Checkpoint | None) -> tuple[int | None, int] | None:
    return None if checkpoint is None else (checkpoint.number, checkpoint.time)
