"""How many rules are in which state: for the admin's first page, and for Prometheus. A selector: it only reads."""

import msgspec
from django.db.models import Count

from alerts.events import AlertState
from alerts.models import AlertRule


class RuleFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How many rules are in each state that occurs, by the order of `AlertState`; the others are switched off."""

    states: tuple[tuple[AlertState, int], ...]
    switched_off: int

    @property
    def enabled(self) -> int:
        """How many are switched on."""
        return sum(count for _, count in self.states)

    @property
    def done(self) -> int:
        """How many of those fire no more: their firings are used up, or their time is over."""
        return dict(self.states).get(AlertState.EXPIRED, 0)


def rule_figures() -> RuleFigures:
    """Return how many rules are in which state."""
    rows = AlertRule.objects.order_by().values_list("enabled", "state").annotate(count=Count("id"))
    enabled = {state: count for is_enabled, state, count in rows if is_enabled}
    return RuleFigures(
        states=tuple((state, enabled[state]) for state in AlertState if enabled.get(state)),
        switched_off=sum(count for is_enabled, _, count in rows if not is_enabled),
    )
