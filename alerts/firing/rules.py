"""The rules as the database has them: read for the evaluation, admitted to it, and followed as they change."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec
import structlog
from django.conf import settings
from django.db.models import QuerySet

from alerts.conditions.rule import Point, RuleMemory, WindowsMemory
from alerts.events import AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.missed_moments import WatchedSeries, watched_series_of
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.processed_moments import ProcessedMoment
from alerts.firing.series_values import topics_of_rule
from alerts.firing.types import LoadedRule, SeriesMemory
from alerts.models import AlertRule, RuleChange, SeriesPoint
from alerts.rules.definition import milliseconds_of, rule_of
from streaming.batches import batched
from streaming.clock import Clock
from streaming.market.models import UNLISTED, Symbol
from streaming.market.own_source import own_source
from streaming.topics.topic import Topic
from streaming.tracing.origin import Origin, continued

KEPT_SECONDS = 20.0
"""How long a change stays on record, so that an evaluator that stands by sees it, too."""
ROWS_AT_A_TIME = 5_000
"""So many rows are read, or named by a query, at a time."""
_COLUMNS = (
    "owner_id", "symbol", "conditions", "combine", "trigger", "cooldown_seconds", "expires_at", "max_firings",
    "firings", "snoozed_until", "memory", "state", "beginnings", "updated_at",
)  # fmt: skip

logger = structlog.get_logger(__name__)


def rules_load() -> list[LoadedRule]:
    """Return every rule that is to be evaluated, by number."""
    return [_loaded(row) for row in _evaluated().order_by("pk").iterator(chunk_size=ROWS_AT_A_TIME)]


def rules_read(origins: Mapping[int, Origin]) -> dict[int, LoadedRule | None]:
    """Return these rules by number; None for one that is not to be evaluated, or is no more.

    Each is read on behalf of whoever has changed it.
    """
    found: dict[int, LoadedRule | None] = dict.fromkeys(origins)
    for batch in batched(sorted(origins), ROWS_AT_A_TIME):
        for row in _evaluated().filter(pk__in=batch):
            with continued(origins[row.pk], "rule taken over", rule=row.pk):
                found[row.pk] = _loaded(row)
                logger.debug("a rule is taken over", rule=row.pk)
    return found


def series_load(keys: Collection[str]) -> dict[str, SeriesMemory]:
    """Return what is stored of series, by key."""
    columns = ("key", "value", "time", "simulated", "windows", "heard")
    points = SeriesPoint.objects.order_by().values_list(*columns)
    return {
        key: SeriesMemory(
            point=Point(value=value, time=time, simulated=simulated),
            windows=msgspec.convert(windows, WindowsMemory),
            heard=msgspec.convert(heard, tuple[ProcessedMoment, ...]),
        )
        for batch in batched(sorted(keys), ROWS_AT_A_TIME)
        for key, value, time, simulated, windows, heard in points.filter(key__in=batch)
        if value is not None
    }


def series_in_error() -> frozenset[str] | None:
    """Return the keys of what rules in error look at; None where one of these can't be read, so that nobody knows."""
    found: set[str] = set()
    for row in _evaluated().filter(state=AlertState.ERROR.value).iterator(chunk_size=ROWS_AT_A_TIME):
        rule = _loaded(row).rule
        if rule is None:
            return None
        found.update(series.key for series in rule.series)
    return frozenset(found)


def unlisted_symbols(symbols: Collection[str]) -> frozenset[str]:
    """Return which of these the exchange no longer lists."""
    gone = Symbol.objects.filter(status=UNLISTED).values_list("name", flat=True)
    return frozenset(symbols).intersection(gone)


class RecordedChanges(msgspec.Struct, frozen=True):
    """The numbers of all changes on record; and the rules of those that are yet to be noted, with who changed them."""

    numbers: frozenset[int]
    origins: dict[int, Origin]


