"""What the use cases do to a rule, and whom they tell."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from accounts.models import User
from alerts.models import AlertRule, RuleChange
from alerts.rules.definition import rule_of
from alerts.rules.deleting import rule_delete
from alerts.rules.errors import RuleConflictError, RuleNotFoundError
from alerts.rules.parameters import RuleChanges
from alerts.rules.services import (
    rule_clone,
    rule_disable,
    rule_enable,
    rule_resume,
    rule_snooze,
    rule_update,
)
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from tests.alerts.rules.conftest import NOW, MakeRule

LATER = NOW + timedelta(hours=1)
_PRICE = {"source": "price", "operator": "below", "threshold": 1}


def evaluated(rule: AlertRule, state: str = "firing", **columns: Any) -> AlertRule:
    """Return the rule as the evaluator has left it."""
    rows = AlertRule.objects.filter(pk=rule.pk)
    rows.update(state=state, state_since=NOW, memory={"holds": [True]}, last_value="51000", firings=1, **columns)
    return rows.get()


def update(rule: AlertRule, **changes: Any) -> AlertRule:
    """Change a rule an hour later."""
    rule_update(rule=rule, given=reader_of(RuleChanges)({"id": rule.pk, **changes}), now=LATER)
    return AlertRule.objects.get(pk=rule.pk)


def standing(rule: AlertRule) -> tuple[str, dict[str, Any], int]:
    """Return what the evaluator knows of a rule."""
    rule = AlertRule.objects.get(pk=rule.pk)
    return rule.state, rule.memory, rule.firings


def test_it_makes_a_rule_on_all_that_one_holds_and_gives_it_a_symbol_where_it_comes_to_need_one(
    make_rule: MakeRule,
) -> None:
    rule = make_rule(source="portfolio", field="drawdown", threshold=10, symbol="")
    assert (rule.symbol, str(rule)) == ("", "High")
    with pytest.raises(WrongParametersError) as refused:
        update(rule, source="price", threshold=1)
    assert refused.value.fields == {"symbol": "symbol is required"}
    assert update(rule, source="price", threshold=1, symbol="ETHUSDT").symbol == "ETHUSDT"


KEPT = ("firing", {"holds": [True]}, 1)
ANEW: tuple[str, dict[str, Any], int] = ("pending", {}, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 2},
        {"symbol": "ETHUSDT"},
        {"operator": "crossing"},
        {"conditions": [_PRICE]},
        {"trigger": "every_time"},
        {"hysteresis": 3},
    ],
    ids=str,
)
def test_it_begins_anew_where_what_it_compares_has_changed(changes: dict[str, Any], make_rule: MakeRule) -> None:
    rule = update(evaluated(make_rule()), **changes)
    assert standing(rule) == ANEW
    assert rule.state_since == LATER


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "b"},
        {"severity": "critical"},
        {"channels": ["email"]},
        {"template": "{price}"},
        {"max_firings": 5},
        {"expires": "2100-01-01T00:00:00Z"},
        {"threshold": "50000.10", "operator": "above"},
        {},
    ],
    ids=str,
)
def test_it_goes_on_where_it_compares_the_same(changes: dict[str, Any], make_rule: MakeRule) -> None:
    assert standing(update(evaluated(make_rule()), **changes)) == KEPT


@pytest.mark.parametrize("state", ["expired", "error"])
def test_it_lives_again_where_what_ended_it_has_changed(state: str, make_rule: MakeRule) -> None:
    for changes in ({"max_firings": 5}, {"expires": "2100-01-01T00:00:00Z"}):
        assert standing(update(evaluated(make_rule(), state), **changes)) == ANEW
    assert standing(update(evaluated(make_rule(), state), name="b"))[0] == state


def test_it_forgets_the_last_value_of_another_series(make_rule: MakeRule) -> None:
    assert update(evaluated(make_rule()), symbol="ETHUSDT").last_value is None
    assert update(evaluated(make_rule()), name="b").last_value == 51_000


def test_it_keeps_what_the_evaluator_writes_meanwhile(make_rule: MakeRule) -> None:
    stale = make_rule()
    evaluated(stale)
    assert standing(update(stale, name="b")) == KEPT


def test_it_changes_a_rule_that_has_expired_without_asking_for_a_later_time(make_rule: MakeRule) -> None:
    rule = make_rule(expires="2026-11-20T12:30:00Z")
    assert update(rule, name="b").name == "b"
    with pytest.raises(WrongParametersError, match="expires must be in the future"):
        update(rule, expires="2026-11-20T12:45:00Z")
    assert update(rule, expires=None).expires_at is None


def test_it_changes_what_else_a_rule_says_whose_level_was_stored_before_it_was_judged(make_rule: MakeRule) -> None:
    rsi = {"source": "indicator", "indicator": "rsi", "interval": "1m", "threshold": 70}
    [condition] = make_rule(**rsi).conditions
    AlertRule.objects.update(conditions=[condition | {"threshold": "94000"}])
    rule = AlertRule.objects.get()
    assert len(rule_of(rule).conditions) == 1
    assert update(rule, name="b", cooldown=9, trigger="every_time").conditions[0]["threshold"] == "94000"
    assert update(rule, **rsi | {"operator": "above", "threshold": "94000", "name": "c"}).name == "c"
    with pytest.raises(WrongParametersError, match="can't be 94001 for above: RSI lies between 0 and 100"):
        update(rule, threshold=94_001)
    with pytest.raises(WrongParametersError, match="can't be 94000 for at_least: RSI lies between 0 and 100"):
        update(rule, operator="at_least")
    assert update(rule, threshold=71).conditions[0]["threshold"] == "71"


def test_it_enables_and_disables_once_and_begins_anew(make_rule: MakeRule) -> None:
    rule = evaluated(make_rule())
    assert standing(rule_enable(rule=rule, now=LATER)) == KEPT
    assert standing(rule_disable(rule=rule, now=LATER)) == ANEW
    changes = RuleChange.objects.count()
    rule_disable(rule=rule, now=LATER)
    assert RuleChange.objects.count() == changes
    evaluated(rule)
    assert standing(rule_enable(rule=rule, now=LATER)) == ANEW


def test_it_counts_how_often_a_rule_has_begun_anew_though_nothing_of_it_was_stored(make_rule: MakeRule) -> None:
    rule = make_rule()
    assert [update(rule, **changes).beginnings for changes in ({"name": "b"}, {"threshold": 2}, {})] == [0, 1, 1]
    rule_snooze(rule=rule, until="2100-01-01T00:00:00Z", now=LATER)
    assert rule_resume(rule=rule, now=LATER).beginnings == 1
    assert rule_disable(rule=rule, now=LATER).beginnings == 2
    assert rule_enable(rule=rule, now=LATER).beginnings == 3
    assert rule_clone(rule=rule, now=LATER).beginnings == 0


def test_it_arms_a_rule_again_that_has_fired_once(make_rule: MakeRule) -> None:
    assert standing(rule_enable(rule=evaluated(make_rule(), "expired"), now=LATER)) == ANEW


def test_it_refuses_to_enable_what_can_never_fire(make_rule: MakeRule) -> None:
    ended = evaluated(make_rule(expires="2026-11-20T12:30:00Z"), "expired")
    with pytest.raises(RuleConflictError, match="The rule has expired; give it a later time first"):
        rule_enable(rule=ended, now=LATER)
    used_up = evaluated(make_rule(max_firings=1), "expired")
    with pytest.raises(RuleConflictError, match="The rule has fired as often as it may; allow it more firings first"):
        rule_enable(rule=used_up, now=LATER)


def test_it_says_why_what_has_ended_cannot_be_silenced(make_rule: MakeRule) -> None:
    """Of one that has fired once, that it is done: it has expired only where its time has passed."""
    done = evaluated(make_rule(expires="2026-11-20T13:30:00Z"), "expired")
    with pytest.raises(RuleConflictError, match="The rule is done; switch it on first"):
        rule_snooze(rule=done, until="2100-01-01T00:00:00Z", now=LATER)
    over = evaluated(make_rule(expires="2026-11-20T12:30:00Z"), "armed")
    with pytest.raises(RuleConflictError, match="The rule has expired; give it a later time first"):
        rule_snooze(rule=over, until="2100-01-01T00:00:00Z", now=LATER)


def test_it_silences_and_resumes_without_forgetting(make_rule: MakeRule) -> None:
    rule = rule_snooze(rule=evaluated(make_rule()), until="2026-11-20T15:00:00+01:00", now=LATER)
    assert rule.snoozed_until == NOW + timedelta(hours=2)
    assert standing(rule) == ("snoozed", {"holds": [True]}, 1)
    assert standing(rule_resume(rule=rule, now=LATER)) == ("pending", {"holds": [True]}, 1)
    assert AlertRule.objects.get(pk=rule.pk).snoozed_until is None


def test_it_copies_what_a_rule_says_and_not_what_it_did(make_rule: MakeRule) -> None:
    rule = evaluated(make_rule(name="n" * 100, severity="warning", expires="2026-11-20T12:30:00Z", max_firings=3))
    copy = rule_clone(rule=rule, now=LATER)
    assert copy.pk != rule.pk
    assert copy.name == "n" * 93 + " (copy)"
    assert (copy.conditions, copy.severity, copy.max_firings) == (rule.conditions, "warning", 3)
    assert (copy.enabled, copy.expires_at) == (False, None)
    assert standing(copy) == ("pending", {}, 0)


def test_it_finds_that_a_rule_has_gone_meanwhile(make_rule: MakeRule) -> None:
    rule, changes = make_rule(), RuleChange.objects.count()
    again = AlertRule.objects.get(pk=rule.pk)
    rule_delete(rule=rule)
    assert RuleChange.objects.count() == changes + 1
    with pytest.raises(RuleNotFoundError):
        rule_delete(rule=again)
    with pytest.raises(RuleNotFoundError):
        update(again, name="b")


def test_it_writes_down_who_changed_a_rule(make_rule: MakeRule, staff: User) -> None:
    rule = make_rule()
    rule_disable(rule=rule, now=LATER, by=staff.pk)
    rule_delete(rule=rule, by=staff.pk)
    written = rule.history.model.objects.order_by("history_id")
    kinds = [(each.history_type, each.history_user.username) for each in written]
    assert kinds == [("+", "Ada"), ("~", "Staff"), ("-", "Staff")]


def test_it_counts_the_rules_of_each_owner_alone(make_rule: MakeRule, stranger: User, settings: Any) -> None:
    settings.ALERTS_RULES_PER_USER = 1
    make_rule()
    make_rule(stranger)
    with pytest.raises(RuleConflictError):
        make_rule()


def test_it_goes_with_its_owner(make_rule: MakeRule, owner: User) -> None:
    rule = make_rule()
    get_user_model().objects.get(pk=owner.pk).delete()
    assert not AlertRule.objects.exists()
    assert RuleChange.objects.filter(rule_id=rule.pk).count() == 2
