"""Which series each topic carries, and which rules read it, for the rules that there are now. Pure."""

from collections.abc import Iterable, Mapping

from alerts.conditions.rule import Rule, Series
from alerts.firing.series_values import topics_of, topics_of_rule
from streaming.topics.topic import Topic

_Carried = Mapping[Topic, tuple[Series, ...]]


class TopicPlan:
    """The series by topic; it is made anew where the series have changed."""

    def __init__(self) -> None:
        self._series: frozenset[Series] = frozenset()
        self._carried: _Carried = {}

    def follow(self, series: Iterable[Series]) -> bool:
        """Plan for these series; return whether they are others than before."""
        needed = frozenset(series)
        if needed == self._series:
            return False
        self._series = needed
        carried: dict[Topic, list[Series]] = {}
        for one in needed:
            for topic in topics_of(one):
                carried.setdefault(topic, []).append(one)
        self._carried = {topic: tuple(sorted(held, key=lambda one: one.key)) for topic, held in carried.items()}
        return True

    @property
    def topics(self) -> frozenset[Topic]:
        """Every topic that is needed."""
        return frozenset(self._carried)

    @property
    def steady_topics(self) -> frozenset[Topic]:
        """Those on which something is told all the time, unlike signals and wallets: their silence says something."""
        return frozenset(topic for topic, held in self._carried.items() if not all(one.is_occasional for one in held))

    def carried_by(self, topic: Topic) -> tuple[Series, ...]:
        """Return the series that `topic` carries, or closes."""
        return self._carried.get(topic, ())


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
