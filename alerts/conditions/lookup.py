"""The conditions on one stream of values: which of them a new value changes, without looking at the others. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from alerts.conditions.levels import Levels
from alerts.conditions.watches import Watch

Changed = dict[Watch, None]
"""Conditions that have changed; a set in the order in which they did."""

_FEW = 64
"""So many conditions that are gone are never worth looking for."""


class Lookup:
    """Conditions by their trips. `value` is the newest; None where there was none.

    A condition whose trips lie elsewhere than between two values says the same at both. That needs it to have been
    judged at the first of the two; those that may not have been are judged at the next value, wherever their trips are.

    One that is discarded is only marked, and taken out when half of them are.
    """

    def __init__(self) -> None:
        self.value: Decimal | None = None
        self._levels = Levels[Watch]()
        self._unsettled: dict[Watch, None] = {}
        self._added = 0
        self._gone = 0

    def __bool__(self) -> bool:
        return self._added > self._gone

    def add(self, watch: Watch) -> None:
        """Judge `watch`, which is new, from the next value on."""
        watch.lookup = self
        for trip in watch.trips:
            self._levels.add(trip, watch)
        self._unsettled[watch] = None
        self._added += 1

    def discard(self, watch: Watch) -> None:
        """Judge `watch`, which is one of these, no more."""
        watch.lookup = None
        self._gone += 1
        if self._gone > _FEW and 2 * self._gone > self._added:
            self._levels.drop(_is_gone)
            self._added -= self._gone
            self._gone = 0

    def begin_at(self, value: Decimal | None) -> None:
        """Go to `value` (None: as before the first one) without judging: that is made up for at the next one."""
        self.value = value
        self._unsettled = self._levels.owners()

    def go_to(self, value: Decimal, changed: Changed) -> list[Watch]:
        """Go on to `value`; return the conditions that have just become true, and note in `changed` all that change."""
        previous, self.value = self.value, value
        touched: dict[Watch, None] = {}
        if previous is not None and previous != value:
            low, high = (previous, value) if previous < value else (value, previous)
            touched = self._levels.between(low, high)
        if self._unsettled:
            touched |= self._unsettled
            self._unsettled = {}
        return _judged(touched, previous, value, changed) if touched else []


def _is_gone(watch: Watch) -> bool:
    return watch.lookup is None


def _judged(watches: Iterable[Watch], previous: Decimal | None, value: Decimal, changed: Changed) -> list[Watch]:
    risen: list[Watch] = []
    for watch in watches:
        if watch.lookup is None:
            continue
        rose = watch.judge(previous, value)
        if rose is not None:
            changed[watch] = None
            if rose:
                risen.append(watch)
    return risen
