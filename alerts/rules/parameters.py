"""What clients say of rules: to make, change, find and try them.

A rule's first condition stands flat beside its name, further ones in `conditions`; without a flat one, `conditions`
holds them all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from alerts.conditions.line import Line
from alerts.conditions.rule import AlertSource, Combine, TriggerPolicy
from alerts.events import AlertOperator, AlertState, Severity
from alerts.preferences.preferences import Channel
from alerts.rules.conditions import (
    LONGEST_WINDOW_SECONDS,
    MOST_CONDITIONS,
    ConditionOperands,
    ConditionParameters,
    LevelSource,
    Name,
    Pasted,
    operands_of,
)
from alerts.rules.faults import combination_faults, condition_faults, rule_faults, seconds_of
from alerts.rules.series_choice import completed, needs_symbol
from alerts.rules.template import LONGEST_TEMPLATE, template_fault
from alerts.rules.unreachable_levels import unreachable_level_faults
from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.commands.values import NOT_NEGATIVE, POSITIVE
from streaming.events import Interval, SignalAction

_LONGEST_SYMBOL = 64
_LONGEST_QUERY = 100
_LONGEST_COOLDOWN_SECONDS = 30 * 86_400
_MOST_FIRINGS = 1_000_000
_SHORTEST_TESTED_SECONDS = 60

UNTESTED: Mapping[AlertSource, str] = {
    AlertSource.PORTFOLIO: "can't be portfolio to be tested: what one held is not stored",
    AlertSource.STRATEGY: "can't be strategy to be tested: rules are tested on candles alone",
    AlertSource.WALLET: "can't be wallet to be tested: rules are tested on candles alone",
}
"""Sources whose past isn't at hand, and why."""

Id = Annotated[int, Meta(ge=1)]
RuleName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
SymbolName = Annotated[str, Meta(max_length=_LONGEST_SYMBOL)]
Conditions = Annotated[tuple[ConditionParameters, ...], Meta(max_length=MOST_CONDITIONS)]
Cooldown = Annotated[int, Meta(ge=0, le=_LONGEST_COOLDOWN_SECONDS)]
MaximumFirings = Annotated[int, Meta(ge=1, le=_MOST_FIRINGS)]
Channels = Annotated[tuple[Channel, ...], Meta(max_length=len(Channel))]
Template = Annotated[str, Meta(max_length=LONGEST_TEMPLATE)]
Time = Annotated[
    Any, Meta(extra_json_schema={"anyOf": [{"type": "integer"}, {"type": "string", "format": "date-time"}]})
]
"""ms since the epoch, or ISO 8601 with its offset from UTC."""


class RuleOptions(ConditionOperands, frozen=True, kw_only=True):
    """What a rule may say, flat condition and all; `cooldown` is in seconds."""

    source: AlertSource | None = None
    operator: AlertOperator | None = None
    conditions: Conditions = ()
    combine: Combine = Combine.ALL
    cooldown: Cooldown = 0
    expires: Time = None
    max_firings: MaximumFirings | None = None
    severity: Severity = Severity.INFO
    channels: Channels = ()
    template: Template = ""

    @classmethod
    def wrong_alone(cls, read: Mapping[str, Any], wrong: Collection[str]) -> Mapping[str, str]:
        """Return what is wrong with the template, though other parameters may be of a wrong type."""
        fault = template_fault(read.get("template") or "")
        return {} if fault is None else {"template": fault}

    @property
    def flat_condition(self) -> ConditionParameters | None:
        """The condition that stands flat; None where it isn't whole."""
        if self.source is None or self.operator is None:
            return None
        return ConditionParameters(source=self.source, operator=self.operator, **operands_of(self))

    @property
    def all_conditions(self) -> tuple[ConditionParameters, ...]:
        """The conditions of a rule without faults, in their order, with every default spelled out."""
        flat = self.flat_condition
        return tuple(completed(each) for each in (() if flat is None else (flat,)) + self.conditions)

    @property
    def placed_conditions(self) -> tuple[tuple[str, ConditionParameters], ...]:
        """The same, each behind what the names of its parameters begin with: nothing, or `conditions.0.`."""
        flat = 0 if self.flat_condition is None else 1
        prefixes = ("" if index < flat else f"conditions.{index - flat}." for index in count())
        return tuple(zip(prefixes, self.all_conditions, strict=False))


