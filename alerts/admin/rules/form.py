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
    UnfoldAdminAutocompleteModelChoiceFieldWidget,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from alerts.admin.refusals import add_refusal
from alerts.admin.rules.choices import (
    NOTHING,
    STRATEGIES_ADDRESS,
    SYMBOLS_ADDRESS,
    chain_choices,
    field_choices,
    indicator_choices,
    strategy_choices,
)
from alerts.admin.rules.indicator_parameters import OF_LEVEL, OF_SERIES, IndicatorParametersForm
from alerts.admin.rules.saving import rehearse, rule_save
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
    ("field", "indicator"),
    OF_SERIES.row,
    ("strategy", "action"),
    ("chain", "address", "token", "tx"),
    ("operator", "threshold", "hysteresis"),
    ("line",),
    ("level_source", "level_interval"),
    ("level_field", "level_indicator"),
    OF_LEVEL.row,
    ("lower", "upper"),
    ("amount", "percent", "within_seconds"),
)
"""The first condition; further ones are JSON."""
_LEVEL = {
    "level_source": "source",
    "level_interval": "interval",
    "level_field": "field",
    "level_indicator": "indicator",
}
"""The fields of another series that is the level, and what of `level_source` they say beside its parameters."""
_PARAMETERS = {"within_seconds": "window"}
"""The parameters of fields that have another name: to the page's script `window` is the browser's."""
_FIELDS_BY_PATH = {
    **{parameter: field for field, parameter in _PARAMETERS.items()},
    **{f"level_source.{part}": field for field, part in _LEVEL.items()},
}
_FLAT = tuple(name for row in CONDITION_FIELDS for name in row if name not in {*_LEVEL, *OF_SERIES.row, *OF_LEVEL.row})
_TEXTS = ("name", *(name for name in _FLAT if name != "line"))
_ASK_FOR_STRATEGIES = "$watch('owner', (owner) => { strategy = ''; htmx.ajax('GET', '%s?owner=' + owner, $el) })"
_PLACEHOLDERS_HELP = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def _text(
    label: str | None = None, help_text: str = "", *, required: bool = False, widget: forms.Widget | None = None
) -> forms.CharField:
    widget = widget or UnfoldAdminTextInputWidget()
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


class RuleForm(IndicatorParametersForm, forms.ModelForm):
    """A rule as parameters of `alerts.create`: `given`, once the form is valid."""

    given: Mapping[str, Any]
    by: int
    """Who saves it; the admin says it for each request."""

    name = _text(required=True)
    symbol = _text(
        help_text="A portfolio's equity and drawdown, own strategies, and wallets need none.",
        widget=UnfoldAdminAutocompleteModelChoiceFieldWidget({"data-ajax--url": SYMBOLS_ADDRESS}),
    )
    source = _choice(NOTHING + SOURCES)
    interval = _choice(NOTHING + INTERVALS)
    field = _choice(
        NOTHING + field_choices(),
        help_text="Empty: the first that the source has. A portfolio's drawdown is in per cent; confirmations, failed "
        "and dropped are of a transaction, or of each of a wallet's.",
    )
    indicator = _choice(NOTHING + indicator_choices())
    strategy = _text(
        help_text="One of the owner's that hasn't ended. Empty: the symbol's public ones.",
        widget=UnfoldAdminSelectWidget(),
    )
    action = _choice(NOTHING + ACTIONS)
    chain = _choice(NOTHING, help_text="Of a wallet or a transaction that the owner watches.")
    address = _text(
        help_text="The wallet's, for incoming, outgoing or balance, and for what happens to any of its transactions."
    )
    token = _text(help_text="The address of a token's contract, listed or named by the owner. Empty: the chain's coin.")
    tx = _text("Transaction", "Its hash, for confirmations, failed or dropped of this one alone.")
    operator = _choice(NOTHING + OPERATORS)
    threshold = _text()
    hysteresis = _text(help_text="How far the value must come back before a level counts anew.")
    line = _text(
        help_text="In place of a threshold, two points with a time and a price, such as "
        "2026-11-26T10:00Z 64000, 2026-11-27T10:00Z 65000. It goes on to the right."
    )
    level_source = _choice(
        NOTHING + [choice for choice in SOURCES if choice[0] in LEVEL_SOURCES],
        label="Series of the level",
        help_text="In place of a threshold, another series: what this one of the symbol says at the same moment.",
    )
    level_interval = _choice(NOTHING + INTERVALS, label="Interval of the level")
    level_field = _choice(
        NOTHING + field_choices(), label="Field of the level", help_text="Empty: the first that the source has."
    )
    level_indicator = _choice(NOTHING + indicator_choices(), label="Indicator of the level")
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
        chain.choices = NOTHING + chain_choices(self.initial.get("chain", ""))
        symbol = self["symbol"].value() or ""
        self.fields["symbol"].widget.choices = [(symbol, symbol)]  # all others are asked for as somebody types
        self._offer_strategies()

    def _offer_strategies(self) -> None:
        """Offer those of the owner, and of a new rule anew whenever another owner is chosen."""
        is_new = self.instance.pk is None
        owner = self["owner"].value() if is_new else self.instance.owner_id
        widget = self.fields["strategy"].widget
        widget.choices = NOTHING + strategy_choices(owner, self["strategy"].value() or "")
        if is_new:
            widget.attrs["x-init"] = _ASK_FOR_STRATEGIES % STRATEGIES_ADDRESS

    def _post_clean(self) -> None:
        """Rehearse the use case, in place of the model's validation: it refuses as it would anywhere."""
        if self.errors:
            return
        try:
            self.given = _given(self.cleaned_data)
            rehearse(self.rule_save)
        except CommandRefusedError as error:
            add_refusal(self, error, self._fields_by_path())
        except ValueError as error:
            add_refusal(self, WrongParametersError({"conditions": str(error)}))

    def _fields_by_path(self) -> dict[str, str]:
        return _FIELDS_BY_PATH | OF_SERIES.by_path(self.cleaned_data) | OF_LEVEL.by_path(self.cleaned_data)

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
        **OF_LEVEL.initial(level),
        "name": rule.name,
        "symbol": rule.symbol,
        **OF_SERIES.initial(first),
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
    if parameters := OF_SERIES.given(cleaned):
        given["parameters"] = parameters
    if cleaned["line"]:
        given["line"] = line_of_text(cleaned["line"])
    level: dict[str, Any] = {part: cleaned[field] for field, part in _LEVEL.items() if cleaned[field]}
    if parameters := OF_LEVEL.given(cleaned):
        level["parameters"] = parameters
    if level:
        given["level_source"] = level
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
