"""Which signals and transactions were taken into account, so that one that is told twice fires no rule twice. Pure."""

from collections.abc import Collection, Iterable
from decimal import Decimal

import msgspec

from alerts.conditions.rule import Point, Series

MOST_REMEMBERED = 256
"""Of each series so many: more than are told again after whoever told them was ended in the midst of it."""

ProcessedMoment = tuple[str, Decimal]
"""The id of a signal or a transaction, and the largest value of it."""


class ProcessedMoments:
    """The newest signals, or transactions, of each momentary series, and how much of each was taken into account.

    Of one that comes again only what is more counts: a signal never says more, a transaction gets confirmations, or
    moves a second amount. So one that a reorganisation took back, and that comes again, fires no rule twice.
    """

    def __init__(self) -> None:
        self._values: dict[Series, dict[str, Decimal]] = {}

    def restore(self, series: Series, heard: Iterable[ProcessedMoment]) -> None:
        """Begin with what was stored, oldest first."""
        self._values[series] = dict(heard)

    def counted(self, series: Series, point: Point) -> Point | None:
        """Note a value; return it with what was counted of the same before, None where it is no more than that."""
        moment_id = point.moment_id
        if not moment_id:
            return point
        values = self._values.setdefault(series, {})
        before = values.get(moment_id)
        if before is not None and point.value <= before:
            return None
        values[moment_id] = point.value
        if len(values) > MOST_REMEMBERED:
            del values[next(iter(values))]
        return point if before is None else msgspec.structs.replace(point, counted=before)

    def of(self, series: Series) -> tuple[ProcessedMoment, ...]:
        """Return what must survive a restart, oldest first."""
        return tuple(self._values.get(series, {}).items())

    def keep(self, series: Collection[Series]) -> None:
        """Forget all series but these."""
        self._values = {one: values for one, values in self._values.items() if one in series}
