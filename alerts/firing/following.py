"""The rules as the database has them, and what changes of them."""

import msgspec
from django.conf import settings

from alerts.firing.evaluation import Evaluation
from alerts.firing.rules import RuleChanges, rules_load, rules_read, series_load
from alerts.firing.values import topics_of_rule
from alerts.firing.words import LoadedRule, SeriesMemory
from streaming.clock import Clock
from streaming.topics import Topic


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation as of the last batch that was stored, the rules that it has yet to admit, and the changes noted."""

    evaluation: Evaluation
    newcomers: tuple[LoadedRule, ...]
    changes: RuleChanges

    @property
    def topics(self) -> frozenset[Topic]:
        """What must be read for all the rules, for those that are yet to be admitted, too."""
        newcomers = [topics_of_rule(loaded.rule) for loaded in self.newcomers if loaded.rule is not None]
        return self.evaluation.topics.union(*newcomers)


def evaluation_open(*, clock: Clock) -> Opened:
    """Load all rules and the last values of their series.

    Changes are noted first: one that is committed while the rules are read, is read once more.
    """
    changes = RuleChanges()
    changes.read()
    evaluation = Evaluation(
        clock=clock,
        noise_limit=settings.ALERTS_NOISE_PER_MINUTE,
        no_data_seconds=settings.ALERTS_NO_DATA_SECONDS,
        may_use_simulated=settings.ALERTS_ON_SIMULATED_DATA,
    )
    newcomers = []
    for loaded in rules_load():
        if _is_newcomer(loaded):
            newcomers.append(loaded)
        else:
            evaluation.put(loaded)
    evaluation.plan()
    _restore(evaluation, series_load({series.key for series in evaluation.series}))
    return Opened(evaluation=evaluation, newcomers=tuple(newcomers), changes=changes)


def _is_newcomer(loaded: LoadedRule) -> bool:
    """Return whether a rule has seen no value since it was saved, so that none from before may fire it."""
    if loaded.rule is None:
        return False
    return loaded.memory is None or all(held is None for held in loaded.memory.holds)


def _restore(evaluation: Evaluation, stored: dict[str, SeriesMemory]) -> None:
    for series in evaluation.series:
        memory = stored.get(series.key)
        if memory is not None:
            evaluation.restore(series, memory)


def changed_rules(changes: RuleChanges) -> dict[int, LoadedRule | None]:
    """Return the rules that have changed since this was last asked; None for one that is not to be evaluated."""
    rule_ids = changes.read()
    return rules_read(rule_ids) if rule_ids else {}


def follow(evaluation: Evaluation, changed: dict[int, LoadedRule | None]) -> bool:
    """Take changes over; return whether other topics are needed."""
    for rule_id, loaded in sorted(changed.items()):
        if loaded is None:
            evaluation.remove(rule_id)
        else:
            evaluation.put(loaded)
    return evaluation.plan()
