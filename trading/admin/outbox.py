"""The admin's page of events that could not be told: looked at, and told again once their reason is mended."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from unfold.decorators import display

from streaming.admin.filters import CreationFilter
from streaming.admin.read_only import LongTableAdmin
from streaming.admin.shown_values import ABSENT
from streaming.admin.use_case_actions import UseCaseActions
from trading.live.events.outbox import OUTBOX
from trading.models import OutboxEvent


class RefusalFilter(CreationFilter):
    """The days on which events were set aside."""

    title = "day of refusal"
    column = "refused_at"
    name = "refused"


@admin.register(OutboxEvent)
class RefusedEventAdmin(UseCaseActions, LongTableAdmin):
    """Events that were refused while the layer took others, the last first. What waits its turn isn't among them."""

    list_display = ("id", "refused_at", "owner_name", "sub_account_id", "refusal", "created_at")
    list_filter = (RefusalFilter,)
    search_fields = ("=id", "=owner_id", "=sub_account_id")
    search_help_text = "The whole number of an event, a user or a sub-account"
    ordering = ("-refused_at",)
    compressed_fields = False
    fields = ("id", "created_at", "refused_at", "refusal", "owner_name", "sub_account_id", "event")
    readonly_fields = ("owner_name",)
    actions = ("tell_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEvent]:
        """Leave those that were set aside, each with its owner's name."""
        name = get_user_model().objects.filter(pk=OuterRef("owner_id")).values("username")
        refused: QuerySet[OutboxEvent] = super().get_queryset(request).filter(refused_at__isnull=False)
        return refused.annotate(owner_name=Subquery(name))

    @admin.action(description="Tell again", permissions=["tell_again"])
    def tell_again(self, request: HttpRequest, events: QuerySet[OutboxEvent]) -> None:
        """Let the trading worker try each again, behind nothing: its order among later ones is lost."""
        self.act_on_each(request, events, "Waits to be told again", OUTBOX.retry)

    def has_tell_again_permission(self, request: HttpRequest) -> bool:
        """Ask for the permission to change events."""
        return bool(request.user.has_perm("trading.change_outboxevent"))

    @display(description="Owner")
    def owner_name(self, event: OutboxEvent) -> str:
        """To whom it was to be told; nobody's own where there is none."""
        return getattr(event, "owner_name", None) or ABSENT
