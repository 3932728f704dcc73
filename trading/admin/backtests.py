"""The admin's page of backtests: looked at, cancelled, run again and deleted, but never written by hand."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from streaming.admin.filters import CreationFilter, OwnerFilter, SymbolFilter
from streaming.admin.read_only import LongTableAdmin
from trading.admin.actions import BacktestActions
from trading.admin.columns import BacktestColumns
from trading.admin.filters import StrategyFilter
from trading.admin.labels import state_words
from trading.backtests.access import MAY_DELETE
from trading.backtests.errors import BacktestNotFoundError
from trading.backtests.services import backtest_delete
from trading.models import Backtest


@admin.register(Backtest)
class BacktestAdmin(BacktestActions, BacktestColumns, LongTableAdmin):
    """Backtests and sweeps of all users, the newest first."""

    list_display = (
        "strategy_and_id", "owner", "market_and_range", "kind_in_words", "state_label", "progress_in_words",
        "total_return", "sharpe", "created_at", "ended_at",
    )  # fmt: skip
    list_filter = ("state", "kind", StrategyFilter, SymbolFilter, OwnerFilter, CreationFilter)
    list_select_related = ("owner",)
    paginator = Paginator  # quotas bound the table: it may be counted, and the bar says how many "all" are
    search_fields = ("id__exact", "owner__username")
    search_help_text = "A whole id, or a part of the owner's name"
    compressed_fields = False
    fieldsets = (
        (None, {"fields": ("id", "owner", "kind_in_words", "state_label", "progress_in_words", "reason")}),
        (
            "What it runs",
            {"fields": ("strategy_title", "parameters_in_words", "sweep_in_words", ("symbol", "interval"))},
        ),
        ("Over", {"fields": (("starts", "ends"), "live_strategy", ("capital_in_words", "costs_in_words", "fills"))}),
        ("Times", {"fields": (("created_at", "started_at", "ended_at"), "attempts")}),
        ("What came of it", {"fields": ("metrics_in_words", "result_hash")}),
    )
    readonly_fields = (
        "kind_in_words", "state_label", "progress_in_words", "strategy_title", "parameters_in_words", "sweep_in_words",
        "starts", "ends", "capital_in_words", "costs_in_words", "metrics_in_words", "result_hash",
    )  # fmt: skip

    def view_on_site(self, obj: Backtest) -> str:
        """Return the page that shows it to its owner, and to staff who may view it and are signed in there."""
        return reverse("backtest", args=[obj.pk])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for what deleting another's backtest takes over REST."""
        return bool(request.user.has_perm(MAY_DELETE.name))

    def delete_model(self, request: HttpRequest, obj: Backtest) -> None:
        """Let the use case delete; one that is gone by now is what was wanted."""
        with suppress(BacktestNotFoundError):
            backtest_delete(backtest=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Let the use case delete each of them."""
        for backtest in queryset:
            self.delete_model(request, backtest)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Name them without reading their results; who may delete a backtest may delete its result with it."""
        backtests = list(objs)
        named = [f"{backtest} ({state_words(backtest).lower()}), with its result" for backtest in backtests]
        return named, {self.opts.verbose_name_plural: len(backtests)}, set(), []
