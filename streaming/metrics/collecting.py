"""Collecting what a process knows, when somebody asks for it: once for all who ask at a time, and within bounds."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextvars import Context

import msgspec
import structlog

from streaming.metrics.counting import LabelValues, Measured, Meter
from streaming.metrics.declared import EVERY_PROCESS, Label, Metric, Sample, gauge
from streaming.metrics.sources import MetricSources, ReadSamples

SOURCE_SECONDS = 2.0
"""For so long a source is waited for: Prometheus waits for ten seconds, and wants what the others say."""
SOURCES_AT_MOST = 20

SOURCE_UP = gauge(
    "tidewire_metrics_source_up",
    "Whether a part of the process could say its figures (1) or failed to, as while the database is away (0).",
    labels=(Label("source", most=SOURCES_AT_MOST),),
    processes=(EVERY_PROCESS,),
)

logger = structlog.get_logger(__name__)


class Family(msgspec.Struct, frozen=True):
    """A metric with all its samples."""

    metric: Metric
    samples: Sequence[Sample | Measured]


class Collector:
    """Collects the declared metrics of one process: those that the kinds of work tell which it does now."""

    def __init__(self, metrics: Iterable[Metric], meters: Iterable[Meter], sources: MetricSources) -> None:
        self._metrics = tuple(metrics)
        self._meters = tuple(meters)
        self._sources = sources
        self._under_way: asyncio.Task[list[Family]] | None = None

    async def collect(self) -> list[Family]:
        """Return all metrics of the process, those without a sample too, in the order of their declaration.

        What a source says of what isn't declared here is left out; one that fails or takes longer than
        `SOURCE_SECONDS` is told as not up, and the others are told all the same.
        """
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.get_running_loop().create_task(self._collect(), context=Context())
        return await asyncio.shield(self._under_way)

    async def _collect(self) -> list[Family]:
        reads = self._sources.current
        answers = await asyncio.gather(*(self._asked(name, read) for name, read in reads.items()))
        metrics = [one for one in self._metrics if any(map(one.is_told_by, self._sources.processes))]
        found: dict[str, list[Sample | Measured]] = {one.name: [] for one in metrics}
        for meter in self._meters:
            found.get(meter.metric.name, []).extend(meter.samples())
        ups = [Sample(SOURCE_UP, answer is not None, (name,)) for name, answer in zip(reads, answers, strict=True)]
        for metric, samples in _by_metric([*answers, ups]).items():
            found.get(metric.name, []).extend(_bounded(metric, samples))
        return [Family(one, found[one.name]) for one in metrics]

    async def _asked(self, name: str, read: ReadSamples) -> list[Sample] | None:
        """Return what a source says; None where it can't."""
        try:
            async with asyncio.timeout(SOURCE_SECONDS):
                return list(await read())
        except Exception as error:  # noqa: BLE001 - whatever fails there, what the others say is wanted then most
            logger.warning("a part can't say its figures", source=name, reason=repr(error))
            return None


def _by_metric(answers: Iterable[Sequence[Sample] | None]) -> Mapping[Metric, list[Sample]]:
    found: dict[Metric, list[Sample]] = {}
    for sample in (sample for answer in answers for sample in answer or ()):
        found.setdefault(sample.metric, []).append(sample)
    return found


def _bounded(metric: Metric, samples: Iterable[Sample]) -> list[Sample]:
    """Return one sample for each combination of labels within their bounds; what is one too many is added up."""
    values, totals = LabelValues(metric.labels), dict[tuple[str, ...], float]()
    for sample in samples:
        labels = values(sample.labels)
        totals[labels] = totals.get(labels, 0.0) + sample.value
    return [Sample(metric, value, labels) for labels, value in totals.items()]
