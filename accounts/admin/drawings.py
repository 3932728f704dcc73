"""The admin's page of drawings: whose they are, on which symbol, and how many."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from accounts.admin.named_rows import NamedRowAdmin
from accounts.models import SymbolDrawings


@admin.register(SymbolDrawings)
class SymbolDrawingsAdmin(NamedRowAdmin):
    """Drawings of all users, a row for each symbol of a user."""

    list_display = ("user", "symbol", "size", "updated_at")
    fields = ("user", "symbol", "drawings", "created_at", "updated_at")

    @display(description="Symbol", ordering="name")
    def symbol(self, row: SymbolDrawings) -> str:
        """On whose chart they are."""
        return row.name

    @display(description="Drawings")
    def size(self, row: SymbolDrawings) -> int:
        """How many there are."""
        return len(row.drawings)
