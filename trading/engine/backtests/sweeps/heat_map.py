"""A metric over two of the parameters of a sweep."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import fmean

import msgspec

from trading.engine.backtests.sweeps.cells import SweepCell
from trading.engine.backtests.sweeps.errors import SweepError
from trading.engine.backtests.sweeps.plan import Axis


class Others(StrEnum):
    """What is shown where other parameters have several values: those of the best combination, or the mean over all."""

    BEST = "best"
    MEAN = "mean"


class HeatMap(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` has a row for each value of `y`, and in it the metric for each value of `x`; None where there is none.

    Where only one parameter was swept, `y` is None and there is one row.
    """

    x: Axis
    y: Axis | None
    metric: str
    others: Others
    rows: tuple[tuple[float | None, ...], ...]


def heat_map(
    cells: Sequence[SweepCell],
    axes: Sequence[Axis],
    *,
    best: int | None,
    metric: str,
    x: str = "",
    y: str = "",
    others: Others = Others.BEST,
) -> HeatMap:
    """Return a metric over two axes, by default the first two that have several values.

    `best` is the number of the best cell, whose values the other parameters have. Raise `SweepError` for an axis that
    isn't swept, or twice the same.
    """
    first, second = _chosen(axes, x, y)
    shown = [cell for cell in cells if others is Others.MEAN or _is_like(cell, cells, best, {first, second})]
    found: dict[tuple[object, object], list[float]] = {}
    for cell in shown:
        value = getattr(cell.metrics, metric) if cell.metrics else None
        if value is not None:
            place = (cell.parameters[first.name], cell.parameters[second.name] if second else None)
            found.setdefault(place, []).append(float(value))
    rows = tuple(
        tuple(fmean(found[place]) if (place := (across, down)) in found else None for across in first.values)
        for down in (second.values if second else (None,))
    )
    return HeatMap(x=first, y=second, metric=metric, others=others, rows=rows)


def _chosen(axes: Sequence[Axis], x: str, y: str) -> tuple[Axis, Axis | None]:
    by_name = {axis.name: axis for axis in axes}
    wrong = {
        field: f"{field} must be one of {' '.join(by_name)}"
        for field, name in (("x", x), ("y", y))
        if name not in {"", *by_name}
    }
    if x and x == y:
        wrong["y"] = "y must be another parameter than x"
    if wrong:
        raise SweepError(wrong)
    preferred = sorted(axes, key=lambda axis: len(axis.values) == 1)
    first = by_name.get(x) or next(axis for axis in preferred if axis.name != y)
    second = by_name.get(y) or next((axis for axis in preferred if axis.name != first.name), None)
    return first, second


def _is_like(cell: SweepCell, cells: Sequence[SweepCell], best: int | None, free: set[Axis | None]) -> bool:
    """Return whether a cell has the best one's values of all parameters that aren't free."""
    like = next((other for other in cells if other.number == best), None)
    names = {axis.name for axis in free if axis}
    return like is None or all(
        value == like.parameters[name] for name, value in cell.parameters.items() if name not in names
    )
