"""Filters of the admin's list of backtests."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from trading.engine.strategies.registry import installed_strategies


class StrategyFilter(DropdownFilter):
    """One of the strategies that are installed."""

    title = "strategy"
    parameter_name = "strategy_is"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Return their names and titles."""
        return [(name, strategy.title) for name, strategy in sorted(installed_strategies().items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Leave the strategy's rows, or all where none is chosen."""
        name = self.value()
        return queryset.filter(strategy=name) if name else queryset
