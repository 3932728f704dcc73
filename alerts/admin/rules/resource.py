"""A rule as a row of a file."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import resources
from import_export.fields import Field

from accounts.selectors import user_by_login
from alerts.admin.rules.saving import rule_save
from alerts.models import AlertRule
from alerts.rules.definition import milliseconds_of
from streaming.commands.errors import CommandRefusedError
from streaming.numbers import exact_decimal
from streaming.times import iso_time

_MOST_DIGITS = 19
_TRUTHS = {"": True, "1": True, "true": True, "0": False, "false": False}
_FORMULA = ("=", "+", "-", "@", "\t", "'")
"""What makes a spreadsheet take a text for a formula; and the mark that we put before it."""
_decoder = msgspec.json.Decoder(float_hook=exact_decimal)


class RuleResource(resources.ModelResource):
    """A row has the columns below, as `alerts.create` takes them: all conditions in `conditions`, as JSON.

    A row with the `id` of a rule changes that, whose owner stays; one without makes a rule of the owner it names.
    """

    id = Field("id", "id")
    owner = Field("owner__username", "owner")
    name = Field("name", "name")
    symbol = Field("symbol", "symbol")
    conditions = Field("conditions", "conditions")
    combine = Field("combine", "combine")
    trigger = Field("trigger", "trigger")
    cooldown = Field("cooldown_seconds", "cooldown")
    expires = Field("expires_at", "expires")
    max_firings = Field("max_firings", "max_firings")
    severity = Field("severity", "severity")
    channels = Field("channels", "channels")
    template = Field("template", "template")
    enabled = Field("enabled", "enabled")

    class Meta:
        """No column but those above; each row is judged by the use cases."""

        model = AlertRule
        fields = (
            "id", "owner", "name", "symbol", "conditions", "combine", "trigger", "cooldown", "expires", "max_firings",
            "severity", "channels", "template", "enabled",
        )  # fmt: skip
        export_order = fields
        use_transactions = True
        skip_unchanged = False

    def dehydrate_name(self, rule: AlertRule) -> str:
        """Write a text that no spreadsheet takes for a formula."""
        return _marked(rule.name)

    def dehydrate_template(self, rule: AlertRule) -> str:
        """Write a text that no spreadsheet takes for a formula."""
        return _marked(rule.template)

    def dehydrate_conditions(self, rule: AlertRule) -> str:
        """Write them with numbers as text, exact to the last digit."""
        return json.dumps(rule.conditions)

    def dehydrate_channels(self, rule: AlertRule) -> str:
        """Write their names, separated by spaces."""
        return " ".join(rule.channels)

    def dehydrate_enabled(self, rule: AlertRule) -> str:
        """Write `true` or `false`."""
        return "true" if rule.enabled else "false"

    def dehydrate_expires(self, rule: AlertRule) -> str:
        """Write ISO 8601."""
        milliseconds = milliseconds_of(rule.expires_at)
        return "" if milliseconds is None else iso_time(milliseconds)

    def get_or_init_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> tuple[AlertRule, bool]:
        """Return the rule that a row names, or a new one of its owner."""
        if unknown := [column for column in row if column not in self.fields]:
            raise ValidationError(dict.fromkeys(unknown, "There is no such column"))
        key = _text(row, "id")
        if not key:
            return AlertRule(owner=_owner(row)), True
        rule = AlertRule.objects.filter(pk=key).first() if key.isdecimal() and len(key) < _MOST_DIGITS else None
        if rule is None:
            raise ValidationError({"id": "There is no such rule"})
        if _text(row, "owner") not in ("", rule.owner.username):
            raise ValidationError({"owner": "owner can't be changed"})
        return rule, False

    def import_instance(self, instance: AlertRule, row: Mapping[str, Any], **kwargs: Any) -> None:
        """Leave the rule as it is: what the row says of it is for the use case."""

    def validate_instance(
        self, instance: AlertRule, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Judge nothing here, likewise."""

    def save_instance(self, instance: AlertRule, is_create: bool, row: Mapping[str, Any], **kwargs: Any) -> None:
        """Save what a row says; raise `ValidationError` with what is refused, by column."""
        try:
            saved = rule_save(
                rule=None if is_create else instance,
                owner_id=instance.owner_id,
                given=_given(row),
                enabled=_enabled(row),
                now=timezone.now(),
                by=kwargs["user"].pk,
            )
        except CommandRefusedError as error:
            raise ValidationError(dict(error.fields) or error.message) from None
        instance.pk = saved.pk
        instance.refresh_from_db()


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _unmarked(_text(row, "name")),
        "symbol": _text(row, "symbol"),
        "conditions": _conditions(row.get("conditions")),
        "combine": _text(row, "combine") or None,
        "trigger": _text(row, "trigger"),
        "cooldown": _text(row, "cooldown") or 0,
        "expires": _text(row, "expires") or None,
        "max_firings": _text(row, "max_firings") or None,
        "severity": _text(row, "severity") or None,
        "channels": _text(row, "channels").split(),
        "template": _unmarked(_text(row, "template")),
    }


def _conditions(value: object) -> Any:
    """Return conditions that a cell holds as text, with exact numbers, or in a file of JSON as they are."""
    if isinstance(value, list):
        return value
    try:
        return _decoder.decode(str(value or "[]"))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise ValidationError({"conditions": "conditions must be a list in JSON"}) from None


def _owner(row: Mapping[str, Any]) -> Any:
    owner = user_by_login(_text(row, "owner"))
    if owner is None:
        raise ValidationError({"owner": "owner must be a user's name or email address"})
    return owner


def _enabled(row: Mapping[str, Any]) -> bool:
    enabled = _TRUTHS.get(_text(row, "enabled").lower())
    if enabled is None:
        raise ValidationError({"enabled": "enabled must be true or false"})
    return enabled


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _marked(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unmarked(text: str) -> str:
    return text.removeprefix("'")
