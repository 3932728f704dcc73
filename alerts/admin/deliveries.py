"""The admin's page of deliveries: by which channel what went out, and what failed for good."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from datetime import datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import display
from unfold.enums import ActionVariant

from alerts.admin.labels import DELIVERY_LABELS
from alerts.admin.records import RecipientFilter, link_to
from alerts.deliveries.services import deliveries_send_again
from alerts.models import Delivery, DeliveryState
from streaming.admin.dialog_actions import dialog_action, dialog_closed
from streaming.admin.read_only import RecordAdmin, RecordInline

_LABELS = {DeliveryState(state).label: colour for state, colour in DELIVERY_LABELS.items()}


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Deliveries, the newest first; a dead one can be sent again."""

    ordering = ("-id",)
    list_display = ("what_and_who", "channel", "state_label", "attempts", "when", "error", "created_at")
    list_filter = ("state", "channel", RecipientFilter, "held")
    list_select_related = ("notification__user",)
    search_fields = ("notification__title", "error")
    actions = ("send_selected_again",)
    actions_detail = ("send_again",)
    fieldsets = (
        (None, {"fields": ("notification_of_it", "channel", "state_label", "error")}),
        ("Attempts", {"fields": ("attempts", "not_before", "held", "over_cap", "holder", "lease_until")}),
        ("Times", {"fields": ("created_at", "attempted_at", "took_ms", "sent_at", "acknowledged_at")}),
    )
    readonly_fields = ("notification_of_it", "state_label")

    @display(description="Notification", header=True)
    def what_and_who(self, delivery: Delivery) -> list[str]:
        """What was to be told, over whom."""
        return [delivery.notification.title, delivery.notification.user.username]

    @display(description="State", label=_LABELS)
    def state_label(self, delivery: Delivery) -> str:
        """How far it is."""
        return DeliveryState(delivery.state).label

    @display(description="Sent, or due")
    def when(self, delivery: Delivery) -> datetime | None:
        """When it went out; where it waits, from when on it may."""
        return delivery.sent_at or (delivery.not_before if delivery.state == DeliveryState.WAITING else None)

    @display(description="Notification")
    def notification_of_it(self, delivery: Delivery) -> str:
        """A link to what was to be told."""
        return link_to(delivery.notification)

    @admin.action(description="Send again, those that are dead", permissions=["resend"])
    def send_selected_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        """Let the workers try the dead ones among the selected anew."""
        chosen = list(deliveries)
        resent = deliveries_send_again(ids=[delivery.pk for delivery in chosen], now=timezone.now())
        for delivery in chosen:
            if delivery.pk in resent:
                self.log_change(request, delivery, "Sent again.")
        if not resent:
            self.message_user(request, "None of them is dead; nothing was sent again", messages.WARNING)
            return
        self.message_user(request, f"{len(resent)} of {len(chosen)} will be sent again", messages.SUCCESS)

    @dialog_action(
        "Send again",
        icon="replay",
        variant=ActionVariant.PRIMARY,
        permissions=["view", "resend"],
        text="A delivery that failed for good is tried anew, from its first attempt on. "
        "Its channel is switched on, where it was switched off for its user.",
    )
    def send_again(self, request: HttpRequest, form: object, object_id: str) -> HttpResponse:
        """Let the workers try one anew."""
        delivery = self.get_object(request, object_id)
        if delivery is None:
            raise Http404
        if deliveries_send_again(ids=[delivery.pk], now=timezone.now()):
            self.log_change(request, delivery, "Sent again.")
            self.message_user(request, "It will be sent again", messages.SUCCESS)
        else:
            self.message_user(request, "It is not dead; nothing was sent again", messages.WARNING)
        return dialog_closed(delivery)

    def has_resend_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the permission of its own."""
        return bool(request.user.has_perm("alerts.resend_delivery"))


class DeliveriesInline(RecordInline):
    """A notification's deliveries on its own page."""

    model = Delivery
    ordering = ("id",)
    show_change_link = True
    fields = ("channel", "state", "attempts", "not_before", "sent_at", "acknowledged_at", "error")
    readonly_fields = fields