class NotedRuleChanges:
    """The changes of rules that one evaluator has taken note of."""

    def __init__(self) -> None:
        self._noted: frozenset[int] = frozenset()

    @property
    def noted(self) -> frozenset[int]:
        """The numbers of the changes on record that were taken note of."""
        return self._noted

    def read(self) -> RecordedChanges:
        """Return the changes on record; of several changes of a rule, it is the last one's origin.

        They are noted by `note` alone, once their rules are read: a noted change is never read again.
        """
        found = list(RuleChange.objects.order_by("pk").values_list("pk", "rule_id", "correlation_id", "traceparent"))
        new = {
            rule_id: Origin(correlation_id=correlation_id, traceparent=traceparent)
            for pk, rule_id, correlation_id, traceparent in found
            if pk not in self._noted
        }
        return RecordedChanges(frozenset(pk for pk, *_ in found), new)

    def note(self, recorded: RecordedChanges) -> None:
        """Take note of changes, and forget which were noted that are on record no more."""
        self._noted = recorded.numbers

    def forget_old(self, now: datetime) -> None:
        """Delete noted changes that every evaluator has had time to see."""
        old = RuleChange.objects.filter(created_at__lt=now - timedelta(seconds=KEPT_SECONDS))
        done = self._noted.intersection(old.values_list("pk", flat=True))
        for batch in batched(sorted(done), ROWS_AT_A_TIME):
            RuleChange.objects.filter(pk__in=batch).delete()


def _evaluated() -> QuerySet[AlertRule]:
    return AlertRule.objects.filter(enabled=True).exclude(state=AlertState.EXPIRED.value).only(*_COLUMNS)


def _loaded(row: AlertRule) -> LoadedRule:
    known = LoadedRule(
        id=row.pk,
        owner_id=row.owner_id,
        rule=None,
        state=AlertState(row.state),
        beginnings=row.beginnings,
        firings=row.firings,
        since=milliseconds_of(row.updated_at) or 0,
    )
    try:
        rule = rule_of(row, may_use_simulated=settings.ALERTS_ON_SIMULATED_DATA)
        topics_of_rule(rule)
        memory = msgspec.convert(row.memory, RuleMemory) if row.memory else None
    except ValueError as error:
        logger.warning("a rule can't be evaluated", rule=row.pk, reason=str(error))
        return msgspec.structs.replace(known, error=str(error)[:500])
    return msgspec.structs.replace(known, rule=rule, memory=memory)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An evaluation as of the last batch that was stored, the rules that it has yet to admit, and the changes noted.

    `watched_series` are those who look at what can be read again.
    """

    evaluation: Evaluation
    newcomers: tuple[LoadedRule, ...]
    changes: NotedRuleChanges
    watched_series: WatchedSeries

    @property
    def topics(self) -> frozenset[Topic]:
        """What must be read for all the rules, for those that are yet to be admitted, too."""
        newcomers = [topics_of_rule(loaded.rule) for loaded in self.newcomers if loaded.rule is not None]
        return self.evaluation.topics.union(*newcomers)


def evaluation_open(*, clock: Clock) -> Opened:
    """Load all rules and the last values of their series.

    Changes are noted first: one that is committed while the rules are read, is read once more.
    """
    changes = NotedRuleChanges()
    changes.note(changes.read())
    evaluation = Evaluation(
        clock=clock,
        noise=_noise_limits(),
        no_data_seconds=settings.ALERTS_NO_DATA_SECONDS,
        may_use_simulated=settings.ALERTS_ON_SIMULATED_DATA,
        market=own_source(),
    )
    rules, newcomers = rules_load(), []
    for loaded in rules:
        if _is_newcomer(loaded):
            newcomers.append(loaded)
        else:
            evaluation.put(loaded)
    evaluation.plan()
    _restore(evaluation, series_load({series.key for series in evaluation.series}))
    return Opened(
        evaluation=evaluation, newcomers=tuple(newcomers), changes=changes, watched_series=watched_series_of(rules)
    )


def _noise_limits() -> NoiseLimits:
    return NoiseLimits(
        per_minute=settings.ALERTS_NOISE_PER_MINUTE,
        per_hour=settings.ALERTS_NOISE_PER_HOUR,
        per_user=settings.ALERTS_NOISE_PER_USER_PER_HOUR,
    )


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


def changed_rules(changes: NotedRuleChanges) -> dict[int, LoadedRule | None]:
    """Return the rules that have changed since this was last answered; None for one that is not to be evaluated."""
    recorded = changes.read()
    changed = rules_read(recorded.origins) if recorded.origins else {}
    changes.note(recorded)
    return changed


def follow(evaluation: Evaluation, changed: dict[int, LoadedRule | None]) -> bool:
    """Take changes over; return whether other topics are needed."""
    for rule_id, loaded in sorted(changed.items()):
        if loaded is None:
            evaluation.remove(rule_id)
        else:
            evaluation.put(loaded)
    return evaluation.plan()
