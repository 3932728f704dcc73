"""The admin's page of notifications: what users were told, and by which channels."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from alerts.admin.broadcasts import Broadcasts
from alerts.admin.deliveries import DeliveriesInline
from alerts.admin.labels import SEVERITY_LABELS
from alerts.admin.records import link_to
from alerts.models import Notification
from streaming.admin.filters import UserFilter
from streaming.admin.read_only import RecordAdmin


@admin.register(Notification)
class NotificationAdmin(Broadcasts, RecordAdmin):
    """Notifications, the newest first, each with its deliveries; and the way to send one to many."""

    ordering = ("-id",)
    list_display = ("title_and_body", "user", "kind", "severity_label", "count", "is_read", "created_at")
    list_filter = (UserFilter, "kind", "severity", ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "body", "=correlation_id")
    inlines = (DeliveriesInline,)
    fieldsets = (
        (None, {"fields": ("title", "body", "user", "seq", "created_at", "read_at")}),
        ("What it is about", {"fields": ("kind", "severity", "count", "rule_of_it", "event_of_it", "data")}),
        ("In the logs", {"fields": ("correlation_id",)}),
    )
    readonly_fields = ("rule_of_it", "event_of_it", "correlation_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Read with each notification what it names."""
        rows: QuerySet = super().get_queryset(request)
        return rows.select_related("user", "rule", "event")

    @display(description="Notification", header=True)
    def title_and_body(self, notification: Notification) -> list[str]:
        """The title over the body."""
        return [notification.title, notification.body]

    @display(description="Severity", label=SEVERITY_LABELS)
    def severity_label(self, notification: Notification) -> str:
        """How much it matters."""
        return notification.severity

    @display(description="Read", boolean=True)
    def is_read(self, notification: Notification) -> bool:
        """Whether its user has marked it as read."""
        return notification.read_at is not None

    @display(description="Rule")
    def rule_of_it(self, notification: Notification) -> str:
        """A link to the rule that made it."""
        return link_to(notification.rule)

    @display(description="Firing")
    def event_of_it(self, notification: Notification) -> str:
        """A link to the firing that made it."""
        return link_to(notification.event)
