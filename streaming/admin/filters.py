"""Filters of long tables in the admin, which never ask the database what values there are."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import TextFilter
from unfold.contrib.filters.forms import RangeDateForm

from streaming.times import milliseconds


class SymbolFilter(TextFilter):
    """The symbol by its whole name, as it is typed or in capitals: an index finds that, and no part of a name."""

    title = "symbol (whole name)"
    parameter_name = "symbol_is"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Leave the symbol's rows, or all where none is named."""
        name = (self.value() or "").strip()
        return queryset.filter(symbol__in={name, name.upper()}) if name else queryset


class UserFilter(TextFilter):
    """The user by the whole name, whatever its case; `lookup` leads from a row to that name."""

    title = "user (whole name)"
    parameter_name = "user_is"
    lookup = "user__username"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Leave the user's rows, or all where none is named."""
        name = (self.value() or "").strip()
        return queryset.filter(**{f"{self.lookup}__iexact": name}) if name else queryset


class OwnerFilter(UserFilter):
    """The same for rows that have an owner."""

    lookup = "owner__username"


class DaysFilter(admin.ListFilter):
    """The days (UTC, both included) of `column`; `name` begins the names of the two in the address."""

    template = "unfold/filters/filters_date_range.html"
    column: str
    name: str

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: ModelAdmin
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self._request = request
        for name in self._names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        self._form = RangeDateForm(name=self.name, data=self.used_parameters)

    def has_output(self) -> bool:
        """Show it always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the two days in the address."""
        return [*self._names]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Return the one form."""
        yield {"request": self._request, "parameter_name": self.name, "form": self._form}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Leave what is of those days; nothing where a day can't be read, which the form says beside it."""
        if not self._form.is_valid():
            return queryset.none()
        first, last = (self._form.cleaned_data[name] for name in self._names)
        if first is not None:
            queryset = queryset.filter(**{f"{self.column}__gte": self.stored(_start_of(first))})
        if last is not None and last < date.max:
            queryset = queryset.filter(**{f"{self.column}__lt": self.stored(_start_of(last + timedelta(days=1)))})
        return queryset

    def stored(self, start: datetime) -> Any:
        """Return the start of a day as the column holds times."""
        return start

    @property
    def _names(self) -> tuple[str, str]:
        return f"{self.name}_from", f"{self.name}_to"


class OpeningFilter(DaysFilter):
    """The days in which candles open, of a column `open_time` in ms since the epoch."""

    title = "day of opening"
    column = "open_time"
    name = "opened"

    def stored(self, start: datetime) -> int:
        """Return it in ms."""
        return milliseconds(start)


class CreationFilter(DaysFilter):
    """The days in which rows were made, of a column `created_at`."""

    title = "day of creation"
    column = "created_at"
    name = "created"


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
