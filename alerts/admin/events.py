"""The admin's page of firings: read only, for they happened."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from alerts.admin.records import link_to
from alerts.models import AlertEvent
from streaming.admin.filters import OwnerFilter, SymbolFilter
from streaming.admin.read_only import RecordAdmin, RecordInline
from streaming.admin.shown_values import ABSENT, plain_number
from streaming.numbers import in_plain_notation

_ROWS_OF_A_RULE = 10


class ExactValues:
    """Columns of a firing with all their digits, which the panel would round."""

    @display(description="Value")
    def value_in_words(self, event: AlertEvent) -> str:
        """The value that fired it."""
        return plain_number(event.value)

    @display(description="Before")
    def previous_in_words(self, event: AlertEvent) -> str:
        """The value before that."""
        return plain_number(event.previous)

    @display(description="Threshold")
    def threshold_in_words(self, event: AlertEvent) -> str:
        """What the value was compared with: the threshold, or the bound that was passed."""
        return plain_number(event.threshold)

    @display(description="Marks", label=True)
    def marks(self, event: AlertEvent) -> list[str] | None:
        """Whether it fell into a gap, or came from simulated data."""
        return _marks(event) or None

    @display(description="Marks")
    def marks_in_words(self, event: AlertEvent) -> str:
        """The same without colours, as a field."""
        return ", ".join(_marks(event)) or ABSENT


def _marks(event: AlertEvent) -> list[str]:
    return [word for word, holds in (("late", event.late), ("simulated", event.simulated)) if holds]


@admin.register(AlertEvent)
class AlertEventAdmin(ExactValues, RecordAdmin):
    """Firings, the newest first."""

    ordering = ("-id",)
    list_display = ("what", "owner", "value_in_words", "previous_in_words", "marks", "fired_at")
    list_filter = (SymbolFilter, OwnerFilter, "source", "operator", "late", "simulated")
    search_fields = ("name", "=symbol")
    fieldsets = (
        (None, {"fields": ("name", "rule_now", "owner", "number", "fired_at", "created_at")}),
        ("What fired", {"fields": ("symbol", "source", "operator", "threshold_in_words", "condition")}),
        ("Values", {"fields": ("value_in_words", "previous_in_words", "late", "simulated", "suppressed")}),
        ("What followed", {"fields": ("notification_of_it",)}),
    )
    readonly_fields = ("rule_now", "notification_of_it", "value_in_words", "previous_in_words", "threshold_in_words")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Read with each firing what it names."""
        rows: QuerySet = super().get_queryset(request)
        return rows.select_related("owner", "rule", "notification")

    @display(description="Rule", header=True)
    def what(self, event: AlertEvent) -> list[str]:
        """The rule as it was then, over what it compared."""
        operand = "" if event.threshold is None else f" {in_plain_notation(event.threshold)}"
        return [event.name, f"{event.symbol} {event.source} {event.get_operator_display()}{operand}".lstrip()]

    @display(description="Rule as it is now")
    def rule_now(self, event: AlertEvent) -> str:
        """A link to the rule."""
        return link_to(event.rule)

    @display(description="Notification")
    def notification_of_it(self, event: AlertEvent) -> str:
        """A link to what its user was told."""
        return link_to(getattr(event, "notification", None))


class LastFiringsInline(ExactValues, RecordInline):
    """A rule's firings on its own page, the newest first, a few at a time."""

    model = AlertEvent
    ordering = ("-id",)
    show_change_link = True
    per_page = _ROWS_OF_A_RULE
    verbose_name_plural = "last firings"
    fields = (
        *("number", "fired_at", "value_in_words", "previous_in_words", "threshold_in_words", "marks_in_words"),
        "suppressed",
    )
    readonly_fields = fields
