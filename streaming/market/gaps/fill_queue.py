"""Which gap is filled next: our own before those of a predecessor, the newest, the one that most read. Pure."""

from streaming.clock import Clock
from streaming.topics.topic import Topic


class FillQueue:
    """The gaps that wait for REST; one that is being filled is not taken again before it is done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[Topic, tuple[bool, int, int, str]] = {}
        self._under_way: set[Topic] = set()
        self._blocked_until = 0.0

    def __len__(self) -> int:
        """Return how many gaps wait."""
        return len(self._waiting)

    def add(self, topic: Topic, *, since: int, readers: int, is_inherited: bool = False) -> None:
        """Let the topic's gap wait, which began at `since` (ms) and has `readers`."""
        if topic not in self._under_way:
            self._waiting[topic] = (is_inherited, -since, -readers, topic.key)

    def take(self) -> Topic | None:
        """Return the gap to fill now, which is under way until `done`; None where none may be."""
        if not self._waiting or self.wait:
            return None
        topic = min(self._waiting, key=self._waiting.__getitem__)
        del self._waiting[topic]
        self._under_way.add(topic)
        return topic

    def done(self, topic: Topic) -> None:
        """Note that a gap is no longer under way, filled or not."""
        self._under_way.discard(topic)

    def block(self, seconds: float) -> None:
        """Let none be taken for `seconds`: the budget is used up, or the exchange asks to wait."""
        self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)

    @property
    def wait(self) -> float:
        """For how many seconds none may be taken."""
        return max(0.0, self._blocked_until - self._clock.monotonic())
