"""Counting and measuring as things happen."""

import threading

import pytest

from streaming.metrics.counting import Counter, Gauge, Histogram
from streaming.metrics.declared import EVERY_PROCESS, OTHER, Label

_EVERYWHERE = (EVERY_PROCESS,)
_RESULT = Label("result", ("sent", "failed"))


def counts(counter: Counter | Gauge) -> dict[tuple[str, ...], float]:
    return {sample.labels: sample.value for sample in counter.samples()}


def test_a_counter_begins_with_0_for_what_is_known_beforehand() -> None:
    counter = Counter("tidewire_attempts_total", "Attempts.", labels=(_RESULT,), processes=_EVERYWHERE)
    counter.add("sent")
    counter.add("sent", by=2)
    assert counts(counter) == {("sent",): 3, ("failed",): 0}


def test_a_counter_never_falls_and_takes_as_many_labels_as_it_has() -> None:
    counter = Counter("tidewire_attempts_total", "Attempts.", labels=(_RESULT,), processes=_EVERYWHERE)
    with pytest.raises(ValueError, match="only grows"):
        counter.add("sent", by=-1)
    with pytest.raises(ValueError, match="argument"):
        counter.add()
    assert counts(counter) == {("sent",): 0, ("failed",): 0}


def test_what_a_label_may_not_have_counts_as_other() -> None:
    counter = Counter("tidewire_attempts_total", "Attempts.", labels=(_RESULT,), processes=_EVERYWHERE)
    counter.add("lost")
    assert counts(counter)[OTHER,] == 1


def test_a_label_whose_values_are_not_known_has_so_many_and_no_more() -> None:
    label = Label("chain", most=3)
    counter = Counter("tidewire_blocks_total", "Blocks.", labels=(label,), processes=_EVERYWHERE)
    for number in range(1000):
        counter.add(f"chain-{number}")
    assert counts(counter) == {("chain-0",): 1, ("chain-1",): 1, ("chain-2",): 1, (OTHER,): 997}


def test_a_gauge_is_what_was_set_last() -> None:
    gauge = Gauge("tidewire_lease", "Held.", labels=(Label("lease", most=5),), processes=_EVERYWHERE)
    assert counts(gauge) == {}
    gauge.set(1, "bridge")
    gauge.set(0, "bridge")
    assert counts(gauge) == {("bridge",): 0}


def test_a_histogram_counts_what_is_within_each_bucket() -> None:
    histogram = Histogram("tidewire_wait_seconds", "Waiting.", processes=_EVERYWHERE)
    for seconds in (0.001, 0.0011, 7.0, 60.0):
        histogram.measure(seconds)
    (measured,) = histogram.samples()
    buckets = dict(zip((*histogram.metric.buckets, None), measured.counts, strict=True))
    assert {bound: count for bound, count in buckets.items() if count} == {0.001: 1, 0.0025: 1, 10.0: 1, None: 1}
    assert measured.sum == pytest.approx(67.0021)


def test_threads_that_count_at_the_same_time_lose_nothing() -> None:
    counter = Counter("tidewire_attempts_total", "Attempts.", processes=_EVERYWHERE)

    def count() -> None:
        for _ in range(5_000):
            counter.add()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(counter) == {(): 20_000}
