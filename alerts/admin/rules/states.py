"""How the admin tells a rule that has ended: done, where it ended by firing, or expired, where its time was over."""

# Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="type-arg"

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from alerts.admin.labels import DONE, STATE_WORDS
from alerts.events import AlertState
from alerts.models import AlertRule

_DONE = "done"
_TIME_WAS_OVER = Q(expires_at__isnull=False) & (Q(state_since=None) | Q(state_since__gte=F("expires_at")))


def is_done(rule: AlertRule) -> bool:
    """Return whether a rule has ended by firing, and not because its time was over, as `StateFilter` finds them."""
    if rule.state != AlertState.EXPIRED.value:
        return False
    return rule.expires_at is None or (rule.state_since is not None and rule.state_since < rule.expires_at)


class StateFilter(admin.SimpleListFilter):
    """The state, with what is done apart from what has expired."""

    title = "state"
    parameter_name = "state_is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the states by their words."""
        return [*((state.value, STATE_WORDS[state]) for state in AlertState), (_DONE, DONE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Leave the rules of that state, or all where none is chosen."""
        value = self.value()
        if value in {_DONE, AlertState.EXPIRED.value}:
            ended = queryset.filter(state=AlertState.EXPIRED.value)
            return ended.exclude(_TIME_WAS_OVER) if value == _DONE else ended.filter(_TIME_WAS_OVER)
        return queryset.filter(state=value) if value else queryset
