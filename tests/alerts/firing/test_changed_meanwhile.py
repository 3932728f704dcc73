"""Rules that their owners change while what they have done is on its way into the database."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from alerts.conditions.words import TriggerPolicy
from alerts.firing.evaluation import Evaluation
from alerts.firing.following import Opened, changed_rules, evaluation_open, follow
from alerts.firing.storage import firing_store
from alerts.models import AlertEvent, AlertRule
from alerts.rules.parameters import RuleChanges
from alerts.rules.rows import fill, parameters_of
from alerts.rules.services import rule_disable, rule_enable, rule_resume, rule_snooze, rule_update
from alerts.times import moment
from streaming.clock import ManualClock
from streaming.events import AlertState
from tests.alerts.deliveries.telling import rule_of
from tests.alerts.firing.market import Number, price, price_topic

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
