"""Which rules read which topics. Pure."""

from alerts.conditions.words import Rule
from alerts.firing.values import topics_of_rule
from streaming.topics import Topic


class TopicReaders:
    """The rules by topic."""

    def __init__(self) -> None:
        self._readers: dict[Topic, set[int]] = {}

    def add(self, rule: Rule) -> None:
        """Note what a rule reads."""
        for topic in topics_of_rule(rule):
            self._readers.setdefault(topic, set()).add(rule.id)

    def remove(self, rule: Rule) -> None:
        """Forget what a rule, as it was added, reads."""
        for topic in topics_of_rule(rule):
            self._readers[topic].discard(rule.id)
            if not self._readers[topic]:
                del self._readers[topic]

    def of(self, topic: Topic) -> frozenset[int]:
        """Return the rules that read a topic."""
        return frozenset(self._readers.get(topic, ()))
