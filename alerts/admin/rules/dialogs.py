"""The dialogs in which a rule is paused, and in which is shown how often it would have fired."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from unfold.forms import BaseDialogForm
from unfold.widgets import INPUT_CLASSES

from alerts.admin.refusals import add_refusal
from alerts.admin.rules.saving import rehearse
from alerts.models import AlertRule
from alerts.rules.definition import milliseconds_of
from alerts.rules.services import rule_snooze
from alerts.rules.trials import rule_trial
from streaming.commands.errors import CommandRefusedError
from streaming.requesters import user_requester
from streaming.times import moment

_TIMES_SHOWN = 20
_FORMAT = "%Y-%m-%dT%H:%M"


def _in_an_hour() -> datetime:
    return timezone.now() + timedelta(hours=1)


class PauseDialog(BaseDialogForm):
    """Until when a rule is to be silent."""

    until = forms.DateTimeField(
        label="Until (UTC)",
        initial=_in_an_hour,
        input_formats=[_FORMAT, f"{_FORMAT}:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}, format=_FORMAT),
    )

    def clean(self) -> dict[str, Any]:
        """Rehearse the pause: it is refused here as on every interface."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        rule = _rule(self.object_id)
        if rule is None or "until" not in cleaned:
            return cleaned
        until = milliseconds_of(cleaned["until"])
        try:
            rehearse(lambda: rule_snooze(rule=rule, until=until, now=timezone.now()))
        except CommandRefusedError as error:
            add_refusal(self, error)
        return cleaned


class TrialDialog(BaseDialogForm):
    """How often a rule would have fired over the stored candles of the last day; nothing is changed."""

    form_before_template = "admin/alerts/trial.html"

    def get_before_template_context(self, request: HttpRequest, object_id: int | str | None = None) -> dict[str, Any]:
        """Try the rule."""
        rule = _rule(object_id)
        if rule is None:
            return {"refusal": "Not found"}
        try:
            result = rule_trial(rule=rule, now=timezone.now(), requester=user_requester(request.user.pk))
        except CommandRefusedError as error:
            return {"refusal": error.message}
        times = [moment(milliseconds) for milliseconds in result.times]
        return {
            "count": result.count,
            "times": times[-_TIMES_SHOWN:],
            "left_out": max(0, result.count - _TIMES_SHOWN),
            "start": moment(result.start),
            "end": moment(result.end),
        }


def _rule(object_id: int | str | None) -> AlertRule | None:
    """Return the rule with the id that stands in the address, whatever that is."""
    try:
        return AlertRule.objects.filter(pk=object_id).first()
    except (ValueError, OverflowError):
        return None
