"""A rule's row: between it and the parameters that make it, and what each change of it begins and ends with."""

from accounts.models import User
from alerts.conditions.rule import Combine, TriggerPolicy
from alerts.events import Severity
from alerts.models import AlertRule
from alerts.preferences.preferences import Channel
from alerts.rules.conditions import restored, stored
from alerts.rules.definition import milliseconds_of
from alerts.rules.errors import RuleNotFoundError
from alerts.rules.parameters import RuleParameters
from streaming.times import moment, time_parameter

DEFINED = (
    *("name", "symbol", "conditions", "combine", "source", "operator", "threshold", "interval", "trigger"),
    *("cooldown_seconds", "expires_at", "max_firings", "severity", "channels", "template"),
)
"""The columns that a rule's parameters fill."""


def parameters_of(rule: AlertRule) -> RuleParameters:
    """Return the parameters that would make the rule, with all of its conditions in `conditions`."""
    return RuleParameters(
        name=rule.name,
        symbol=rule.symbol,
        conditions=restored(rule.conditions),
        combine=Combine(rule.combine),
        trigger=TriggerPolicy(rule.trigger),
        cooldown=rule.cooldown_seconds,
        expires=milliseconds_of(rule.expires_at),
        max_firings=rule.max_firings,
        severity=Severity(rule.severity),
        channels=tuple(Channel(channel) for channel in rule.channels),
        template=rule.template,
    )


def fill(rule: AlertRule, given: RuleParameters) -> None:
    """Write parameters without faults into the columns of a rule; nothing is stored."""
    conditions = given.all_conditions
    first = conditions[0]
    rule.name, rule.symbol = given.name, given.symbol
    rule.conditions = stored(conditions)
    rule.combine = given.combine.value
    rule.source, rule.operator, rule.threshold = first.source.value, first.operator.value, first.threshold
    rule.interval = "" if first.interval is None else first.interval.value
    rule.trigger, rule.cooldown_seconds = given.trigger.value, given.cooldown
    rule.expires_at = None if given.expires is None else moment(time_parameter("expires", given.expires))
    rule.max_firings = given.max_firings
    rule.severity = given.severity.value
    rule.channels = [channel.value for channel in given.channels]
    rule.template = given.template


def rule_locked(rule: AlertRule) -> AlertRule:
    """Return the rule as it is now, which nobody else changes until the transaction ends.

    Raise `RuleNotFoundError` where it has gone.
    """
    found = AlertRule.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=rule.pk).first()
    if found is None:
        raise RuleNotFoundError
    return found


def change_signed(rule: AlertRule, by: int | None) -> None:
    """Let the history of the rule say `by` whom the change is that is stored next, where that is known."""
    if by is not None:
        # The name that django-simple-history reads, which its types don't know.
        rule._history_user = User(pk=by)  # type: ignore[attr-defined]  # noqa: SLF001
