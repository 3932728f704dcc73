"""What is counted and measured as it happens, and read when somebody asks. Any thread may count."""

import threading
from bisect import bisect_left
from collections.abc import Iterator
from itertools import product

import msgspec

from streaming.metrics.declared import OTHER, Label, Metric, MetricKind, Sample, counter, gauge

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The usual buckets of what takes milliseconds to seconds."""
FINE_SECONDS = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1.0)
"""Those of what takes microseconds."""


class LabelValues:
    """Keeps a metric's labels within their bounds: what is one too many counts as `OTHER`. Not safe among threads."""

    def __init__(self, labels: tuple[Label, ...]) -> None:
        self._labels = labels
        self._seen: list[set[str]] = [set(label.values) for label in labels]

    def __call__(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """Return the values under which to count; raise `ValueError` where these aren't as many as the labels."""
        bounded = zip(self._labels, self._seen, values, strict=True)
        return tuple(self._bounded(label, seen, value) for label, seen, value in bounded)

    @property
    def known(self) -> Iterator[tuple[str, ...]]:
        """The combinations that are known beforehand; none where a label's values aren't."""
        return product(*(label.values for label in self._labels))

    @staticmethod
    def _bounded(label: Label, seen: set[str], value: str) -> str:
        if value in seen:
            return value
        if label.values or len(seen) >= label.most:
            return OTHER
        seen.add(value)
        return value


class Counter:
    """A number that only grows, for each combination of its labels' values. Those known beforehand begin with 0."""

    def __init__(self, name: str, text: str, *, labels: tuple[Label, ...] = (), processes: tuple[str, ...]) -> None:
        self.metric = counter(name, text, labels=labels, processes=processes)
        self._values = LabelValues(labels)
        self._counts = dict.fromkeys(self._values.known, 0.0)
        self._lock = threading.Lock()

    def add(self, *labels: str, by: float = 1) -> None:
        """Count something more; raise `ValueError` where `by` is negative, or the labels are others than declared."""
        if by < 0:
            raise ValueError(f"{self.metric.name} only grows")
        with self._lock:
            values = self._values(labels)
            self._counts[values] = self._counts.get(values, 0.0) + by

    def samples(self) -> list[Sample]:
        """Return what was counted until now."""
        with self._lock:
            return [Sample(self.metric, count, labels) for labels, count in self._counts.items()]


class Gauge:
    """A number that goes up and down, for each combination of its labels' values that was set once."""

    def __init__(self, name: str, text: str, *, labels: tuple[Label, ...] = (), processes: tuple[str, ...]) -> None:
        self.metric = gauge(name, text, labels=labels, processes=processes)
        self._values = LabelValues(labels)
        self._levels: dict[tuple[str, ...], float] = {}
        self._lock = threading.Lock()

    def set(self, value: float, *labels: str) -> None:
        """Make the number `value`; raise `ValueError` where the labels are others than declared."""
        with self._lock:
            self._levels[self._values(labels)] = value

    def samples(self) -> list[Sample]:
        """Return what was set last."""
        with self._lock:
            return [Sample(self.metric, level, labels) for labels, level in self._levels.items()]


class Measured(msgspec.Struct, frozen=True):
    """What a histogram holds for one combination of labels: how many were in each bucket, the last without a bound."""

    metric: Metric
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    sum: float


class Histogram:
    """How long something took, or how large it was, in buckets, for each combination of its labels' values."""

    def __init__(
        self,
        name: str,
        text: str,
        *,
        labels: tuple[Label, ...] = (),
        processes: tuple[str, ...],
        buckets: tuple[float, ...] = SECONDS,
    ) -> None:
        kind = MetricKind.HISTOGRAM
        self.metric = Metric(name=name, kind=kind, help=text, labels=labels, processes=processes, buckets=buckets)
        self._values = LabelValues(labels)
        self._counts: dict[tuple[str, ...], list[int]] = {values: self._empty() for values in self._values.known}
        self._sums = dict.fromkeys(self._counts, 0.0)
        self._lock = threading.Lock()

    def measure(self, value: float, *labels: str) -> None:
        """Take a measured value in the metric's unit."""
        bucket = bisect_left(self.metric.buckets, value)
        with self._lock:
            values = self._values(labels)
            counts = self._counts.get(values)
            if counts is None:
                counts = self._counts[values] = self._empty()
                self._sums[values] = 0.0
            counts[bucket] += 1
            self._sums[values] += value

    def samples(self) -> list[Measured]:
        """Return what was measured until now."""
        with self._lock:
            return [
                Measured(self.metric, labels, tuple(counts), self._sums[labels])
                for labels, counts in self._counts.items()
            ]

    def _empty(self) -> list[int]:
        return [0] * (len(self.metric.buckets) + 1)


Meter = Counter | Gauge | Histogram
"""What counts or measures a metric where it happens."""
