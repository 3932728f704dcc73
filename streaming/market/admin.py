"""The exchange's symbols in the admin: to be looked at, for only the exchange changes them."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc"

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from streaming.market.models import Symbol


@admin.register(Symbol)
class SymbolAdmin(ModelAdmin):
    """Symbols, read only."""

    list_display = ["name", "base", "quote", "status", "tick_size", "step_size", "minimum_notional", "updated_at"]
    list_filter = ["status", "source", "quote"]
    search_fields = ["name", "base", "quote"]
    ordering = ["name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: symbols come from the exchange."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Symbol | None = None) -> bool:
        """Refuse: the next exchangeInfo would undo it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Symbol | None = None) -> bool:
        """Refuse: candles, rules and orders may name it."""
        return False
