"""Symbols and stored candles in the admin: to be looked at, for only the exchange changes them."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from streaming.admin.filters import OpeningFilter, SymbolFilter
from streaming.admin.read_only import LongTableAdmin, ReadOnlyAdmin
from streaming.market.models import Candle, CandleGap, SourceChoices, Symbol
from streaming.times import moment

_LAST_DAY_MS = 253_402_300_799_999
"""The end of the year 9999, beyond which no calendar goes; a time that is later is shown as its number."""


@admin.register(Symbol)
class SymbolAdmin(ReadOnlyAdmin):
    """Symbols; candles, rules and orders may name them."""

    list_display = [
        "name", "base", "quote", "status", "tick_size", "step_size", "minimum_quantity", "minimum_notional",
        "maximum_orders", "updated_at",
    ]  # fmt: skip
    list_filter = ["status", "source", "quote"]
    search_fields = ["name", "base", "quote"]
    ordering = ["name"]


class SeriesAdmin(LongTableAdmin):
    """A table of all series, filtered along its index."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Name every source, so that the index, which begins with it, serves where only a symbol is chosen."""
        rows: QuerySet = super().get_queryset(request)
        return rows.filter(source__in=SourceChoices.values)


@admin.register(Candle)
class CandleAdmin(SeriesAdmin):
    """Closed candles that are stored, the newest of each series first."""

    list_display = [
        "symbol", "interval", "opens", "open", "high", "low", "close", "volume", "trades", "is_repaired", "source",
    ]  # fmt: skip
    list_filter = [SymbolFilter, "interval", OpeningFilter, "source"]
    ordering = ["-source", "-symbol", "-interval", "-open_time"]

    @display(description="Opens (UTC)")
    def opens(self, candle: Candle) -> str:
        """When the candle opens."""
        return utc_text(candle.open_time)

    @display(description="Repaired", boolean=True)
    def is_repaired(self, candle: Candle) -> bool:
        """Whether it was fetched later to fill a hole of the stream."""
        return candle.repaired


@admin.register(CandleGap)
class CandleGapAdmin(SeriesAdmin):
    """Ranges of which the exchange has no candles; whoever deletes one has it asked for again."""

    list_display = ["symbol", "interval", "first_opens", "last_opens", "source"]
    list_filter = [SymbolFilter, "interval", "source"]
    ordering = ["-source", "-symbol", "-interval", "-start"]

    @display(description="First opens (UTC)")
    def first_opens(self, gap: CandleGap) -> str:
        """When the first missing candle would open."""
        return utc_text(gap.start)

    @display(description="Last opens (UTC)")
    def last_opens(self, gap: CandleGap) -> str:
        """When the last missing candle would open."""
        return utc_text(gap.end)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let whoever has the permission delete a gap: then the exchange is asked once more."""
        return bool(super(ReadOnlyAdmin, self).has_delete_permission(request, obj))


def utc_text(milliseconds: int) -> str:
    """Return a time as `2024-12-06 12:00:00`; as its number where no calendar has it."""
    if not 0 <= milliseconds <= _LAST_DAY_MS:
        return str(milliseconds)
    return f"{moment(milliseconds):%Y-%m-%d %H:%M:%S}"
