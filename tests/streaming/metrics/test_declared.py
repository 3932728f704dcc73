"""Metrics as apps declare them: names by Prometheus' conventions, and no label without a bound."""

import re

import pytest

from streaming.errors import RegistrationError
from streaming.installed import installed_metrics
from streaming.metrics.declared import EVERY_PROCESS, GATEWAY, Label, Metric, MetricKind, checked, counter, gauge

_EVERYWHERE = (EVERY_PROCESS,)
_OLD_UNITS = re.compile(r"_(ms|milliseconds|minutes|hours|kb|kilobytes|megabytes|percent)(_|\Z)")


def test_every_declared_one_follows_the_conventions() -> None:
    metrics = installed_metrics()
    assert len(metrics) > 50
    assert [one.name for one in metrics if _OLD_UNITS.search(one.name)] == []
    assert {one.kind for one in metrics if one.name.endswith("_total")} == {MetricKind.COUNTER}
    assert [one.name for one in metrics if not one.help.endswith(".")] == []


def test_none_has_a_label_of_which_there_are_as_many_values_as_users() -> None:
    labels = [(metric, label) for metric in installed_metrics() for label in metric.labels]
    assert [metric.name for metric, label in labels if not 0 < label.bound <= 100] == []
    by_symbol = [metric.name for metric, label in labels if label.name == "symbol"]
    assert by_symbol == ["tidewire_gateway_symbol_subscriptions"]


@pytest.mark.parametrize(
    ("metric", "complaint"),
    [
        (counter("tidewire_frames", "Frames.", processes=_EVERYWHERE), "counters, and no others, end in _total"),
        (gauge("tidewire_frames_total", "Frames.", processes=_EVERYWHERE), "counters, and no others, end in _total"),
        (gauge("frames", "Frames.", processes=_EVERYWHERE), "no name of a metric"),
        (gauge("tidewire_Frames", "Frames.", processes=_EVERYWHERE), "no name of a metric"),
        (gauge("tidewire_frames", "", processes=_EVERYWHERE), "says nothing of itself"),
        (gauge("tidewire_frames", "Frames.", processes=()), "told by nobody"),
        (
            Metric(name="tidewire_wait_seconds", kind=MetricKind.HISTOGRAM, help="Waiting."),
            "histograms, and no others, have buckets",
        ),
    ],
)
def test_it_refuses_what_breaks_a_convention(metric: Metric, complaint: str) -> None:
    with pytest.raises(RegistrationError, match=complaint):
        checked([metric])


@pytest.mark.parametrize(
    ("label", "complaint"),
    [
        (Label("user_id", most=10), "as many values as there are users"),
        (Label("channel", most=10), "as many values as there are users"),
        (Label("le", most=10), "Prometheus' own"),
        (Label("kind"), "names no values, and no bound"),
        (Label("kind", most=10_000), "names no values, and no bound"),
    ],
)
def test_it_refuses_a_label_without_a_bound(label: Label, complaint: str) -> None:
    with pytest.raises(RegistrationError, match=complaint):
        checked([gauge("tidewire_frames", "Frames.", labels=(label,), processes=(GATEWAY,))])


def test_it_refuses_two_of_one_name() -> None:
    metric = gauge("tidewire_frames", "Frames.", processes=_EVERYWHERE)
    with pytest.raises(RegistrationError, match="already"):
        checked([metric, metric])
