"""What may be done with a rule in the admin besides editing it, each with a permission of its own."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.forms import BaseDialogForm

from alerts.admin.rules.dialogs import PauseDialog, TrialDialog
from alerts.models import AlertRule
from alerts.rules.definition import milliseconds_of
from alerts.rules.services import rule_clone, rule_disable, rule_enable, rule_resume, rule_snooze
from streaming.admin.dialog_actions import dialog_action, dialog_closed
from streaming.admin.use_case_actions import UseCaseActions

_SELECTED_PAUSE = timedelta(hours=1)


class RuleActions(UseCaseActions):
    """Actions on the rules that are selected in the list, and on one rule, in dialogs."""

    actions = ("pause_selected", "resume_selected", "switch_on", "switch_off")
    actions_row = ("test", "pause", "resume", "clone")
    actions_detail = actions_row

    @admin.action(description="Pause for an hour", permissions=["pause"])
    def pause_selected(self, request: HttpRequest, rules: QuerySet[AlertRule]) -> None:
        """Silence the selected rules for an hour."""
        now, by = timezone.now(), request.user.pk
        until = milliseconds_of(now + _SELECTED_PAUSE)
        self.act_on_each(request, rules, "Paused", lambda rule: rule_snooze(rule=rule, until=until, now=now, by=by))

    @admin.action(description="Resume", permissions=["pause"])
    def resume_selected(self, request: HttpRequest, rules: QuerySet[AlertRule]) -> None:
        """End the silence of the selected rules."""
        now, by = timezone.now(), request.user.pk
        self.act_on_each(request, rules, "Resumed", lambda rule: rule_resume(rule=rule, now=now, by=by))

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rules: QuerySet[AlertRule]) -> None:
        """Switch the selected rules on."""
        now, by = timezone.now(), request.user.pk
        self.act_on_each(request, rules, "Switched on", lambda rule: rule_enable(rule=rule, now=now, by=by))

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rules: QuerySet[AlertRule]) -> None:
        """Switch the selected rules off."""
        now, by = timezone.now(), request.user.pk
        self.act_on_each(request, rules, "Switched off", lambda rule: rule_disable(rule=rule, now=now, by=by))

    @dialog_action(
        "Test",
        icon="science",
        permissions=["view", "test"],
        title="How often would it have fired?",
        text="Over the stored candles of the last day. Nothing is changed, and nobody is told.",
        form=TrialDialog,
        button="Close",
    )
    def test(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Show how often the rule would have fired; the dialog has said it already."""
        return dialog_closed(self.row_or_404(request, object_id))

    @dialog_action(
        "Pause",
        icon="snooze",
        permissions=["view", "pause"],
        title="Pause until when?",
        text="Until then the rule doesn't fire; its levels are followed all the same.",
        form=PauseDialog,
    )
    def pause(self, request: HttpRequest, form: PauseDialog, object_id: str) -> HttpResponse:
        """Silence the rule until a time."""
        until = form.cleaned_data["until"]
        said = f"Paused until {until:%Y-%m-%d %H:%M} UTC"
        return self.act_on_one(
            request,
            object_id,
            said,
            lambda rule: rule_snooze(rule=rule, until=milliseconds_of(until), now=timezone.now(), by=request.user.pk),
        )

    @dialog_action(
        "Resume",
        icon="play_arrow",
        permissions=["view", "pause"],
        text="The rule may fire again at once.",
    )
    def resume(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """End the rule's silence."""
        return self.act_on_one(
            request,
            object_id,
            "Resumed",
            lambda rule: rule_resume(rule=rule, now=timezone.now(), by=request.user.pk),
        )

    @dialog_action(
        "Clone",
        icon="content_copy",
        permissions=["view", "clone"],
        text="The copy has the same owner, and is switched off until somebody switches it on.",
    )
    def clone(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Make a copy of the rule, and show it."""
        return self.act_on_one(
            request,
            object_id,
            "Cloned: this is the copy",
            lambda rule: rule_clone(rule=rule, now=timezone.now(), by=request.user.pk),
        )

    def has_test_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the permission of its own."""
        return _may(request, "test")

    def has_pause_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the permission of its own."""
        return _may(request, "pause")

    def has_clone_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the permission of its own."""
        return _may(request, "clone")


def _may(request: HttpRequest, what: str) -> bool:
    return bool(request.user.has_perm(f"alerts.{what}_alertrule"))
