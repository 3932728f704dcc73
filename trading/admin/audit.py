"""The admin's page of the audit: looked at, and exported as CSV."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import TextFilter
from unfold.decorators import action

from streaming.admin.filters import CreationFilter
from streaming.admin.read_only import LongTableAdmin
from trading.models import AuditEntry

EXPORTED_ROWS = 10_000
"""Most rows of one export, the newest of those that the filters leave."""
_COLUMNS = tuple(field.attname for field in AuditEntry._meta.concrete_fields)  # noqa: SLF001 - Django's
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula, where a text begins with it."""


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


class TimeFilter(CreationFilter):
    """The days on which it was done."""

    title = "day"
    column = "at"
    name = "done"


class ActionFilter(TextFilter):
    """What was done, by its whole name."""

    title = "action (whole name)"
    parameter_name = "action_is"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave the rows of the action, or all where none is named."""
        name = (self.value() or "").strip()
        return queryset.filter(action=name) if name else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(LongTableAdmin):
    """Who did what, when and from where, the newest first."""

    list_display = ("number", "at", "actor", "source", "address", "action", "target", "reason")
    list_filter = ("source", ActionFilter, TimeFilter)
    search_fields = ("=actor", "=target", "=account")
    search_help_text = "A whole name of a user, or a whole id"
    compressed_fields = False
    fieldsets = (
        (None, {"fields": ("number", "at", "action", "target", "account", "reason")}),
        ("Who, and from where", {"fields": ("actor", "actor_id", "source", "address", "owner_id")}),
        ("What changed", {"fields": ("before", "after")}),
        ("Chain", {"fields": ("previous_hash", "hash")}),
    )
    actions_list = ("export_csv",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, whose export has its filters."""
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and request.GET:
            for one in (response.context_data or {}).get("actions_list", ()):
                one["path"] += f"?{request.GET.urlencode()}"
        return response

    @action(description="Export as CSV", url_path="export", permissions=["view"], icon="download")
    def export_csv(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Send the newest rows that the filters of the address leave."""
        rows = self.get_changelist_instance(request).get_queryset(request).values_list(*_COLUMNS)[:EXPORTED_ROWS]
        response = StreamingHttpResponse(csv_lines(rows.iterator(chunk_size=1000)), content_type="text/csv")
        response["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return response


def csv_lines(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Return the lines of a CSV file, its columns' names first."""
    writer: Any = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
