"""What was published last of each topic, kept to be sent again to those who may have missed it. Pure."""

from collections.abc import Iterable
from itertools import islice
from math import inf

from streaming.events import Envelope, Resync
from streaming.topics.topic import MarketKind, Topic

COUNTED = frozenset({MarketKind.TRADE, MarketKind.CANDLE})
"""Kinds of topics of which every event counts."""

_PAUSE_SECONDS = 1.0
"""Between two times that a topic is sent again: all processes hear each of them, and many ask when Redis comes back."""


class ResendBuffer:
    """The last event of each topic with the last gap told since, and which topics are to be sent again, and when.

    Times are monotonic, in seconds.
    """

    def __init__(self) -> None:
        self._envelopes: dict[Topic, list[Envelope]] = {}
        self._due: dict[Topic, float] = {}
        self._sent_at: dict[Topic, float] = {}

    def note(self, topic: Topic, envelope: Envelope) -> None:
        """Note what was published."""
        before = self._envelopes.get(topic, [])[:1] if isinstance(envelope.event, Resync) else []
        self._envelopes[topic] = [*before, envelope]

    def of(self, topic: Topic) -> tuple[Envelope, ...]:
        """Return what is to be sent again of a topic, in this order."""
        return tuple(self._envelopes.get(topic, ()))

    def keep(self, wanted: frozenset[Topic]) -> None:
        """Forget states that nobody wants: they are of no use once they are old."""
        self.forget([topic for topic in self._envelopes if topic not in wanted and topic.kind not in COUNTED])

    def forget(self, topics: Iterable[Topic]) -> None:
        """Forget what was published of these topics."""
        for topic in topics:
            for kept in (self._envelopes, self._due, self._sent_at):
                kept.pop(topic, None)

    def ask(self, topics: Iterable[Topic], now: float) -> None:
        """Have these topics sent again, where anything was published of them.

        Who asks may not have heard what was sent again a moment ago, so that is done once more, after a pause.
        """
        for topic in topics:
            if topic in self._envelopes and topic not in self._due:
                self._due[topic] = max(now, self._sent_at.get(topic, -inf) + _PAUSE_SECONDS)

    def take(self, now: float, most: int) -> list[Topic]:
        """Return up to `most` topics that are to be sent again now, in the order of asking, and count them as sent."""
        taken = list(islice((topic for topic, at in self._due.items() if at <= now), most))
        for topic in taken:
            del self._due[topic]
            self._sent_at[topic] = now
        return taken

    @property
    def next_at(self) -> float | None:
        """When something is to be sent again; None where nothing is."""
        return min(self._due.values(), default=None)