class RuleParameters(RuleOptions, frozen=True, kw_only=True):
    """A whole rule, as `alerts.create` takes it."""

    name: RuleName
    symbol: SymbolName = ""
    trigger: TriggerPolicy

    @classmethod
    def wrong_alone(cls, read: Mapping[str, Any], wrong: Collection[str]) -> Mapping[str, str]:
        """Return besides what is wrong with all the rest where the name alone can't be read: nothing depends on it."""
        if set(wrong) == {"name"}:
            return cls(**{**read, "name": "name"}).wrong_together()
        return super().wrong_alone(read, wrong)

    def wrong_together(self, standing: Sequence[ConditionParameters] = ()) -> Mapping[str, str]:
        """Return what is wrong though each parameter by itself is right.

        A level out of reach may stay in a condition that is `standing`: one that the rule has had before.
        """
        return _symbol_faults(self, self.symbol) | options_faults(self, self.trigger, standing)


class RuleTrial(RuleOptions, frozen=True, kw_only=True):
    """The rule to try: one that there is, by its id alone, or one that there isn't yet."""

    id: Id | None = None
    name: Annotated[str, Meta(max_length=100)] = ""
    symbol: SymbolName = ""
    trigger: TriggerPolicy | None = None

    def wrong_together(self) -> Mapping[str, str]:
        """Return what is missing or wrong."""
        if self.id is not None:
            return {name: f"{name} can't be given beside id" for name in _differing(self, RuleTrial(id=self.id))}
        missing = _symbol_faults(self, self.symbol)
        if self.trigger is None:
            return missing | {"trigger": "trigger is required"}
        if missing:
            return missing
        return options_faults(self, self.trigger) or _testing_faults(self)


class RuleId(Parameters, frozen=True, kw_only=True):
    """Which rule."""

    id: Id


class RuleSnooze(RuleId, frozen=True, kw_only=True):
    """Which rule is to be silent, and until when."""

    until: Time


class RuleChanges(RuleId, frozen=True, kw_only=True):
    """What to change of a rule; what isn't given stays.

    A flat condition that is whole (source and operator) takes the place of all conditions; parts of one change the
    first; `conditions` alone takes the place of all.
    """

    name: RuleName | UnsetType = UNSET
    symbol: SymbolName | UnsetType = UNSET
    source: AlertSource | UnsetType = UNSET
    operator: AlertOperator | UnsetType = UNSET
    interval: Interval | UnsetType | None = UNSET
    field: Name | UnsetType = UNSET
    indicator: Name | UnsetType = UNSET
    parameters: dict[str, Decimal] | UnsetType = UNSET
    strategy: Name | UnsetType = UNSET
    action: SignalAction | UnsetType | None = UNSET
    chain: Name | UnsetType = UNSET
    address: Pasted | UnsetType = UNSET
    token: Pasted | UnsetType = UNSET
    tx: Pasted | UnsetType = UNSET
    threshold: Decimal | UnsetType | None = UNSET
    line: Line | UnsetType | None = UNSET
    level_source: LevelSource | UnsetType | None = UNSET
    lower: Decimal | UnsetType | None = UNSET
    upper: Decimal | UnsetType | None = UNSET
    amount: Annotated[Decimal, POSITIVE] | UnsetType | None = UNSET
    percent: Annotated[Decimal, POSITIVE] | UnsetType | None = UNSET
    window: Annotated[int, Meta(ge=1, le=LONGEST_WINDOW_SECONDS)] | UnsetType | None = UNSET
    hysteresis: Annotated[Decimal, NOT_NEGATIVE] | UnsetType = UNSET
    conditions: Conditions | UnsetType = UNSET
    combine: Combine | UnsetType = UNSET
    trigger: TriggerPolicy | UnsetType = UNSET
    cooldown: Cooldown | UnsetType = UNSET
    expires: Time | UnsetType | None = UNSET
    max_firings: MaximumFirings | UnsetType | None = UNSET
    severity: Severity | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET
    template: Template | UnsetType = UNSET

    @property
    def given(self) -> dict[str, Any]:
        """What was given, by name, without the id."""
        named = msgspec.structs.asdict(self)
        return {name: value for name, value in named.items() if name != "id" and value is not UNSET}


