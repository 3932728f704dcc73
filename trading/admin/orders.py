"""The admin's pages of orders and fills."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from streaming.admin.filters import SymbolFilter
from streaming.admin.read_only import RecordInline
from streaming.admin.shown_values import ABSENT, plain_number
from trading.admin.live_pages import (
    AccountOwnerFilter,
    ExecutionFilter,
    PlacingFilter,
    RowsOfTrading,
    SubAccountOwnerFilter,
)
from trading.engine.orders.state import OrderState
from trading.models import Fill, Order

_STATES = {
    OrderState.ACCEPTED: "info",
    OrderState.PARTIALLY_FILLED: "info",
    OrderState.FILLED: "success",
    OrderState.CANCELLED: "default",
    OrderState.EXPIRED: "warning",
    OrderState.REJECTED: "danger",
}
STATE_LABELS = {state.value.replace("_", " "): label for state, label in _STATES.items()}


class FillColumns:
    """What a fill was, with all digits."""

    @display(description="Price")
    def price_in_words(self, fill: Fill) -> str:
        """The price of one whole unit."""
        return plain_number(fill.price)

    @display(description="Quantity")
    def quantity_in_words(self, fill: Fill) -> str:
        """How much was executed."""
        return plain_number(fill.quantity)

    @display(description="Fee")
    def fee_in_words(self, fill: Fill) -> str:
        """The fee, and in which asset."""
        return f"{plain_number(fill.fee)} {fill.fee_asset}"

    @display(description="Realised")
    def realised_in_words(self, fill: Fill) -> str:
        """What it realised, net of fees."""
        return plain_number(fill.realised)


class FillInline(FillColumns, RecordInline):
    """The fills of an order."""

    model = Fill
    ordering = ("number",)
    fields = ("time", "price_in_words", "quantity_in_words", "liquidity", "fee_in_words", "realised_in_words")
    readonly_fields = fields
    verbose_name_plural = "fills"


@admin.register(Order)
class OrderAdmin(RowsOfTrading):
    """Orders of all users, the newest first."""

    list_display = (
        "symbol_and_id", "owner", "side_and_type", "quantity_in_words", "price_in_words", "filled_in_words",
        "state_label", "placed_at",
    )  # fmt: skip
    list_filter = ("state", "side", "type", SymbolFilter, AccountOwnerFilter, PlacingFilter)
    list_select_related = ("account__owner", "sub_account")
    search_fields = (
        "id__exact",
        "client_order_id__exact",
        "account__exact",
        "sub_account__grid__exact",
        "sub_account__strategy__exact",
    )
    search_help_text = "A whole id: of an order, one's own for it, of an account, a grid or a strategy"
    fieldsets = (
        (None, {"fields": ("id", "client_order_id", "account", "sub_account", "number", "state_label", "refusal")}),
        ("Asked for", {"fields": ("symbol", "side_and_type", "quantity_in_words", "price_in_words", "stop_in_words")}),
        ("Done", {"fields": ("filled_in_words", "notional_in_words", "locked_in_words", "is_triggered")}),
        ("Times", {"fields": ("placed_at", "updated_at", "ended_at")}),
    )
    readonly_fields = (
        "side_and_type", "quantity_in_words", "price_in_words", "stop_in_words", "filled_in_words",
        "notional_in_words", "locked_in_words", "state_label", "refusal",
    )  # fmt: skip
    inlines = (FillInline,)

    @display(description="Order", header=True)
    def symbol_and_id(self, order: Order) -> list[str]:
        """The symbol over the id."""
        return [order.symbol, order.pk]

    @display(description="Owner")
    def owner(self, order: Order) -> str:
        """Whose it is."""
        return str(order.account.owner)

    @display(description="Type")
    def side_and_type(self, order: Order) -> str:
        """What kind of order it is."""
        return f"{order.get_side_display()} {order.get_type_display()} {order.time_in_force}"

    @display(description="Quantity")
    def quantity_in_words(self, order: Order) -> str:
        """Of base, or for how much of quote."""
        return plain_number(order.quantity) if order.quantity else f"for {plain_number(order.quote_amount)}"

    @display(description="Price")
    def price_in_words(self, order: Order) -> str:
        """Its own price; the market's where it has none."""
        return plain_number(order.price) if order.price else "market"

    @display(description="Stop price")
    def stop_in_words(self, order: Order) -> str:
        """At which price it becomes an order."""
        return plain_number(order.stop_price) if order.stop_price else ABSENT

    @display(description="Filled")
    def filled_in_words(self, order: Order) -> str:
        """How much of it is executed."""
        return plain_number(order.filled)

    @display(description="For")
    def notional_in_words(self, order: Order) -> str:
        """What was paid or earned for that, before fees."""
        return plain_number(order.filled_notional)

    @display(description="Locked")
    def locked_in_words(self, order: Order) -> str:
        """What is set aside for it."""
        return plain_number(order.locked)

    @display(description="State", label=STATE_LABELS)
    def state_label(self, order: Order) -> str:
        """Where it stands."""
        return str(order.get_state_display())

    @display(description="Refused for")
    def refusal(self, order: Order) -> str:
        """Why it was rejected or has expired."""
        return f"{order.refusal_code}: {order.refusal_message}" if order.refusal_code else ABSENT


@admin.register(Fill)
class FillAdmin(FillColumns, RowsOfTrading):
    """Fills of all users, the newest first."""

    list_display = (
        "symbol_and_side", "owner", "price_in_words", "quantity_in_words", "liquidity", "fee_in_words",
        "realised_in_words", "time",
    )  # fmt: skip
    list_filter = ("side", "liquidity", SymbolFilter, SubAccountOwnerFilter, ExecutionFilter)
    list_select_related = ("sub_account__account__owner",)
    search_fields = ("order__exact", "order__client_order_id__exact")
    search_help_text = "The whole id of an order"
    fieldsets = (
        (None, {"fields": ("order", "sub_account", "number", "symbol", "side", "liquidity", "time")}),
        ("Amounts", {"fields": ("price_in_words", "quantity_in_words", "fee_in_words", "realised_in_words", "closed")}),
    )
    readonly_fields = ("price_in_words", "quantity_in_words", "fee_in_words", "realised_in_words")

    @display(description="Fill", header=True)
    def symbol_and_side(self, fill: Fill) -> list[str]:
        """The symbol over the side and the order."""
        return [fill.symbol, f"{fill.get_side_display()} of {fill.order_id}"]

    @display(description="Owner")
    def owner(self, fill: Fill) -> str:
        """Whose it is."""
        return str(fill.sub_account.account.owner)
