"""The form of a rule, judged by the readers and the use cases of every interface."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from alerts.admin.refusals import add_refusal
from alerts.admin.rules.saving import rehearse, rule_save
from alerts.admin.rules.shown_fields import chain_choices, field_choices, indicator_choices
from alerts.conditions.rule import Combine, TriggerPolicy
from alerts.events import Severity
from alerts.models import AlertRule, ChannelChoices
from alerts.models.choices import ACTIONS, COMBINES, INTERVALS, OPERATORS, SEVERITIES, SOURCES, TRIGGERS
from alerts.rules.definition import milliseconds_of
from alerts.rules.level_source import LEVEL_SOURCES
from alerts.rules.template import PLACEHOLDERS
from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.times import iso_time

CONDITION_FIELDS = (
    ("source", "interval"),
    ("field", "indicator", "parameters"),
    ("strategy", "action"),
    ("chain", "address", "token", "tx"),
    ("operator", "threshold", "hysteresis"),
    ("line",),
    ("level_source", "level_interval"),
    ("level_field", "level_indicator", "level_parameters"),
    ("lower", "upper"),
    ("amount", "percent", "within_seconds"),
)
"""The first condition; further ones are JSON."""
_LEVEL = {
    "level_source": "source",
    "level_interval": "interval",
    "level_field": "field",
    "level_indicator": "indicator",
    "level_parameters": "parameters",
}
"""The fields of another series that is the level, and the parts of `level_source` that they say."""
_PARAMETERS = {"within_seconds": "window"}
"""The parameters of fields that have another name: to the page's script `window` is the browser's."""
_FIELDS_BY_PATH = {
    **{parameter: field for field, parameter in _PARAMETERS.items()},
    **{f"level_source.{part}": field for field, part in _LEVEL.items()},
}
_FLAT = tuple(name for row in CONDITION_FIELDS for name in row if name not in _LEVEL)
_TEXTS = ("name", *(name for name in _FLAT if name not in {"parameters", "line"}))
_EMPTY = [("", "-")]
_PLACEHOLDERS_HELP = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def _text(label: str | None = None, help_text: str = "", *, required: bool = False) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=1000, widget=widget)


def _choice(
    choices: list[tuple[str, str]], *, label: str | None = None, initial: str = "", help_text: str = ""
) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        label=label,
        required=False,
        initial=initial,
        help_text=help_text,
        widget=UnfoldAdminSelectWidget(),
    )


class RuleForm(forms.ModelForm):
    """A rule as parameters of `alerts.create`: `given`, once the form is valid."""

    given: Mapping[str, Any]
    by: int
    """Who saves it; the admin says it for each request."""

    name = _text(required=True)
    symbol = _text(
        help_text="In capitals, as BTCUSDT. A portfolio's equity and drawdown, own strategies, and wallets need none."
    )
    source = _choice(_EMPTY + SOURCES)
    interval = _choice(_EMPTY + INTERVALS)
    field = _choice(
        _EMPTY + field_choices(),
        help_text="Empty: the first that the source has. A portfolio's drawdown is in per cent; confirmations, failed "
        "and dropped are of a transaction, or of each of a wallet's.",
    )
    indicator = _choice(_EMPTY + indicator_choices())
    parameters = _text(help_text="The indicator's that are to be others, such as period=21, deviations=2.")
    strategy = _text(
        help_text="The id of one of the owner's, such as strat_k3xw7a2bqpzm. Empty: the symbol's public ones."
    )
    action = _choice(_EMPTY + ACTIONS)
    chain = _choice(_EMPTY, help_text="Of a wallet or a transaction that the owner watches.")
    address = _text(
        help_text="The wallet's, for incoming, outgoing or balance, and for what happens to any of its transactions."
    )
    token = _text(help_text="The address of a token's contract, listed or named by the owner. Empty: the chain's coin.")
    tx = _text("Transaction", "Its hash, for confirmations, failed or dropped of this one alone.")
    operator = _choice(_EMPTY + OPERATORS)
    threshold = _text()
    hysteresis = _text(help_text="How far the value must come back before a level counts anew.")
    line = _text(
        help_text="In place of a threshold, two points with a time and a price, such as "
        "2026-11-26T10:00Z 64000, 2026-11-27T10:00Z 65000. It goes on to the right."
    )
    level_source = _choice(
        _EMPTY + [choice for choice in SOURCES if choice[0] in LEVEL_SOURCES],
        label="Series of the level",
        help_text="In place of a threshold, another series: what this one of the symbol says at the same moment.",
    )
    level_interval = _choice(_EMPTY + INTERVALS, label="Interval of the level")
    level_field = _choice(
        _EMPTY + field_choices(), label="Field of the level", help_text="Empty: the first that the source has."
    )
    level_indicator = _choice(_EMPTY + indicator_choices(), label="Indicator of the level")
    level_parameters = _text("Parameters of the level", "Those that are to be others, such as period=50.")
    lower = _text("Lower bound")
    upper = _text("Upper bound")
    amount = _text("Moves by")
    percent = _text("Moves by per cent")
    within_seconds = _text()
    combine = _choice(COMBINES, initial=Combine.ALL)
    conditions = forms.CharField(
        label="Further conditions",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text='JSON: a list such as [{"source": "price", "operator": "above", "threshold": 98000}].',
    )
    trigger = _choice(TRIGGERS, initial=TriggerPolicy.ONCE)
    cooldown = _text("Cool-down (seconds)")
    expires = forms.SplitDateTimeField(label="Expires (UTC)", required=False, widget=UnfoldAdminSplitDateTimeWidget())
    max_firings = _text("Most firings")
    severity = _choice(SEVERITIES, initial=Severity.INFO)
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
        if self.instance.pk is not None:
            self.initial.update(_initial(self.instance))
        chain: Any = self.fields["chain"]
        chain.choices = _EMPTY + chain_choices(self.initial.get("chain", ""))

    def _post_clean(self) -> None:
        """Rehearse the use case, in place of the model's validation: it refuses as it would anywhere."""
        if self.errors:
            return
        try:
            self.given = _given(self.cleaned_data)
            rehearse(self.rule_save)
        except CommandRefusedError as error:
            add_refusal(self, error, _FIELDS_BY_PATH)
        except ValueError as error:
            add_refusal(self, WrongParametersError({"conditions": str(error)}))

    def rule_save(self) -> AlertRule:
        """Save what the valid form says, and return the rule."""
        rule = None if self.instance.pk is None else self.instance
        owner = self.cleaned_data["owner"].pk if rule is None else rule.owner_id
        enabled = self.cleaned_data["enabled"]
        return rule_save(rule=rule, owner_id=owner, given=self.given, enabled=enabled, now=timezone.now(), by=self.by)


