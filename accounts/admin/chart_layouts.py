"""The admin's page of chart layouts: whose they are, and what is in them."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.models import ChartLayoutRow
from streaming.admin.filters import UserFilter


@admin.register(ChartLayoutRow)
class ChartLayoutAdmin(ModelAdmin):
    """Layouts of all users, to look at and to delete; only their owners change them."""

    list_display = ("user", "name", "updated_at")
    list_filter = (UserFilter, "updated_at")
    list_filter_submit = True
    list_select_related = ("user",)
    list_fullwidth = True
    search_fields = ("user__username", "name")
    ordering = ("user__username", "pk")
    show_full_result_count = False
    fields = ("user", "name", "layout", "created_at", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only its owner makes a layout."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ChartLayoutRow | None = None) -> bool:
        """Only its owner changes a layout."""
        return False
