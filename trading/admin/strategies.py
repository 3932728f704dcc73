"""The admin's page of live strategies."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from streaming.admin.filters import CreationFilter, SymbolFilter
from streaming.admin.read_only import RecordInline
from streaming.admin.shown_values import ABSENT, plain_number
from trading.admin.live_pages import AccountOwnerFilter, RowsOfTrading
from trading.admin.strategy_actions import StrategyActions
from trading.engine.live.strategies.state import StrategyState
from trading.models import Strategy, StrategySignal

_STATES = {
    StrategyState.CREATED: "default",
    StrategyState.WARMING_UP: "info",
    StrategyState.RUNNING: "success",
    StrategyState.PAUSED: "warning",
    StrategyState.STOPPING: "warning",
    StrategyState.STOPPED: "default",
    StrategyState.ERROR: "danger",
}
STATE_LABELS = {state.value.replace("_", " "): label for state, label in _STATES.items()}


class StrategySignalInline(RecordInline):
    """What a strategy has advised, the newest first."""

    model = StrategySignal
    ordering = ("-number",)
    fields = ("time", "action", "price_in_words", "confidence_in_words", "reason")
    readonly_fields = fields
    verbose_name_plural = "signals"

    @display(description="Price")
    def price_in_words(self, signal: StrategySignal) -> str:
        """Where the market stood."""
        return plain_number(signal.price)

    @display(description="Confidence")
    def confidence_in_words(self, signal: StrategySignal) -> str:
        """How sure it was, from 0 to 1."""
        return plain_number(signal.confidence)


@admin.register(Strategy)
class StrategyAdmin(StrategyActions, RowsOfTrading):
    """Live strategies of all users, the newest first. They are stopped by commands, and made public here."""

    list_display = (
        "strategy_and_id", "owner", "symbol", "interval", "state_label", "reason", "investment_in_words",
        "realised_in_words", "is_public", "created_at",
    )  # fmt: skip
    list_filter = ("state", "is_public", "interval", SymbolFilter, AccountOwnerFilter, CreationFilter)
    list_select_related = ("account__owner", "sub_account")
    search_fields = ("=id", "=account__id", "=strategy")
    search_help_text = "The whole id of a strategy or an account, or a strategy's name"
    fieldsets = (
        (None, {"fields": ("id", "account", "strategy", "symbol", "interval", "state_label", "reason", "traceback")}),
        ("Parameters", {"fields": ("parameters_in_words", "investment_in_words", "is_public", "backtest")}),
        ("What came of it", {"fields": ("realised_in_words", "fees_in_words")}),
        ("Times", {"fields": ("created_at", "started_at", "ended_at")}),
    )
    readonly_fields = (
        "state_label", "parameters_in_words", "investment_in_words", "realised_in_words", "fees_in_words",
    )  # fmt: skip
    inlines = (StrategySignalInline,)

    @display(description="Strategy", header=True)
    def strategy_and_id(self, strategy: Strategy) -> list[str]:
        """The name over the id."""
        return [strategy.strategy, strategy.pk]

    @display(description="Owner")
    def owner(self, strategy: Strategy) -> str:
        """Whose it is."""
        return str(strategy.account.owner)

    @display(description="State", label=STATE_LABELS)
    def state_label(self, strategy: Strategy) -> str:
        """Where it stands."""
        return str(strategy.get_state_display())

    @display(description="Investment")
    def investment_in_words(self, strategy: Strategy) -> str:
        """What was moved in."""
        return plain_number(strategy.investment)

    @display(description="Realised")
    def realised_in_words(self, strategy: Strategy) -> str:
        """What it has earned, net of fees."""
        return plain_number(strategy.sub_account.realised) if hasattr(strategy, "sub_account") else ABSENT

    @display(description="Fees")
    def fees_in_words(self, strategy: Strategy) -> str:
        """What its fees were worth."""
        return plain_number(strategy.sub_account.fees) if hasattr(strategy, "sub_account") else ABSENT

    @display(description="Parameters")
    def parameters_in_words(self, strategy: Strategy) -> str:
        """All parameters, one a line."""
        return "\n".join(f"{name}: {value}" for name, value in strategy.parameters.items() if value is not None)
