"""What the alerts have done, to be looked at: long tables, of which the newest rows come first."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline

from streaming.admin.filters import UserFilter
from streaming.admin.read_only import LongTableAdmin, ReadOnlyAdmin

ABSENT = "-"


class RecordAdmin(LongTableAdmin):
    """A table that grows with each firing, sorted as its rows came."""

    ordering = ("-id",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse on these pages; on another's, such as a user's, let rows go with what they belong to."""
        match = request.resolver_match
        if match is not None and (match.url_name or "").startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        return bool(super(ReadOnlyAdmin, self).has_delete_permission(request, obj))


class RecordInline(TabularInline):
    """Rows on the page of what they belong to, to be looked at."""

    tab = True
    extra = 0
    ordering = ("-id",)
    show_change_link = True
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nobody adds what didn't happen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nobody changes what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: it goes with what it belongs to only."""
        return False


class RecipientFilter(UserFilter):
    """The user, of rows of a notification."""

    lookup = "notification__user__username"


def link_to(row: Model | None) -> str:
    """Return a link to a row's own page, named as the row is; a dash where there is no row."""
    if row is None:
        return ABSENT
    options = row._meta  # noqa: SLF001 - public, for all its name
    url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
    return format_html('<a class="text-important underline" href="{}">{}</a>', url, row)
