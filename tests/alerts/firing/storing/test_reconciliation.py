"""Rules that their owners change while what they have done is on its way into the database."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import InterfaceError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.conditions.rule import TriggerPolicy
from alerts.events import AlertState
from alerts.firing.evaluation import Evaluation
from alerts.firing.restored_series import Heard
from alerts.firing.rules import Opened, changed_rules, evaluation_open, follow
from alerts.firing.storing.storage import firing_store
from alerts.models import AlertEvent, AlertRule
from alerts.rules.parameters import RuleChanges
from alerts.rules.rows import DEFINED, fill, parameters_of
from alerts.rules.services import rule_disable, rule_enable, rule_resume, rule_snooze, rule_update
from streaming.times import milliseconds, moment
from tests.alerts.deliveries.notifying import rule_of
from tests.alerts.firing.market import Number, price, price_topic
from tests.databases.lost_connection import LostConnection
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.django_db

_NOW_MS = 1_795_215_600_000
_NOW = moment(_NOW_MS)
_LATER = _NOW + timedelta(hours=1)
_TOPIC = price_topic("BTCUSDT")

Change = Callable[[AlertRule], object]


def _rule(**columns: Any) -> AlertRule:
    """Store a rule that fires above 100.10, once if nothing else is said."""
    rule = rule_of(User.objects.create(username="Ada", email="ada@example.com"), state=AlertState.PENDING)
    fill(rule, parameters_of(rule))
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.save()
    return rule


def _opened() -> Opened:
    """Open an evaluation whose rules are stored as known to it, after a value at which nothing fires."""
    opened = evaluation_open(clock=ManualClock(_NOW_MS))
    opened.evaluation.replay((), opened.newcomers)
    _take(opened.evaluation, 90)
    _store(opened)
    return opened


def _take(evaluation: Evaluation, *values: Number) -> None:
    for value in values:
        evaluation.take(_TOPIC, price("BTCUSDT", value, _NOW_MS))


def _store(opened: Opened) -> None:
    noted = opened.changes.noted
    firing_store(batch=opened.evaluation.take_batch(), noted_changes=noted, fence=None, now=_NOW)


def _follow(opened: Opened) -> None:
    follow(opened.evaluation, changed_rules(opened.changes))
    _store(opened)


def _changed(**given: Any) -> Change:
    return lambda rule: rule_update(rule=rule, given=RuleChanges(id=rule.pk, **given), now=_NOW)


def _off_and_on(rule: AlertRule) -> None:
    rule_enable(rule=rule_disable(rule=rule, now=_NOW), now=_NOW)


def _values() -> list[str]:
    return [f"{event.value:f}" for event in AlertEvent.objects.order_by("pk")]


def test_it_fires_once_though_its_owner_changes_a_word_before_that_is_stored() -> None:
    rule, opened = _rule(), _opened()
    _take(opened.evaluation, 110)
    _changed(name="Another name")(rule)
    _store(opened)
    _follow(opened)
    _take(opened.evaluation, 90, 120)
    _store(opened)
    rule.refresh_from_db()
    assert (_values(), rule.state, rule.name) == (["110"], AlertState.EXPIRED.value, "Another name")


@pytest.mark.parametrize(
    "change",
    [_changed(trigger=TriggerPolicy.EVERY_TIME), _changed(threshold=Decimal(105)), _off_and_on],
    ids=["another trigger", "another threshold", "off and on"],
)
def test_it_begins_anew_where_its_owner_says_so_before_the_firing_is_stored(change: Change) -> None:
    rule, opened = _rule(), _opened()
    _take(opened.evaluation, 110)
    change(rule)
    _store(opened)
    rule.refresh_from_db()
    assert (rule.state, rule.memory) == (AlertState.PENDING.value, {})
    _follow(opened)
    _take(opened.evaluation, 90, 120)
    _store(opened)
    assert _values() == ["110", "120"]


def test_it_reads_a_changed_rule_again_where_the_database_has_failed_meanwhile() -> None:
    rule, opened = _rule(), _opened()
    _changed(threshold=Decimal(105))(rule)
    with connection.execute_wrapper(LostConnection('FROM "alerts_alertrule"')), pytest.raises(InterfaceError):
        _follow(opened)
    _follow(opened)
    _take(opened.evaluation, 103, 110)
    _store(opened)
    assert _values() == ["110"]


def _fired_before_anything_was_stored(**columns: Any) -> tuple[AlertRule, Opened]:
    """Let a rule fire that has just been made, so that its row remembers nothing yet."""
    rule, opened = _rule(**columns), evaluation_open(clock=ManualClock(_NOW_MS))
    opened.evaluation.replay((), opened.newcomers)
    _take(opened.evaluation, 90, 110)
    return rule, opened


@pytest.mark.parametrize("then", ["stored and followed", "followed and stored", "stored and restarted"])
@pytest.mark.parametrize("terms", [{}, {"trigger": "every_time", "cooldown_seconds": 600}], ids=["once", "cool-down"])
def test_a_new_rule_fires_once_though_its_owner_changes_a_word_before_anything_is_stored(
    terms: dict[str, Any], then: str
) -> None:
    rule, opened = _fired_before_anything_was_stored(**terms)
    _changed(name="Another name")(rule)
    if then.startswith("stored"):
        _store(opened)
    if then.endswith("restarted"):
        opened = evaluation_open(clock=ManualClock(_NOW_MS))
        opened.evaluation.replay((), opened.newcomers)
    else:
        _follow(opened)
    _take(opened.evaluation, 90, 120)
    _store(opened)
    assert _values() == ["110"]


@pytest.mark.parametrize(
    "change",
    [_changed(trigger=TriggerPolicy.EVERY_TIME), _changed(threshold=Decimal(105)), _off_and_on],
    ids=["another trigger", "another threshold", "off and on"],
)
def test_a_new_rule_begins_anew_where_its_owner_says_so_before_anything_is_stored(change: Change) -> None:
    rule, opened = _fired_before_anything_was_stored()
    change(rule)
    _store(opened)
    _follow(opened)
    _take(opened.evaluation, 90, 120)
    _store(opened)
    assert _values() == ["110", "120"]


def test_a_new_rule_that_is_silenced_before_anything_is_stored_still_cools_down() -> None:
    rule, opened = _fired_before_anything_was_stored(trigger="every_time", cooldown_seconds=600)
    rule_snooze(rule=rule, until=_LATER.isoformat(), now=_NOW)
    _store(opened)
    rule_resume(rule=rule, now=_NOW)
    _follow(opened)
    _take(opened.evaluation, 90, 120)
    _store(opened)
    assert _values() == ["110"]


def test_rules_that_come_to_say_the_same_are_written_together_however_often_they_began_anew() -> None:
    rule = _rule()
    AlertRule.objects.create(owner=rule.owner, **{name: getattr(rule, name) for name in DEFINED})
    _off_and_on(rule)
    opened = evaluation_open(clock=ManualClock(_NOW_MS))
    opened.evaluation.replay((), opened.newcomers)
    _take(opened.evaluation, 90, 110)
    with CaptureQueriesContext(connection) as asked:
        _store(opened)
    assert _values() == ["110", "110"]
    assert len([one for one in asked if one["sql"].startswith('UPDATE "alerts_alertrule"')]) == 1


@pytest.mark.parametrize(
    "terms", [{"max_firings": 2}, {"max_firings": 1, "expires": _LATER.isoformat()}], ids=["more", "no more"]
)
def test_it_may_fire_on_only_where_its_owner_allows_it_more_meanwhile(terms: dict[str, Any]) -> None:
    rule, opened = _rule(trigger="every_time", max_firings=1), _opened()
    _take(opened.evaluation, 110)
    _changed(**terms)(rule)
    _store(opened)
    _follow(opened)
    _take(opened.evaluation, 115, 90, 120)
    _store(opened)
    assert _values() == ["110", "120"][: terms["max_firings"]]


def test_it_stays_as_silent_as_its_owner_has_made_it_meanwhile() -> None:
    rule, opened = _rule(trigger="every_time"), _opened()
    _take(opened.evaluation, 110)
    rule_snooze(rule=rule, until=_LATER.isoformat(), now=_NOW)
    _store(opened)
    rule.refresh_from_db()
    assert (rule.state, rule.memory["holds"]) == (AlertState.SNOOZED.value, [True])
    _follow(opened)
    rule_resume(rule=rule, now=_NOW)
    _take(opened.evaluation, 90)
    _store(opened)
    rule.refresh_from_db()
    assert (rule.state, rule.memory["holds"]) == (AlertState.PENDING.value, [False])
    _follow(opened)
    rule.refresh_from_db()
    assert rule.state == AlertState.ARMED.value


def _crossing() -> AlertRule:
    """Store a rule that fires each time the price rises through 100.10."""
    rule = _rule(trigger="every_time")
    rule.conditions = [{**rule.conditions[0], "operator": "crossing_up"}]
    rule.save()
    return rule


def _opened_anew(*heard: Heard) -> Opened:
    """Open an evaluation as another evaluator does that has heard this."""
    opened = evaluation_open(clock=ManualClock(_NOW_MS))
    opened.evaluation.replay(heard, opened.newcomers)
    return opened


def test_it_looks_at_nothing_from_before_it_began_anew_though_another_evaluates_it_by_then() -> None:
    rule, opened = _crossing(), _opened()
    _off_and_on(rule)
    _follow(opened)
    rule.refresh_from_db()
    assert rule.memory["holds"] == [None]  # it is known, and has seen nothing yet
    before = milliseconds(rule.updated_at) - 1
    opened = _opened_anew(*[Heard(_TOPIC, price("BTCUSDT", value, _NOW_MS), before) for value in (95, 110)])
    _take(opened.evaluation, 120, 90)
    _store(opened)
    assert _values() == []
    _take(opened.evaluation, 130)
    _store(opened)
    assert _values() == ["130"]