def _initial(rule: AlertRule) -> dict[str, Any]:
    """Return what the fields show of a rule; of one whose conditions can't be read they stay empty."""
    first, *further = rule.conditions or [{}]
    shown = {name: first.get(_PARAMETERS.get(name, name), "") for name in _FLAT}
    level = first.get("level_source") or {}
    return {
        **shown,
        **{field: level.get(part, "") for field, part in _LEVEL.items()},
        "level_parameters": _text_of_parameters(level),
        "name": rule.name,
        "symbol": rule.symbol,
        "parameters": _text_of_parameters(first),
        "line": _text_of_line(first.get("line") or {}),
        "conditions": json.dumps(further, indent=2) if further else "",
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


def _given(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that the form's fields make; those of a condition that are empty aren't given."""
    given = {_PARAMETERS.get(name, name): cleaned[name] for name in _TEXTS if cleaned[name]}
    if cleaned["parameters"]:
        given["parameters"] = parameters_by_name(cleaned["parameters"])
    if cleaned["line"]:
        given["line"] = line_of_text(cleaned["line"])
    if level := {part: cleaned[field] for field, part in _LEVEL.items() if cleaned[field]}:
        text = level.pop("parameters", "")
        given["level_source"] = level | ({"parameters": parameters_by_name(text)} if text else {})
    return given | {
        "symbol": cleaned["symbol"],
        "conditions": conditions_of_text(cleaned["conditions"]),
        "combine": cleaned["combine"],
        "trigger": cleaned["trigger"],
        "cooldown": cleaned["cooldown"] or 0,
        "expires": milliseconds_of(cleaned["expires"]),
        "max_firings": cleaned["max_firings"] or None,
        "severity": cleaned["severity"],
        "channels": cleaned["channels"],
        "template": cleaned["template"],
    }


def parameters_by_name(text: str) -> dict[str, str]:
    """Return `period=14, deviations=2` as values by name."""
    pairs = (piece.partition("=") for piece in text.split(",") if piece.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _text_of_parameters(series: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in (series.get("parameters") or {}).items())


def line_of_text(text: str) -> dict[str, dict[str, str]]:
    """Return `2026-11-26T10:00Z 64000, 2026-11-27T10:00Z 65000` as a line; what isn't one, its reader refuses."""
    start, _, end = text.partition(",")
    points = {name: point.strip().partition(" ") for name, point in (("start", start), ("end", end))}
    return {name: {"time": time, "price": price.strip()} for name, (time, _, price) in points.items()}


def _text_of_line(line: Mapping[str, Mapping[str, Any]]) -> str:
    points = [line[name] for name in ("start", "end") if name in line]
    return ", ".join(f"{iso_time(point['time'])} {point['price']}" for point in points)


def conditions_of_text(text: str) -> Any:
    """Return conditions that were written as JSON, with exact numbers; raise `ValueError` for what isn't JSON."""
    try:
        return _decoder.decode(text or "[]")
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("conditions must be a list in JSON") from None
