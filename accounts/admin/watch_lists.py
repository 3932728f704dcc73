"""The admin's page of watch lists: whose they are, and what is in them."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from accounts.models import WatchList
from streaming.admin.filters import UserFilter


@admin.register(WatchList)
class WatchListAdmin(ModelAdmin):
    """Lists of all users, to look at and to delete; only their owners change them."""

    list_display = ("user", "name", "size", "updated_at")
    list_filter = (UserFilter, "updated_at")
    list_filter_submit = True
    list_select_related = ("user",)
    list_fullwidth = True
    search_fields = ("user__username", "name")
    ordering = ("user__username", "pk")
    show_full_result_count = False
    fields = ("user", "name", "symbols_in_words", "created_at", "updated_at")

    @display(description="Symbols")
    def size(self, row: WatchList) -> int:
        """How many symbols it has."""
        return len(row.symbols)

    @display(description="Symbols")
    def symbols_in_words(self, row: WatchList) -> str:
        """What is in it."""
        return ", ".join(row.symbols) or "none"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only its owner makes a list."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: WatchList | None = None) -> bool:
        """Only its owner changes a list."""
        return False
