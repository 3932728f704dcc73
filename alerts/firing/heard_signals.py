"""Which signals were taken into account, so that one that is told twice fires no rule twice. Pure."""

from collections.abc import Collection, Iterable

from alerts.conditions.rule import Point, Series

MOST_REMEMBERED = 256
"""Of each series so many: more than are told again after whoever told them was ended in the midst of it."""


class HeardSignals:
    """The ids of the newest signals of each series."""

    def __init__(self) -> None:
        self._ids: dict[Series, dict[str, None]] = {}

    def restore(self, series: Series, ids: Iterable[str]) -> None:
        """Begin with ids that were stored, oldest first."""
        self._ids[series] = dict.fromkeys(ids)

    def is_new(self, series: Series, point: Point) -> bool:
        """Note a value; return False where it is that of a signal that was heard before."""
        if point.signal is None or not point.signal.id:
            return True
        ids = self._ids.setdefault(series, {})
        if point.signal.id in ids:
            return False
        ids[point.signal.id] = None
        if len(ids) > MOST_REMEMBERED:
            del ids[next(iter(ids))]
        return True

    def of(self, series: Series) -> tuple[str, ...]:
        """Return the ids that must survive a restart, oldest first."""
        return tuple(self._ids.get(series, ()))

    def keep(self, series: Collection[Series]) -> None:
        """Forget all series but these."""
        self._ids = {one: ids for one, ids in self._ids.items() if one in series}
