"""Tables that are only looked at, as others write their rows."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

_WHOLE = "__exact"


class ReadOnlyAdmin(ModelAdmin):
    """A page that nobody adds to, changes or deletes from: the next word of the exchange would undo it."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; without its filters where one holds a NUL, which PostgreSQL takes in no text."""
        if any("\0" in value for _, values in request.GET.lists() for value in values):
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """Find the row; none by a key that holds a NUL."""
        if "\0" in object_id:
            return None
        found: Model | None = super().get_object(request, object_id, from_field)
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: rows come from the exchange."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows are what the exchange said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: others build on them."""
        return False


class LongTableAdmin(ReadOnlyAdmin):
    """A table of up to millions of rows: never counted, and sorted as its index lies.

    Where `search_fields` are whole ones (`id__exact`), rows are looked for by each of them on its own, so that the
    index of each serves; `=id`, which is blind to case, would read all.
    """

    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 50
    list_fullwidth = True
    list_filter_submit = True

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Leave the rows that hold each word in one of the fields; no row comes twice."""
        fields = self.get_search_fields(request)
        if not any(field.endswith(_WHOLE) for field in fields):
            found: tuple[QuerySet, bool] = super().get_search_results(request, queryset, search_term)
            return found
        for word in search_term.split():
            queryset = queryset.filter(pk__in=self._found_by_each(fields, word))
        return queryset, False

    def _found_by_each(self, fields: Iterable[str], word: str) -> QuerySet:
        lookups = (field if field.endswith(_WHOLE) else f"{field}__icontains" for field in fields)
        rows = self.model._default_manager.order_by()  # noqa: SLF001 - its public name is the model's own to choose
        first, *others = (rows.filter(**{lookup: word}).values("pk") for lookup in lookups)
        found: QuerySet = first.union(*others)
        return found


class RecordAdmin(LongTableAdmin):
    """A long table of what happened: a row goes with what it belongs to, such as its user, and in no other way."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse on these pages; on another's let rows go with what they belong to."""
        match = request.resolver_match
        if match is not None and (match.url_name or "").startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        return bool(super(ReadOnlyAdmin, self).has_delete_permission(request, obj))


class RecordInline(TabularInline):
    """Rows on the page of what they belong to, to be looked at, so many at a time; give them an order."""

    tab = True
    per_page = 50
    extra = 0
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nobody adds what didn't happen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: nobody changes what happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: they go with what they belong to only."""
        return False
