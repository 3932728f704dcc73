"""The admin's page of preferences: by which channels a user is told of what, and when not."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display

from alerts.admin.preferences_form import KIND_FIELDS, PreferencesForm
from alerts.deliveries.addresses.service_addresses import shown_address
from alerts.deliveries.selectors import service_addresses_of
from alerts.models import ChannelSwitch, NotificationPreferences, PushSubscription, WebhookTarget
from alerts.preferences.services import preferences_set
from streaming.admin.filters import UserFilter
from streaming.admin.shown_values import ABSENT

_WHOSE = (None, {"fields": ("user", "switched_off", "addresses", "updated_at")})
_SHOWN = (_WHOSE, ("Preferences", {"fields": ("kinds", "quiet_hours", "digest", "escalate", "sound", "vibration")}))


@admin.register(NotificationPreferences)
class PreferencesAdmin(ModelAdmin):
    """Preferences of users who have chosen; whose are deleted has the defaults again."""

    form = PreferencesForm
    list_display = ("user", "quiet_hours", "chosen_kinds", "digest", "escalate", "switched_off", "updated_at")
    list_filter = (UserFilter, "digest", "escalate", ("quiet_start", admin.EmptyFieldListFilter))
    list_filter_submit = True
    list_select_related = ("user",)
    list_fullwidth = True
    search_fields = ("user__username", "user__email")
    ordering = ("user__username",)
    show_full_result_count = False
    warn_unsaved_form = True
    readonly_fields = ("user", "switched_off", "addresses", "updated_at", "quiet_hours")
    fieldsets = (
        _WHOSE,
        ("Channels", {"fields": KIND_FIELDS, "classes": ("tab",)}),
        ("Quiet hours", {"fields": ("quiet_start", "quiet_end", "timezone", "digest"), "classes": ("tab",)}),
        ("One after another", {"fields": ("escalate",), "classes": ("tab",)}),
        ("On the page", {"fields": ("sound", "vibration"), "classes": ("tab",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: NotificationPreferences | None = None) -> Any:
        """Show preferences in words to whoever may only look."""
        return super().get_fieldsets(request, obj) if self.has_change_permission(request, obj) else _SHOWN

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Read what the list says of each user with it."""
        rows: QuerySet = super().get_queryset(request)
        return rows.prefetch_related("user__switched_off_channels")

    @display(description="Quiet hours", ordering="quiet_start")
    def quiet_hours(self, preferences: NotificationPreferences) -> str:
        """From when to when, in which time zone."""
        if preferences.quiet_start is None or preferences.quiet_end is None:
            return ABSENT
        return f"{preferences.quiet_start:%H:%M} to {preferences.quiet_end:%H:%M} {preferences.timezone}"

    @display(description="Chosen for", label=True)
    def chosen_kinds(self, preferences: NotificationPreferences) -> list[str] | None:
        """The kinds of notifications that the user has chosen channels for."""
        return sorted(preferences.kinds) or None

    @display(description="Switched off")
    def switched_off(self, preferences: NotificationPreferences) -> str:
        """The channels that can't reach the user any more, and why."""
        switches: list[ChannelSwitch] = list(preferences.user.switched_off_channels.all())
        return "; ".join(f"{switch.get_channel_display()}: {switch.reason}" for switch in switches) or ABSENT

    @display(description="Addresses")
    def addresses(self, preferences: NotificationPreferences) -> str:
        """Where the channels reach the user; secrets are never shown."""
        user = preferences.user
        browsers = PushSubscription.objects.filter(user=user).count()
        webhook = WebhookTarget.objects.filter(user=user).values_list("url", flat=True).first()
        services = [shown_address(row) for row in service_addresses_of(user_id=user.pk)]
        parts = [user.email, f"{browsers} browser(s)" if browsers else "", webhook, *services]
        return ", ".join(part for part in parts if part) or ABSENT

    def save_model(self, request: HttpRequest, obj: NotificationPreferences, form: Any, change: bool) -> None:
        """Let the one use case change them, as on every interface."""
        preferences_set(user_id=obj.user_id, given=form.given, now=timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: who hasn't chosen has the defaults."""
        return False
