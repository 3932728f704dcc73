"""The metrics that rules and dashboards may name, with their labels: our own, and those of operators' exporters."""

import re
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector

from streaming.installed import installed_metrics, installed_workers
from streaming.metrics.declared import Metric, MetricKind
from tests.deploy.promql import Matcher, Named, Selector

_OF_A_TARGET = frozenset({"job", "instance"})
_FILE_SYSTEM = ("device", "fstype", "mountpoint")
_OF_EXPORTERS: Mapping[str, tuple[str, ...]] = {
    "up": (),
    "ALERTS": ("alertname", "alertstate", "severity"),
    "probe_success": (),
    "probe_ssl_earliest_cert_expiry": (),
    "node_filesystem_avail_bytes": _FILE_SYSTEM,
    "node_filesystem_size_bytes": _FILE_SYSTEM,
    "node_time_seconds": (),
    "node_timex_maxerror_seconds": (),
    "node_timex_sync_status": (),
}
"""Of Prometheus itself, blackbox_exporter and node_exporter, by the names that their documentation gives them."""

Labels = Mapping[str, tuple[str, ...]]
"""Which values a label may have, by its name; none where that isn't known."""


def known_metrics() -> Mapping[str, Labels]:
    """Return the labels of each series' name."""
    own = {name: labels for metric in installed_metrics() for name, labels in _series(metric)}
    process = ProcessCollector(registry=CollectorRegistry()).collect()
    of_process = {sample.name: dict[str, tuple[str, ...]]() for family in process for sample in family.samples}
    return {**own, **of_process, **{name: dict.fromkeys(labels, ()) for name, labels in _OF_EXPORTERS.items()}}


def unknown_in(expression: Named) -> list[str]:
    """Return what is wrong with the metrics, labels and values that an expression names."""
    known = known_metrics()
    wrong = [fault for selector in expression.selectors for fault in _faults(selector, known)]
    all_labels = {label for one in expression.selectors for label in known.get(one.metric, {})} | _OF_A_TARGET
    return [*wrong, *(f"no metric of it has the label {label}" for label in expression.labels - all_labels)]


def _series(metric: Metric) -> Iterator[tuple[str, Labels]]:
    labels = {label.name: label.values or _names_of(label.name) for label in metric.labels}
    if metric.kind is MetricKind.HISTOGRAM:
        yield from ((f"{metric.name}_{part}", labels) for part in ("sum", "count"))
        yield f"{metric.name}_bucket", {**labels, "le": ()}
    else:
        yield metric.name, labels


def _names_of(label: str) -> tuple[str, ...]:
    """Return the names of workers, after which leases are called as well; gateways' own lease is that of the health."""
    return {"worker": tuple(installed_workers()), "lease": (*installed_workers(), "health")}.get(label, ())


def _faults(selector: Selector, known: Mapping[str, Labels]) -> Iterable[str]:
    if selector.metric not in known:
        return [f"there is no metric {selector.metric}"]
    labels = known[selector.metric]
    return [
        f"{selector.metric} has no {matcher.label} {matcher.value}"
        for matcher in selector.matchers
        if not (matcher.label in _OF_A_TARGET or _may_match(matcher, labels))
    ]


def _may_match(matcher: Matcher, labels: Labels) -> bool:
    """Return whether each alternative of a matcher is one of the label's values."""
    if matcher.label not in labels:
        return False
    values = labels[matcher.label]
    alternatives = [matcher.value] if "(" in matcher.value else matcher.value.split("|")
    return not values or all(any(re.fullmatch(each, value) for value in values) for each in alternatives)