class RuleQuery(Paged, frozen=True, kw_only=True):
    """Which rules to list, newest first; `query` is looked for in name and symbol. `everyone` is for staff."""

    symbol: SymbolName | None = None
    state: AlertState | None = None
    source: AlertSource | None = None
    enabled: bool | None = None
    query: Annotated[str, Meta(max_length=_LONGEST_QUERY)] = ""
    everyone: bool = False


class EventQuery(Paged, frozen=True, kw_only=True):
    """Which firings to list, newest first: of one rule, of one symbol. `everyone` is for staff."""

    rule: Id | None = None
    symbol: SymbolName | None = None
    everyone: bool = False


def options_faults(
    rule: RuleOptions, trigger: TriggerPolicy, standing: Sequence[ConditionParameters] = ()
) -> dict[str, str]:
    """Return what is wrong with a rule's conditions and the rest of it, by the path of each parameter.

    Of those that are `standing` no level is judged by whether it can be reached.
    """
    faults = _missing(rule)
    for prefix, condition in _placed(rule):
        wrong = condition_faults(condition, trigger, prefix)
        is_standing = not wrong and completed(condition) in standing
        faults |= wrong if is_standing else unreachable_level_faults(condition, prefix) | wrong
    if rule.flat_condition is not None and len(rule.conditions) == MOST_CONDITIONS:
        faults["conditions"] = f"conditions must be at most {MOST_CONDITIONS} with the flat one"
    if not faults:
        faults = combination_faults(rule.all_conditions, rule.combine, trigger)
    return faults | rule_faults(
        trigger=trigger, cooldown=rule.cooldown, expires=rule.expires, channels=rule.channels, template=rule.template
    )


def _placed(rule: RuleOptions) -> Iterator[tuple[str, ConditionParameters]]:
    """Yield the conditions that are whole, each with what stands before the names of its parameters."""
    if rule.flat_condition is not None:
        yield "", rule.flat_condition
    yield from ((f"conditions.{index}.", condition) for index, condition in enumerate(rule.conditions))


def _symbol_faults(rule: RuleOptions, symbol: str) -> dict[str, str]:
    """Return that a symbol is missing: a rule may do without on what its owner holds, own strategies and wallets."""
    conditions = [condition for _, condition in _placed(rule)]
    is_needed = not conditions or any(needs_symbol(condition) for condition in conditions)
    return {"symbol": "symbol is required"} if is_needed and not symbol else {}


def testing_fault(interval: Interval | None) -> str | None:
    """Return why a rule with that interval can't be tested: a day has too many candles of it; None where it can."""
    is_short = interval is not None and seconds_of(interval) < _SHORTEST_TESTED_SECONDS
    return "must be 1m or longer to be tested" if is_short else None


def _testing_faults(rule: RuleOptions) -> dict[str, str]:
    intervals = {"interval": rule.interval}
    intervals |= {f"conditions.{index}.interval": each.interval for index, each in enumerate(rule.conditions)}
    faults = {path: testing_fault(interval) for path, interval in intervals.items()}
    found = {path: f"{path} {fault}" for path, fault in faults.items() if fault is not None}
    if untested := [UNTESTED[each.source] for each in rule.all_conditions if each.source in UNTESTED]:
        found["source"] = f"source {untested[0]}"
    return found


def _missing(rule: RuleOptions) -> dict[str, str]:
    """Return what a flat condition lacks; it may be missing as a whole where there are others."""
    parts = {"source": rule.source, "operator": rule.operator}
    is_begun = any(part is not None for part in parts.values()) or operands_of(rule) != operands_of(ConditionOperands())
    if rule.conditions and not is_begun:
        return {}
    return {name: f"{name} is required" for name, part in parts.items() if part is None}


def _differing(one: msgspec.Struct, other: msgspec.Struct) -> list[str]:
    return [name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)]
