"""The conditions on one stream of values: which of them a new value changes, without looking at the others. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from alerts.conditions.levels import Levels
from alerts.conditions.watches import Watch

Changed = dict[int, None]
"""Ids of rules of which a condition has changed; a set in the order in which they did."""


class Lookup:
    """Conditions by their trips. `value` is the newest; None where there was none.

    A condition whose trips lie elsewhere than between two values says the same at both. That needs it to have been
    judged at the first of the two; those that may not have been are judged at the next value, wherever their trips are.
    """

    def __init__(self) -> None:
        self.value: Decimal | None = None
        self._watches: dict[Watch, None] = {}
        self._levels = Levels[Watch]()
        self._unsettled: dict[Watch, None] = {}

    def __bool__(self) -> bool:
        return bool(self._watches)

    def add(self, watch: Watch) -> None:
        """Judge `watch` from the next value on."""
        self._watches[watch] = self._unsettled[watch] = None
        for trip in watch.trips:
            self._levels.add(trip, watch)

    def discard(self, watch: Watch) -> None:
        """Judge `watch` no more."""
        self._watches.pop(watch, None)
        self._unsettled.pop(watch, None)
        for trip in watch.trips:
            self._levels.discard(trip, watch)

    def begin_at(self, value: Decimal) -> None:
        """Go to `value` without judging: that is made up for at the next one."""
        self.value = value
        self._unsettled = dict(self._watches)

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


def _judged(watches: Iterable[Watch], previous: Decimal | None, value: Decimal, changed: Changed) -> list[Watch]:
    risen: list[Watch] = []
    for watch in watches:
        rose = watch.judge(previous, value)
        if rose is not None:
            changed[watch.rule_id] = None
            if rose:
                risen.append(watch)
    return risen
