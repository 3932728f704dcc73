"""Counting and measuring as things happen."""

import threading

import pytest

from streaming.metrics.counting import Distribution, Gauge, Total
from streaming.metrics.declared import EVERY_PROCESS, OTHER, Label, counter, gauge

_EVERYWHERE = (EVERY_PROCESS,)
_RESULT = Label("result", ("sent", "failed"))


def counts(total: Total | Gauge) -> dict[tuple[str, ...], float]:
    return {sample.labels: sample.value for sample in total.samples()}


def test_a_total_begins_with_0_for_what_is_known_beforehand() -> None:
    total = Total(counter("tidewire_attempts_total", "Attempts.", labels=(_RESULT,), processes=_EVERYWHERE))
    total.add("sent")
    total.add("sent", by=2)
    assert counts(total) == {("sent",): 3, ("failed",): 0}


def test_a_total_never_falls_and_takes_as_many_labels_as_it_has() -> None:
    total = Total(counter("tidewire_attempts_total", "Attempts.", labels=(_RESULT,), processes=_EVERYWHERE))
    with pytest.raises(ValueError, match="only grows"):
        total.add("sent", by=-1)
    with pytest.raises(ValueError, match="argument"):
        total.add()
    assert counts(total) == {("sent",): 0, ("failed",): 0}


def test_what_a_label_may_not_have_counts_as_other() -> None:
    total = Total(counter("tidewire_attempts_total", "Attempts.", labels=(_RESULT,), processes=_EVERYWHERE))
    total.add("lost")
    assert counts(total)[OTHER,] == 1


def test_a_label_whose_values_are_not_known_has_so_many_and_no_more() -> None:
    label = Label("chain", most=3)
    total = Total(counter("tidewire_blocks_total", "Blocks.", labels=(label,), processes=_EVERYWHERE))
    for number in range(1000):
        total.add(f"chain-{number}")
    assert counts(total) == {("chain-0",): 1, ("chain-1",): 1, ("chain-2",): 1, (OTHER,): 997}


def test_a_level_is_what_was_set_last() -> None:
    level = Gauge(gauge("tidewire_lease", "Held.", labels=(Label("lease", most=5),), processes=_EVERYWHERE))
    assert counts(level) == {}
    level.set(1, "bridge")
    level.set(0, "bridge")
    assert counts(level) == {("bridge",): 0}


def test_a_distribution_counts_what_is_within_each_bucket() -> None:
    distribution = Distribution("tidewire_wait_seconds", "Waiting.", processes=_EVERYWHERE)
    for seconds in (0.001, 0.0011, 7.0, 60.0):
        distribution.measure(seconds)
    (measured,) = distribution.samples()
    buckets = dict(zip((*distribution.metric.buckets, None), measured.counts, strict=True))
    assert {bound: count for bound, count in buckets.items() if count} == {0.001: 1, 0.0025: 1, 10.0: 1, None: 1}
    assert measured.sum == pytest.approx(67.0021)


def test_threads_that_count_at_the_same_time_lose_nothing() -> None:
    total = Total(counter("tidewire_attempts_total", "Attempts.", processes=_EVERYWHERE))

    def count() -> None:
        for _ in range(5_000):
            total.add()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts(total) == {(): 20_000}
