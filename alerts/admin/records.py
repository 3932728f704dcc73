"""What the pages of what alerts have done share: how they filter by users, and link to each other."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html

from streaming.admin.filters import UserFilter
from streaming.admin.shown_values import ABSENT


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
