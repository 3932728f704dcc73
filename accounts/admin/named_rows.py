"""The admin's page of what users keep by name: whose it is, and what is in it."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, untyped-decorator, type-arg"

from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.named_rows.models import NamedRow
from streaming.admin.filters import UserFilter


class NamedRowAdmin(ModelAdmin):
    """Rows of all users, to look at and to delete; only their owners make and change them."""

    list_display: tuple[str, ...] = ("user", "name", "updated_at")
    list_filter = (UserFilter, "updated_at")
    list_filter_submit = True
    list_select_related = ("user",)
    list_fullwidth = True
    search_fields = ("user__username", "name")
    ordering = ("user__username", "pk")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only its owner makes a row."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: NamedRow | None = None) -> bool:
        """Only its owner changes a row."""
        return False
