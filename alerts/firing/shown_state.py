"""What rules' rows show: their states, and which of them show an old value. Pure."""

from collections import deque
from collections.abc import Callable

from alerts.conditions.rule import Point
from alerts.events import AlertState

LatestPointOf = Callable[[int], Point | None]
_OUTSPOKEN = frozenset({AlertState.EXPIRED, AlertState.SNOOZED})
"""States that say more than that no data comes."""


def shown_state(state: AlertState, *, has_fault: bool, is_silent: bool) -> AlertState:
    """Return the state that a rule's row shows: that it can't be judged, where it says no more than that."""
    if state is AlertState.EXPIRED:
        return state
    if has_fault:
        return AlertState.ERROR
    return AlertState.NO_DATA if is_silent and state not in _OUTSPOKEN else state


class ShownValues:
    """The value that each rule's row shows; rules have their turn one after another, so that none waits for ever."""

    def __init__(self) -> None:
        self._shown: dict[int, Point | None] = {}
        self._turns: deque[int] = deque()
        self._queued: set[int] = set()

    def add(self, rule_id: int) -> None:
        """Let a rule have its turns; one that has them already keeps its place."""
        self._shown.setdefault(rule_id, None)
        if rule_id not in self._queued:
            self._queued.add(rule_id)
            self._turns.append(rule_id)

    def note(self, rule_id: int, newest: Point | None) -> None:
        """Note what a rule's row is to show."""
        self._shown[rule_id] = newest

    def forget(self, rule_id: int) -> None:
        """Let a rule have no further turn."""
        self._shown.pop(rule_id, None)

    def old(self, most: int, latest_point_of: LatestPointOf) -> set[int]:
        """Give so many rules their turn; return those of which the newest value is another than the row shows."""
        found = set()
        for _ in range(min(most, len(self._turns))):
            rule_id = self._turns.popleft()
            if rule_id not in self._shown:
                self._queued.discard(rule_id)
                continue
            self._turns.append(rule_id)
            if latest_point_of(rule_id) != self._shown[rule_id]:
                found.add(rule_id)
        return found
