"""Metrics as Prometheus reads them: text, or OpenMetrics where it asks for that."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as PrometheusMetric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector as PrometheusCollector

from streaming.metrics.collecting import Family
from streaming.metrics.counting import Measured
from streaming.metrics.declared import Metric, MetricKind, Sample

_TOTAL = "_total"
_NO_REGISTRY = CollectorRegistry()
_OF_THE_PROCESS: tuple[PrometheusCollector, ...] = (
    ProcessCollector(registry=_NO_REGISTRY),
    PlatformCollector(registry=_NO_REGISTRY),
    GCCollector(registry=_NO_REGISTRY),
)
"""What prometheus-client tells of any process: CPU time, memory, open files, Python and its garbage collections."""


def written(families: Sequence[Family], accept: str = "") -> tuple[bytes, str]:
    """Return metrics as text, and its content type, in the format that the `Accept` header asks for."""
    registry = CollectorRegistry()
    registry.register(_Given(families))
    for collector in _OF_THE_PROCESS:
        registry.register(collector)
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Given(PrometheusCollector):
    def __init__(self, families: Sequence[Family]) -> None:
        self._families = families

    def collect(self) -> Iterable[PrometheusMetric]:
        """Return the metrics of the platform."""
        return [_family(family) for family in self._families]


def _family(family: Family) -> PrometheusMetric:
    metric = family.metric
    names = [label.name for label in metric.labels]
    if metric.kind is MetricKind.HISTOGRAM:
        return _histogram(metric, names, [one for one in family.samples if isinstance(one, Measured)])
    values = [one for one in family.samples if isinstance(one, Sample)]
    if metric.kind is MetricKind.COUNTER:
        made: CounterMetricFamily | GaugeMetricFamily = CounterMetricFamily(
            metric.name.removesuffix(_TOTAL), metric.help, labels=names
        )
    else:
        made = GaugeMetricFamily(metric.name, metric.help, labels=names)
    for sample in values:
        made.add_metric(sample.labels, sample.value)
    return made


def _histogram(metric: Metric, names: Sequence[str], measured: Iterable[Measured]) -> PrometheusMetric:
    made = HistogramMetricFamily(metric.name, metric.help, labels=names)
    bounds = [*map(str, metric.buckets), "+Inf"]
    for one in measured:
        made.add_metric(one.labels, list(zip(bounds, accumulate(one.counts), strict=True)), one.sum)
    return made
