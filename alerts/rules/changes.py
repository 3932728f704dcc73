"""A rule that there is, with changes: as the parameters that would make it. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import structs

from alerts.conditions.rule import TriggerPolicy
from alerts.rules.conditions import CONDITION_NAMES, ConditionOperands, ConditionParameters
from alerts.rules.faults import is_useless_interval, useless_operands
from alerts.rules.parameters import RuleChanges, RuleParameters

_WHOLE = frozenset({"source", "operator"})
_OF_CONDITIONS = CONDITION_NAMES | {"conditions"}
_BLANK = ConditionOperands()
_MEASURES = ({"amount", "percent"}, {"threshold", "line", "level_source"})
"""Of each of these a condition has one: who gives it takes the others away."""
_OF_SOURCE = ("field", "indicator", "parameters", "strategy", "action", "chain", "address", "token", "tx")


def changed(rule: RuleParameters, changes: RuleChanges) -> RuleParameters:
    """Return the parameters of the changed rule, which may have faults.

    `rule` holds all of its conditions in `conditions`. What a change makes useless is left out, unless it was given.
    """
    given = changes.given
    options = {name: value for name, value in given.items() if name not in _OF_CONDITIONS}
    trigger = options.get("trigger", rule.trigger)
    if trigger is not TriggerPolicy.EVERY_TIME:
        options.setdefault("cooldown", 0)
    flat = {name: value for name, value in given.items() if name in CONDITION_NAMES}
    return structs.replace(rule, **options, **_conditions(rule, flat, given.get("conditions"), trigger))


def _conditions(
    rule: RuleParameters,
    flat: Mapping[str, Any],
    further: tuple[ConditionParameters, ...] | None,
    trigger: TriggerPolicy,
) -> Mapping[str, Any]:
    """Return the flat condition, as its parts, and those behind it; faults are told by where a client gave them."""
    if further is not None and not flat:
        return {"conditions": further}
    if flat.keys() >= _WHOLE:
        return {"conditions": further or (), **flat}
    first = _patched(rule.conditions[0], flat, trigger)
    rest = tuple(_without_useless(each, frozenset(), trigger) for each in rule.conditions[1:])
    return {"conditions": rest if further is None else further, **structs.asdict(first)}


def _patched(condition: ConditionParameters, given: Mapping[str, Any], trigger: TriggerPolicy) -> ConditionParameters:
    stale = {
        name for measures in _MEASURES if any(given.get(name) is not None for name in measures) for name in measures
    }
    if "source" in given or "indicator" in given:
        stale.update(_OF_SOURCE)
    patched = structs.replace(condition, **_blank(stale - given.keys()), **given)
    return _without_useless(patched, given.keys(), trigger)


def _without_useless(
    condition: ConditionParameters, given: Collection[str], trigger: TriggerPolicy
) -> ConditionParameters:
    useless = {*useless_operands(condition), *(["interval"] if is_useless_interval(condition, trigger) else [])}
    return structs.replace(condition, **_blank(useless - set(given)))


def _blank(names: set[str]) -> dict[str, Any]:
    return {name: getattr(_BLANK, name) for name in names}
