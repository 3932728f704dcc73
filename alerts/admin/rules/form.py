"""The form of a rule, judged by the readers and the use cases of every interface."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminAutocompleteModelChoiceFieldWidget,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from alerts.admin.refusals import add_refusal
from alerts.admin.rules.condition_form import ConditionForm, condition_initial
from alerts.admin.rules.fields import SYMBOLS_ADDRESS, choice_field, text_field
from alerts.admin.rules.further_conditions import (
    FurtherConditions,
    FurtherConditionsField,
    refused_elsewhere,
    wrong_rows,
)
from alerts.admin.rules.saving import check_rule, rehearse, rule_save
from alerts.conditions.rule import Combine, TriggerPolicy
from alerts.events import Severity
from alerts.models import AlertRule, ChannelChoices
from alerts.models.choices import COMBINES, SEVERITIES, TRIGGERS
from alerts.rules.definition import milliseconds_of
from alerts.rules.template import PLACEHOLDERS
from streaming.commands.errors import CommandRefusedError, WrongParametersError

_PLACEHOLDERS_HELP = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_SAID_BY_THE_FORM = {"owner", "name"}
"""Fields whose lack the form itself tells."""
_TELL_SYMBOL = "django.jQuery($el).on('change', () => { symbol = $el.value })"
"""What draws the field in place of the browser tells of a change by jQuery alone."""


class RuleForm(ConditionForm, forms.ModelForm):
    """A rule, whose first condition's fields are its own."""

    by: int
    """Who saves it; the admin says it for each request."""

    name = text_field(required=True)
    symbol = text_field(
        help_text="A portfolio's equity and drawdown, own strategies, and wallets need none.",
        widget=UnfoldAdminAutocompleteModelChoiceFieldWidget(
            {"data-ajax--url": SYMBOLS_ADDRESS, "x-init": _TELL_SYMBOL}
        ),
    )
    combine = choice_field(COMBINES, initial=Combine.ALL)
    conditions = FurtherConditionsField(
        label="Further conditions",
        required=False,
        help_text="Each asks what its own source and operator need, as the first does.",
    )
    trigger = choice_field(TRIGGERS, initial=TriggerPolicy.ONCE)
    cooldown = text_field("Cool-down (seconds)")
    expires = forms.SplitDateTimeField(label="Expires (UTC)", required=False, widget=UnfoldAdminSplitDateTimeWidget())
    max_firings = text_field("Most firings")
    severity = choice_field(SEVERITIES, initial=Severity.INFO)
    channels = forms.MultipleChoiceField(
        choices=ChannelChoices.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="None: the owner's preferences decide.",
    )
    template = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=f"What a firing says; placeholders: {_PLACEHOLDERS_HELP}. Empty: the words of the operator.",
    )
    enabled = forms.BooleanField(label="Switched on", required=False, initial=True, widget=UnfoldBooleanSwitchWidget())

    class Meta:
        """Of the model itself only the owner, who is chosen once."""

        model = AlertRule
        fields = ("owner",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        if not is_new:
            self.initial.update(_initial(self.instance))
        symbol = self["symbol"].value() or ""
        self.fields["symbol"].widget.choices = [(symbol, symbol)]  # all others are asked for as somebody types
        owner = self["owner"].value() if is_new else self.instance.owner_id
        offered = {"owner": owner, "symbol": symbol, "is_new": is_new}
        self.offer(**offered)
        self.rows = FurtherConditions(
            self.data if self.is_bound else None,
            initial=[condition_initial(condition) for condition in (self.instance.conditions or ())[1:]],
            offered=offered,
        )
        self.fields["conditions"].widget.rows = self.rows

    def _post_clean(self) -> None:
        """Let the use case judge, in place of the model's validation: it refuses as it would anywhere."""
        if self.rows.is_valid():
            try:
                self._judge()
            except CommandRefusedError as error:
                self._refuse(error)
        self._point_to_rows()

    def _judge(self) -> None:
        """Rehearse the use case; of a new rule that only lacks its owner or its name, check all the rest."""
        if not self.errors:
            rehearse(self.rule_save)
        elif self.instance.pk is None and self.errors.keys() <= _SAID_BY_THE_FORM:
            check_rule(self._rule_given())

    def _refuse(self, error: CommandRefusedError) -> None:
        """Say what is refused beside the field that it is about, be it one of a row."""
        unsaid = {path: sentence for path, sentence in error.fields.items() if path not in self.errors}
        elsewhere = refused_elsewhere(self.rows, unsaid)
        if elsewhere or not error.fields:
            refused = WrongParametersError(elsewhere) if elsewhere else error
            add_refusal(self, refused, self.fields_by_path())

    def _point_to_rows(self) -> None:
        """Let the form be as wrong as its rows are."""
        for sentence in self.rows.non_form_errors():
            self.add_error("conditions", sentence)
        if wrong := [*wrong_rows(self.rows)]:
            self.add_error(None, f"See beside the fields of condition {' and '.join(map(str, wrong))} what is wrong")

    def rule_save(self) -> AlertRule:
        """Save what the valid form says, and return the rule."""
        rule = None if self.instance.pk is None else self.instance
        owner = self.cleaned_data["owner"].pk if rule is None else rule.owner_id
        enabled = self.cleaned_data["enabled"]
        return rule_save(
            rule=rule, owner_id=owner, given=self._rule_given(), enabled=enabled, now=timezone.now(), by=self.by
        )

    def _rule_given(self) -> dict[str, Any]:
        """Return what the fields say as parameters of `alerts.create`."""
        cleaned = self.cleaned_data
        return self.given | {
            "name": cleaned.get("name"),
            "symbol": cleaned["symbol"],
            "conditions": [row.given for row in self.rows.filled],
            "combine": cleaned["combine"],
            "trigger": cleaned["trigger"],
            "cooldown": cleaned["cooldown"] or 0,
            "expires": milliseconds_of(cleaned["expires"]),
            "max_firings": cleaned["max_firings"] or None,
            "severity": cleaned["severity"],
            "channels": cleaned["channels"],
            "template": cleaned["template"],
        }


def _initial(rule: AlertRule) -> dict[str, Any]:
    """Return what the fields show of a rule; of one whose conditions can't be read they stay empty."""
    return condition_initial(rule.conditions[0] if rule.conditions else {}) | {
        "name": rule.name,
        "symbol": rule.symbol,
        "combine": rule.combine,
        "trigger": rule.trigger,
        "cooldown": rule.cooldown_seconds or "",
        "expires": rule.expires_at,
        "max_firings": rule.max_firings or "",
        "severity": rule.severity,
        "channels": rule.channels,
        "template": rule.template,
        "enabled": rule.enabled,
    }
