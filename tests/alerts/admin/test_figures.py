"""The numbers of the admin's first page."""

from datetime import UTC, datetime, timedelta

from alerts.admin.figures import (
    deliveries_dead,
    delivery_figures,
    firing_figures,
    rules_in_error,
)
from alerts.events import AlertState
from alerts.models import AlertRule, DeliveryState
from alerts.rules.figures import rule_figures
from tests.alerts.admin.conftest import MakeRule, delivery_of, fire, told

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_it_counts_rules_by_state_and_those_switched_off_apart(make_rule: MakeRule) -> None:
    for state in (AlertState.ARMED, AlertState.ARMED, AlertState.EXPIRED, AlertState.ERROR):
        AlertRule.objects.filter(pk=make_rule().pk).update(state=state.value)
    AlertRule.objects.filter(pk=make_rule().pk).update(enabled=False)
    figures = rule_figures()
    assert dict(figures.states) == {AlertState.ARMED: 2, AlertState.EXPIRED: 1, AlertState.ERROR: 1}
    assert [state for state, _ in figures.states] == sorted(dict(figures.states), key=list(AlertState).index)
    assert (figures.enabled, figures.done, figures.switched_off) == (4, 1, 1)


def test_it_counts_firings_by_hour_of_the_last_day_only(rule: AlertRule) -> None:
    for at in (NOW, NOW - 31 * HOUR / 60, NOW - HOUR, NOW - 23 * HOUR, NOW - 24 * HOUR):
        fire(rule, at=at)
    figures = firing_figures(NOW)
    assert figures.hours[0] == datetime(2026, 11, 19, 13, tzinfo=UTC)
    assert figures.hours[-1] == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (figures.counts[-1], figures.counts[-2], figures.counts[0]) == (1, 2, 1)
    assert figures.total == 4


def test_it_counts_deliveries_by_how_they_stand(rule: AlertRule) -> None:
    notification = told(fire(rule))
    delivery_of(notification, made=NOW)
    delivery_of(notification, channel="websocket", state=DeliveryState.ACKNOWLEDGED, made=NOW)
    delivery_of(notification, channel="webhook", state=DeliveryState.DEAD, made=NOW - HOUR)
    delivery_of(notification, channel="web_push", state=DeliveryState.CANCELLED, made=NOW)
    delivery_of(told(fire(rule)), state=DeliveryState.WAITING, made=NOW)
    figures = delivery_figures(NOW)
    assert (figures.delivered.total, figures.under_way.total, figures.dead.total) == (2, 1, 1)
    assert (figures.delivered.counts[-1], figures.dead.counts[-2]) == (2, 1)


def test_it_names_the_newest_failures(make_rule: MakeRule) -> None:
    rules = [make_rule(name=name) for name in ("first", "second", "well")]
    for number, rule in enumerate(rules[:2]):
        changes = {"state": AlertState.ERROR.value, "state_since": NOW + number * HOUR, "error": "no such symbol"}
        AlertRule.objects.filter(pk=rule.pk).update(**changes)
    dead = [delivery_of(told(fire(rules[2])), state=DeliveryState.DEAD) for _ in range(3)]
    assert [rule.name for rule in rules_in_error(5)] == ["second", "first"]
    assert list(deliveries_dead(2)) == [dead[2], dead[1]]
