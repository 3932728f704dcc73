"""The admin's page of watch lists: whose they are, and what is in them."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, untyped-decorator"

from django.contrib import admin
from unfold.decorators import display

from accounts.admin.named_rows import NamedRowAdmin
from accounts.models import WatchList


@admin.register(WatchList)
class WatchListAdmin(NamedRowAdmin):
    """Lists of all users."""

    list_display = ("user", "name", "size", "updated_at")
    fields = ("user", "name", "symbols_in_words", "created_at", "updated_at")

    @display(description="Symbols")
    def size(self, row: WatchList) -> int:
        """How many symbols it has."""
        return len(row.symbols)

    @display(description="Symbols")
    def symbols_in_words(self, row: WatchList) -> str:
        """What is in it."""
        return ", ".join(row.symbols) or "none"
