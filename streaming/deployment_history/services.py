"""Keeping the minutes of the last day in the database, and reading them in as few values as a page can show."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from streaming.deployment_history.figures import (
    COUNTED_FIGURES,
    FIGURES,
    HistoryUnit,
    Summary,
    summarised,
    worker_figure_name,
)
from streaming.deployment_history.minute import MINUTE_MILLISECONDS, Minute
from streaming.models import DeploymentMinute
from streaming.times import milliseconds, moment
from streaming.workers.declared_figures import Figure
from streaming.workers.retention import rows_delete_in_batches

KEPT_FOR = timedelta(hours=24)
_MINUTES_OF_A_STEP = ((2, 1), (6, 2), (24, 5))
"""Up to so many hours, one value stands for so many minutes: at most 288 of a figure."""
_BATCH = 500


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A figure over time: a value for each step; None for those of which nothing is known."""

    name: str
    title: str
    unit: HistoryUnit
    summary: Summary
    values: tuple[float | None, ...]


class DeploymentHistory(msgspec.Struct, frozen=True, kw_only=True):
    """All figures, from `began_at` (ms since the epoch) on, in steps of `step_seconds`."""

    began_at: int
    step_seconds: int
    series: tuple[Series, ...]


def minute_store(minute: Minute) -> None:
    """Store a minute; where another gateway has stored it, that stays."""
    row = DeploymentMinute(began_at=moment(minute.began_at), figures=msgspec.json.encode(minute.figures).decode())
    DeploymentMinute.objects.bulk_create([row], ignore_conflicts=True)


def minutes_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the minutes that are older than a day; each step gives how many a batch had."""
    old = DeploymentMinute.objects.filter(began_at__lt=moment(now_ms) - KEPT_FOR)
    yield from rows_delete_in_batches(old, size=_BATCH)


def deployment_history(*, now: datetime, hours: int, workers: Mapping[str, Sequence[Figure]]) -> DeploymentHistory:
    """Return the history of the last `hours` (1 to 24), `workers` being the figures that workers declare by name."""
    minutes = next(minutes for most, minutes in _MINUTES_OF_A_STEP if hours <= most)
    step = minutes * MINUTE_MILLISECONDS
    end = milliseconds(now) // step * step + step
    began_at = end - hours * 60 * MINUTE_MILLISECONDS
    steps = _gathered(began_at, step, count=(end - began_at) // step)
    return DeploymentHistory(
        began_at=began_at, step_seconds=step // 1000, series=tuple(_series(steps, _declared(workers)))
    )


_Steps = Sequence[Sequence[Mapping[str, float]]]


def _gathered(began_at: int, step: int, *, count: int) -> _Steps:
    steps: list[list[Mapping[str, float]]] = [[] for _ in range(count)]
    rows = DeploymentMinute.objects.filter(began_at__gte=moment(began_at)).order_by("began_at")
    for row_began_at, figures in rows.values_list("began_at", "figures").iterator():
        place = (milliseconds(row_began_at) - began_at) // step
        if place < count:  # a clock that was ahead
            steps[place].append(msgspec.json.decode(figures, type=dict[str, float]))
    return steps


def _declared(workers: Mapping[str, Sequence[Figure]]) -> Iterator[tuple[str, str, HistoryUnit, Summary]]:
    for figure in FIGURES:
        yield figure.name, figure.title, figure.unit, figure.summary
    for counted in COUNTED_FIGURES:
        yield counted.name, counted.title, HistoryUnit.COUNT, Summary.SUM
    for worker, figures in workers.items():
        for one in figures:
            title, unit = f"{worker}: {one.title}", HistoryUnit(one.unit.value)
            yield worker_figure_name(worker, one.name), title, unit, Summary.GREATEST


def _series(steps: _Steps, declared: Iterator[tuple[str, str, HistoryUnit, Summary]]) -> Iterator[Series]:
    """Yield the figures of which something is known."""
    for name, title, unit, summary in declared:
        values = tuple(summarised([minute.get(name) for minute in minutes], summary) for minutes in steps)
        if any(value is not None for value in values):
            yield Series(name=name, title=title, unit=unit, summary=summary, values=values)
