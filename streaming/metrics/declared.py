"""What an app declares a metric with: its name, what it measures, its labels, and which processes tell it. Pure.

Names follow Prometheus' conventions: `tidewire_`, what is measured, its base unit, and `_total` where it only grows.
A label has few values, which are known when it is declared, or it says how many it may have at most: never a user's,
nor an address or a channel's; a symbol only where the operator lists it (METRICS_SYMBOLS).
"""

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from streaming.errors import RegistrationError

EVERY_PROCESS = "*"
GATEWAY = "gateway"
OTHER = "other"
"""What a label says in place of a value that it may not have, or that would be one too many."""

_NAME = re.compile(r"tidewire(_[a-z][a-z0-9]*)+", re.ASCII)
_TOTAL = "_total"
_UNBOUNDED = frozenset(
    {"user", "user_id", "username", "owner", "address", "ip", "client_id", "channel", "topic", "key"}
)
_RESERVED = frozenset({"le", "quantile", "job", "instance"})
_MOST_VALUES = 100


class MetricKind(StrEnum):
    """What a value does: a counter only grows, a gauge goes up and down, a histogram counts what was measured."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Label(msgspec.Struct, frozen=True):
    """A label: `values` are all that it may have; where these aren't known, it has `most` at the most."""

    name: str
    values: tuple[str, ...] = ()
    most: int = 0

    @property
    def bound(self) -> int:
        """How many values it may have, `OTHER` aside."""
        return len(self.values) or self.most


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A metric, as an app declares it.

    `help` is what it says of itself. `processes` are the workers that tell it, by their names, `GATEWAY` or
    `EVERY_PROCESS`. `buckets` are the upper bounds of a histogram's, in its unit, ascending.
    """

    name: str
    kind: MetricKind
    help: str
    labels: tuple[Label, ...] = ()
    processes: tuple[str, ...] = (EVERY_PROCESS,)
    buckets: tuple[float, ...] = ()

    def is_told_by(self, process: str) -> bool:
        """Return whether processes of this kind tell it."""
        return EVERY_PROCESS in self.processes or process in self.processes


class Sample(msgspec.Struct, frozen=True):
    """What a counter or a gauge is now, for one combination of its labels' values, in their order."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


def counter(name: str, text: str, *, labels: tuple[Label, ...] = (), processes: tuple[str, ...]) -> Metric:
    """Declare what only grows."""
    return Metric(name=name, kind=MetricKind.COUNTER, help=text, labels=labels, processes=processes)


def gauge(name: str, text: str, *, labels: tuple[Label, ...] = (), processes: tuple[str, ...]) -> Metric:
    """Declare what goes up and down."""
    return Metric(name=name, kind=MetricKind.GAUGE, help=text, labels=labels, processes=processes)


def checked(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Return the metrics; raise `RegistrationError` where a name, a label or a histogram is not as it must be."""
    known: dict[str, Metric] = {}
    for metric in metrics:
        if metric.name in known:
            raise RegistrationError(f"there is a metric {metric.name} already")
        _check(metric)
        known[metric.name] = metric
    return tuple(known.values())


def _check(metric: Metric) -> None:
    if _NAME.fullmatch(metric.name) is None:
        raise RegistrationError(f"{metric.name!r} is no name of a metric")
    if metric.name.endswith(_TOTAL) != (metric.kind is MetricKind.COUNTER):
        raise RegistrationError(f"{metric.name}: counters, and no others, end in {_TOTAL}")
    if (metric.kind is MetricKind.HISTOGRAM) != bool(metric.buckets) or list(metric.buckets) != sorted(metric.buckets):
        raise RegistrationError(f"{metric.name}: histograms, and no others, have buckets, in ascending order")
    if not metric.help or not metric.processes:
        raise RegistrationError(f"{metric.name} says nothing of itself, or is told by nobody")
    for label in metric.labels:
        _check_label(metric, label)


def _check_label(metric: Metric, label: Label) -> None:
    if label.name in _UNBOUNDED:
        raise RegistrationError(f"{metric.name}: a label {label.name} has as many values as there are users")
    if label.name in _RESERVED:
        raise RegistrationError(f"{metric.name}: the label {label.name} is Prometheus' own")
    if not 0 < label.bound <= _MOST_VALUES:
        raise RegistrationError(
            f"{metric.name}: the label {label.name} names no values, and no bound up to {_MOST_VALUES}"
        )
