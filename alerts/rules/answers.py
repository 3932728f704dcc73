"""What is answered of rules and their firings: numbers exact, times as the interface writes them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from alerts.conditions.rule import AlertSource
from alerts.models import AlertEvent, AlertRule
from alerts.rules.checks.wallets import watched_name
from alerts.rules.condition_answers import ConditionAnswer, columns_answer, condition_answer
from alerts.rules.conditions import ConditionParameters, restored
from alerts.rules.definition import milliseconds_of
from alerts.rules.distance import distance_of
from alerts.rules.selectors import Page
from streaming.commands.use_cases import JsonNumber
from streaming.installed import signal_source, wallet_source
from streaming.numbers import json_number, optional_json_number
from streaming.rule_sources.wallet_source import WatchedName
from streaming.times import WriteTime, WrittenTime, written_time


class RuleAnswer(ConditionAnswer, frozen=True, kw_only=True):
    """A rule: its first condition flat, all of them in `conditions`, and how it stands.

    `distance` is what the last value must still move by until the first condition's threshold (line, nearer bound),
    `distance_percent` the same in per cent of that value. Where its conditions can't be read, there are none, and
    `error` says why; it also says of a rule that stays as it is which strategy gives no signals any more, and which
    wallet or transaction is watched no longer.
    """

    id: int
    owner: str
    name: str
    symbol: str
    conditions: Sequence[ConditionAnswer]
    combine: str
    trigger: str
    cooldown: int
    expires: WrittenTime | None
    max_firings: int | None
    severity: str
    channels: Sequence[str]
    template: str
    enabled: bool
    snoozed_until: WrittenTime | None
    state: str
    state_since: WrittenTime | None
    error: str
    last_value: JsonNumber | None
    last_value_at: WrittenTime | None
    distance: JsonNumber | None
    distance_percent: JsonNumber | None
    firings: int
    last_fired_at: WrittenTime | None
    created: WrittenTime | None
    updated: WrittenTime | None


class RulesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some rules, and how many there are in all."""

    items: Sequence[RuleAnswer]
    total: int


class EventAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A firing: the rule as it was then, and the values. `number` counts the firings of the rule."""

    id: int
    rule: int
    number: int
    name: str
    symbol: str
    source: str
    operator: str
    condition: int
    threshold: JsonNumber | None
    value: JsonNumber
    previous: JsonNumber | None
    late: bool
    simulated: bool
    suppressed: int
    fired_at: WrittenTime | None


class EventsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some firings, and how many there are in all."""

    items: Sequence[EventAnswer]
    total: int


class _Over(msgspec.Struct, frozen=True):
    """Strategies that give no signals any more, and what is watched no longer."""

    strategies: frozenset[str]
    watched: frozenset[WatchedName]


def rules_answer(page: Page[AlertRule], write_time: WriteTime) -> RulesAnswer:
    """Return a page of rules."""
    over = _over(page.items)
    return RulesAnswer(items=[_rule_answer(rule, write_time, over) for rule in page.items], total=page.total)


def events_answer(page: Page[AlertEvent], write_time: WriteTime) -> EventsAnswer:
    """Return a page of firings."""
    return EventsAnswer(items=[event_answer(event, write_time) for event in page.items], total=page.total)


def rule_answer(rule: AlertRule, write_time: WriteTime) -> RuleAnswer:
    """Return the one JSON of a rule."""
    return _rule_answer(rule, write_time, _over([rule]))


def _rule_answer(rule: AlertRule, write_time: WriteTime, over: _Over) -> RuleAnswer:
    def written(time: datetime | None) -> WrittenTime | None:
        return written_time(time, write_time)

    conditions, error = _conditions_of(rule)
    error = error or _over_fault(rule.owner_id, conditions, over)
    answers = [condition_answer(condition, write_time) for condition in conditions]
    first = answers[0] if answers else columns_answer(rule)
    distance = distance_of(conditions[0], rule.last_value, milliseconds_of(rule.last_value_at)) if conditions else None
    return RuleAnswer(
        **msgspec.structs.asdict(first),
        id=rule.pk,
        owner=rule.owner.username,
        name=rule.name,
        symbol=rule.symbol,
        conditions=answers,
        combine=rule.combine,
        trigger=rule.trigger,
        cooldown=rule.cooldown_seconds,
        expires=written(rule.expires_at),
        max_firings=rule.max_firings,
        severity=rule.severity,
        channels=rule.channels,
        template=rule.template,
        enabled=rule.enabled,
        snoozed_until=written(rule.snoozed_until),
        state=rule.state,
        state_since=written(rule.state_since),
        error=error,
        last_value=optional_json_number(rule.last_value),
        last_value_at=written(rule.last_value_at),
        distance=None if distance is None else optional_json_number(distance.absolute),
        distance_percent=None if distance is None else optional_json_number(distance.percent),
        firings=rule.firings,
        last_fired_at=written(rule.last_fired_at),
        created=written(rule.created_at),
        updated=written(rule.updated_at),
    )


def event_answer(event: AlertEvent, write_time: WriteTime) -> EventAnswer:
    """Return the one JSON of a firing."""
    return EventAnswer(
        id=event.pk,
        rule=event.rule_id,
        number=event.number,
        name=event.name,
        symbol=event.symbol,
        source=event.source,
        operator=event.operator,
        condition=event.condition,
        threshold=optional_json_number(event.threshold),
        value=json_number(event.value),
        previous=optional_json_number(event.previous),
        late=event.late,
        simulated=event.simulated,
        suppressed=event.suppressed,
        fired_at=written_time(event.fired_at, write_time),
    )


def _over(rules: Iterable[AlertRule]) -> _Over:
    """Return of what rules look at that of which nothing comes any more."""
    looked_at = [(rule.owner_id, condition) for rule in rules for condition in _conditions_of(rule)[0]]
    strategies = {condition.strategy for _, condition in looked_at if condition.strategy}
    watched = {watched_name(owner_id, one) for owner_id, one in looked_at if one.source is AlertSource.WALLET}
    signals, wallets = signal_source(), wallet_source()
    return _Over(
        signals.over_of(strategies) if strategies and signals is not None else frozenset(),
        wallets.unwatched_of(watched) if watched and wallets is not None else frozenset(),
    )


def _over_fault(owner_id: int, conditions: Sequence[ConditionParameters], over: _Over) -> str:
    """Return which strategies, wallets and transactions of a rule are over; empty where none is."""
    strategies = sorted({condition.strategy for condition in conditions} & over.strategies)
    watched = {watched_name(owner_id, one) for one in conditions if one.source is AlertSource.WALLET}
    unwatched = sorted(one.name for one in watched & over.watched)
    faults = [f"the strategy {one} has ended: no signal of it comes any more" for one in strategies]
    faults += [f"{one} is watched no longer: nothing of it comes any more" for one in unwatched]
    return "; ".join(faults)


def _conditions_of(rule: AlertRule) -> tuple[Sequence[ConditionParameters], str]:
    """Return a rule's conditions and its error; no conditions where they can't be read, which the error tells."""
    try:
        return restored(rule.conditions), rule.error
    except ValueError as error:
        return (), rule.error or f"its conditions can't be read: {error}"
