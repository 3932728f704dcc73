"""What Prometheus reads of alerts: rules, how long their evaluation takes, firings, and what became of deliveries."""

from collections.abc import Callable, Iterable, Iterator

from channels.db import database_sync_to_async

from alerts.declared_workers import DELIVERIES, EVALUATOR
from alerts.events import AlertState
from alerts.models import ChannelChoices
from alerts.rules.figures import RuleFigures, rule_figures
from streaming.metrics.counting import FINE_SECONDS, Counter, Histogram, Meter
from streaming.metrics.declared import Label, Metric, Sample, gauge
from streaming.metrics.sources import ReadSamples

_OF_EVALUATOR = (EVALUATOR.name,)
_OF_DELIVERIES = (DELIVERIES.name,)
_SWITCHED_OFF = "switched_off"
_CHANNEL = Label("channel_kind", tuple(ChannelChoices.values))

EVALUATED_RULES = gauge(
    "tidewire_alerts_evaluated_rules",
    "Rules that the evaluator follows; the process that stands by tells none.",
    processes=_OF_EVALUATOR,
)
RULES = gauge(
    "tidewire_alerts_rules",
    "Rules of all users by their state, as they are stored.",
    labels=(Label("state", (*AlertState, _SWITCHED_OFF)),),
    processes=_OF_EVALUATOR,
)
EVALUATION_SECONDS = Histogram(
    "tidewire_alerts_evaluation_duration_seconds",
    "How long it took to evaluate all rules on an event that came.",
    processes=_OF_EVALUATOR,
    buckets=FINE_SECONDS,
)
STORING_SECONDS = Histogram(
    "tidewire_alerts_storing_duration_seconds",
    "How long it took to store what a batch of events had changed, with the time in which the database was away.",
    processes=_OF_EVALUATOR,
)
FIRINGS = Counter("tidewire_alerts_firings_total", "Firings of rules that were stored.", processes=_OF_EVALUATOR)
ATTEMPTS = Counter(
    "tidewire_deliveries_attempts_total",
    "Attempts to deliver by what came of them: `failed` ones may be tried again, `rejected` is this one for good, "
    "`unreachable` the user's channel.",
    labels=(_CHANNEL, Label("result", ("sent", "failed", "rejected", "unreachable"))),
    processes=_OF_DELIVERIES,
)
ATTEMPT_SECONDS = Histogram(
    "tidewire_deliveries_attempt_duration_seconds",
    "How long an attempt took until the other side had answered, or failed to.",
    labels=(_CHANNEL,),
    processes=_OF_DELIVERIES,
)
METRICS: tuple[Metric | Meter, ...] = (
    EVALUATED_RULES,
    RULES,
    EVALUATION_SECONDS,
    STORING_SECONDS,
    FIRINGS,
    ATTEMPTS,
    ATTEMPT_SECONDS,
)


def rules_source(rule_count: Callable[[], int | None]) -> ReadSamples:
    """Return what reads how many rules there are; `rule_count` says how many are evaluated, None where none is."""

    async def read() -> Iterable[Sample]:
        count = rule_count()
        if count is None:
            return []
        stored = await database_sync_to_async(rule_figures)()
        return [Sample(EVALUATED_RULES, count), *_rules(stored)]

    return read


def _rules(figures: RuleFigures) -> Iterator[Sample]:
    by_state = dict(figures.states)
    yield from (Sample(RULES, by_state.get(state, 0), (state.value,)) for state in AlertState)
    yield Sample(RULES, figures.switched_off, (_SWITCHED_OFF,))
