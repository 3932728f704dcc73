"""The admin's pages of rules: what each does, its firings and its history, and what may be done with it."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin

from alerts.admin.events import LastFiringsInline
from alerts.admin.rules.actions import RuleActions
from alerts.admin.rules.choice_views import CHOICE_VIEWS
from alerts.admin.rules.columns import RuleColumns
from alerts.admin.rules.condition_form import CONDITION_FIELDS
from alerts.admin.rules.fields import choices_name
from alerts.admin.rules.form import RuleForm
from alerts.admin.rules.shown_fields import shown_fields
from alerts.admin.rules.states import StateFilter
from alerts.admin.rules.transfer import RuleTransfer
from alerts.models import AlertRule
from alerts.rules.deleting import rule_delete, rule_empty
from streaming.admin.filters import OwnerFilter, SymbolFilter
from streaming.commands.errors import CommandRefusedError

_NOW = (
    "Now",
    {
        "fields": (
            ("state_label", "state_since", "snoozed_until"),
            ("last_value_in_words", "last_value_at", "distance_in_words"),
            ("firings", "last_fired_at"),
            "error",
        )
    },
)
_EDITED = (
    ("When", {"fields": CONDITION_FIELDS}),
    ("Further conditions", {"fields": ("combine", "conditions")}),
    ("How often", {"fields": (("trigger", "cooldown"), "max_firings", "expires")}),
    ("What it says", {"fields": ("severity", "channels", "template")}),
)
_SHOWN = (
    _NOW,
    ("Rule", {"fields": ("name", "owner", "symbol", "enabled")}),
    ("When", {"fields": ("conditions_in_words",)}),
    ("How often", {"fields": ("trigger", "cooldown_seconds", "expires_at", "max_firings")}),
    ("What it says", {"fields": ("severity", "channels_in_words", "template")}),
)


@admin.register(AlertRule)
class AlertRuleAdmin(RuleActions, RuleTransfer, RuleColumns, SimpleHistoryAdmin, ModelAdmin):
    """Rules of all users, the newest first."""

    form = RuleForm
    list_display = (
        "name_and_conditions", "owner", "state_label", "last_value_in_words", "distance_in_words", "firings",
        "last_fired_at",
    )  # fmt: skip
    list_filter = (StateFilter, "enabled", "source", "operator", "trigger", "severity", SymbolFilter, OwnerFilter)
    list_select_related = ("owner",)
    search_fields = ("name", "symbol", "owner__username")
    list_per_page = 50
    list_fullwidth = True
    list_filter_submit = True
    show_facets = admin.ShowFacets.NEVER
    warn_unsaved_form = True
    compressed_fields = False
    inlines = (LastFiringsInline,)
    autocomplete_fields = ("owner",)
    conditional_fields = shown_fields()
    custom_urls = tuple((f"{kind}/", choices_name(kind), view) for kind, view in CHOICE_VIEWS.items())
    add_fieldsets = (("Rule", {"fields": ("owner", ("name", "symbol"), "enabled")}), *_EDITED)

    def get_fieldsets(self, request: HttpRequest, obj: AlertRule | None = None) -> Any:
        """Show how a rule stands beside its form; without the right to change it, the rule in words."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            return _SHOWN
        return (_NOW, ("Rule", {"fields": ("owner", ("name", "symbol"), "enabled")}), *_EDITED)

    def get_readonly_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> tuple[str, ...]:
        """Let nobody change what the evaluator writes, nor whose a rule is."""
        return () if obj is None else ("owner", "conditions_in_words", "channels_in_words", *flatten(_NOW[1]["fields"]))

    def get_inlines(self, request: HttpRequest, obj: AlertRule | None) -> tuple[Any, ...]:
        """Show firings of a rule that there is."""
        return () if obj is None else tuple(self.inlines)

    def get_form(self, request: HttpRequest, obj: AlertRule | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who saves."""
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user.pk
        return form

    def save_model(self, request: HttpRequest, obj: AlertRule, form: RuleForm, change: bool) -> None:
        """Let the use cases save, as on every interface."""
        obj.pk = form.rule_save().pk
        obj.refresh_from_db()

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Take from a rule what hangs on it before the transaction in which Django deletes."""
        rule = self.get_object(request, object_id) if request.method == "POST" else None
        if rule is not None and self.has_delete_permission(request, rule):
            self._empty(request, rule)
        response: HttpResponse = super().delete_view(request, object_id, extra_context)
        return response

    def delete_model(self, request: HttpRequest, obj: AlertRule) -> None:
        """Let the use case delete."""
        rule_delete(rule=obj, by=request.user.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Let the use case delete each of them."""
        for rule in queryset:
            self._empty(request, rule)
            rule_delete(rule=rule, by=request.user.pk)

    def _empty(self, request: HttpRequest, rule: AlertRule) -> None:
        for _ in rule_empty(rule=rule, now=timezone.now(), by=request.user.pk):
            pass

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """Count the firings, which may be very many; who may delete a rule may delete them with it."""
        rules = list(objs)
        named = [f"{rule}, with its firings: {rule.firings:,}" for rule in rules]
        return named, {self.opts.verbose_name_plural: len(rules)}, set(), []

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Say what was refused between the form's check and its saving, which others may have changed meanwhile."""
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except CommandRefusedError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)
        return response

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show what has changed; an address that names no rule is not found."""
        if not object_id.isdecimal():
            raise Http404
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show a rule as it was; nobody writes over the present one from there."""
        if request.method == "POST":
            raise PermissionDenied
        if not (object_id.isdecimal() and version_id.isdecimal()):
            raise Http404
        response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return response

    def revert_disabled(self, request: HttpRequest, obj: AlertRule | None = None) -> bool:
        """Offer no way back: what a version would mean now is for its owner to say."""
        return True
