"""The last day of a deployment in the database: how it is thinned, and forgotten."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from streaming.deployment_history.minute import Minute
from streaming.deployment_history.services import deployment_history, minute_store, minutes_forget
from streaming.events import FigureUnit
from streaming.models import DeploymentMinute
from streaming.times import milliseconds
from streaming.workers.declared_figures import Figure

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 2, 12, 0, 30, tzinfo=UTC)
WORKERS = {"deliveries": (Figure(name="late", title="Late by", unit=FigureUnit.MILLISECONDS),)}


def store(minutes_ago: int, **figures: float) -> None:
    """Store a minute."""
    minute_store(Minute(milliseconds(NOW.replace(second=0) - timedelta(minutes=minutes_ago)), figures))


def values_of(hours: int) -> Mapping[str, tuple[float | None, ...]]:
    """Return the values of the last hours by the names of the figures."""
    history = deployment_history(now=NOW, hours=hours, workers=WORKERS)
    return {series.name: series.values for series in history.series}


def test_an_hour_has_a_value_for_each_minute_and_none_where_nothing_is_known() -> None:
    store(0, connections=5)
    store(2, connections=7)
    store(60, connections=9)
    history = deployment_history(now=NOW, hours=1, workers=WORKERS)
    assert history.step_seconds == 60
    assert history.began_at == milliseconds(datetime(2026, 1, 2, 11, 1, tzinfo=UTC))
    assert values_of(1) == {"connections": (*[None] * 57, 7, None, 5)}


def test_a_day_has_a_value_for_five_minutes_each_as_the_figure_says() -> None:
    for ago, (connections, frames, gateways, closed) in enumerate([(1, 2.0, 3, 4), (5, 4.0, 1, 0)], start=1):
        store(ago, connections=connections, frames_per_second=frames, gateways=gateways, slow_closed=closed)
    found = values_of(24)
    assert {name: (len(values), values[-2]) for name, values in found.items()} == {
        "connections": (288, 5),
        "frames_per_second": (288, 3.0),
        "gateways": (288, 1),
        "slow_closed": (288, 4),
    }


def test_figures_of_workers_are_those_that_are_declared() -> None:
    store(1, **{"deliveries: late": 70, "deliveries: gone": 3, "connections": 1})
    history = deployment_history(now=NOW, hours=1, workers=WORKERS)
    assert [(one.name, one.title, one.unit) for one in history.series] == [
        ("connections", "Connections", "count"),
        ("deliveries: late", "deliveries: Late by", "milliseconds"),
    ]


def test_the_first_who_stores_a_minute_is_believed() -> None:
    store(1, connections=5)
    store(1, connections=6)
    assert values_of(1)["connections"][-2] == 5


def test_what_is_older_than_a_day_is_forgotten() -> None:
    store(24 * 60 + 1, connections=1)
    store(24 * 60 - 1, connections=2)
    assert sum(minutes_forget(now_ms=milliseconds(NOW))) == 1
    assert DeploymentMinute.objects.count() == 1
