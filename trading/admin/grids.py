"""The admin's page of grids."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from streaming.admin.filters import CreationFilter, SymbolFilter
from streaming.admin.read_only import RecordInline
from streaming.admin.shown_values import ABSENT, plain_number
from trading.admin.live_pages import AccountOwnerFilter, RowsOfTrading
from trading.engine.grid.state import GridState
from trading.models import Grid, GridLevel

_STATES = {
    GridState.CREATED: "default",
    GridState.WAITING_TRIGGER: "info",
    GridState.STARTING: "info",
    GridState.RUNNING: "success",
    GridState.PAUSED: "warning",
    GridState.STOPPING: "warning",
    GridState.STOPPED: "default",
    GridState.ERROR: "danger",
}
STATE_LABELS = {state.value.replace("_", " "): label for state, label in _STATES.items()}


class GridLevelInline(RecordInline):
    """What each gap between two lines holds."""

    model = GridLevel
    ordering = ("-gap",)
    fields = ("gap", "between", "held_in_words", "buys_placed", "sells_placed", "reason")
    readonly_fields = fields
    verbose_name_plural = "levels"

    def get_queryset(self, request: HttpRequest) -> QuerySet[GridLevel]:
        """Return the gaps that the grid has now."""
        rows: QuerySet[GridLevel] = super().get_queryset(request)
        return rows.filter(upper_price__gt=0)

    @display(description="Between")
    def between(self, level: GridLevel) -> str:
        """The prices of its two lines."""
        return f"{plain_number(level.lower_price)} and {plain_number(level.upper_price)}"

    @display(description="Held")
    def held_in_words(self, level: GridLevel) -> str:
        """How much of base it holds."""
        return plain_number(level.held)


@admin.register(Grid)
class GridAdmin(RowsOfTrading):
    """Grids of all users, the newest first. They are stopped and changed on their page, by whoever may."""

    list_display = (
        "symbol_and_id", "owner", "state_label", "reason", "investment_in_words", "realised_in_words", "cycles",
        "created_at",
    )  # fmt: skip
    list_filter = ("state", SymbolFilter, AccountOwnerFilter, CreationFilter)
    list_select_related = ("account__owner", "sub_account")
    search_fields = ("=id", "=account__id")
    search_help_text = "The whole id of a grid or an account"
    fieldsets = (
        (None, {"fields": ("id", "account", "symbol", "state_label", "reason")}),
        ("Parameters", {"fields": ("parameters_in_words", "investment_in_words", "fee_in_words")}),
        ("What came of it", {"fields": ("realised_in_words", "fees_in_words", "cycles")}),
        ("Times", {"fields": ("created_at", "started_at", "ended_at")}),
    )
    readonly_fields = (
        "state_label", "parameters_in_words", "investment_in_words", "fee_in_words", "realised_in_words",
        "fees_in_words",
    )  # fmt: skip
    inlines = (GridLevelInline,)

    @display(description="Grid", header=True)
    def symbol_and_id(self, grid: Grid) -> list[str]:
        """The symbol over the id."""
        return [grid.symbol, grid.pk]

    @display(description="Owner")
    def owner(self, grid: Grid) -> str:
        """Whose it is."""
        return str(grid.account.owner)

    @display(description="State", label=STATE_LABELS)
    def state_label(self, grid: Grid) -> str:
        """Where it stands."""
        return str(grid.get_state_display())

    @display(description="Investment")
    def investment_in_words(self, grid: Grid) -> str:
        """What was moved in."""
        return plain_number(grid.investment)

    @display(description="Fee rate")
    def fee_in_words(self, grid: Grid) -> str:
        """What each execution costs, as a fraction."""
        return plain_number(grid.fee_rate)

    @display(description="Realised")
    def realised_in_words(self, grid: Grid) -> str:
        """What it has earned, net of fees."""
        return plain_number(grid.sub_account.realised) if hasattr(grid, "sub_account") else ABSENT

    @display(description="Fees")
    def fees_in_words(self, grid: Grid) -> str:
        """What its fees were worth."""
        return plain_number(grid.sub_account.fees) if hasattr(grid, "sub_account") else ABSENT

    @display(description="Parameters")
    def parameters_in_words(self, grid: Grid) -> str:
        """The parameters that are given, one a line."""
        return "\n".join(f"{name}: {value}" for name, value in grid.parameters.items() if value is not None)
