"""Rules on the signals of strategies: of whose, of which, and of which symbol."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.models import AlertRule
from alerts.rules.answers import rule_answer, rules_answer
from alerts.rules.parameters import RuleChanges
from alerts.rules.selectors import Page
from alerts.rules.services import rule_clone, rule_update
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from streaming.times import iso_time
from tests.alerts.rules.conftest import NOW, MakeRule
from tests.trading.live.rows import strategy_of
from trading.models import Strategy, TradingAccount

_SIGNAL = {"source": "strategy", "operator": "at_least", "threshold": "0.6"}


def _strategy(owner: User, **changes: Any) -> Strategy:
    account, _ = TradingAccount.objects.get_or_create(
        owner=owner, name="paper", defaults={"created_at": NOW, "maker_fee": Decimal(0), "taker_fee": Decimal(0)}
    )
    strategy = strategy_of(account, **changes).strategy
    assert strategy is not None
    return strategy


def _refused(make_rule: MakeRule, **given: Any) -> Any:
    with pytest.raises(WrongParametersError) as refused:
        make_rule(**(_SIGNAL | given))
    assert not AlertRule.objects.exists()
    return refused.value.fields


def _update(rule: AlertRule, **changes: Any) -> AlertRule:
    return rule_update(rule=rule, given=reader_of(RuleChanges)({"id": rule.pk, **changes}), now=NOW)


def test_a_rule_takes_the_symbol_of_its_strategy(make_rule: MakeRule, owner: User) -> None:
    strategy = _strategy(owner, symbol="ETHUSDT")
    rule = make_rule(**_SIGNAL, symbol="", strategy=strategy.pk, action="buy")
    rule.refresh_from_db()
    assert rule.symbol == "ETHUSDT"
    assert rule.conditions == [{**_SIGNAL, "strategy": strategy.pk, "action": "buy", "hysteresis": "0"}]


def test_a_strategy_of_another_is_as_unknown_as_one_that_there_is_not(
    make_rule: MakeRule, stranger: User, staff: User
) -> None:
    theirs = _strategy(stranger).pk
    for spelled in (theirs, theirs.upper(), f"{theirs} ", "*", "strat_none"):
        assert _refused(make_rule, strategy=spelled) == {"strategy": f"strategy is unknown: {spelled}"}
    assert _refused(make_rule, user=staff, strategy=theirs) == {"strategy": f"strategy is unknown: {theirs}"}


def test_it_is_told_by_the_place_at_which_it_was_given(make_rule: MakeRule) -> None:
    further = {"conditions": [_SIGNAL | {"strategy": "strat_b"}], "combine": "any"}
    assert _refused(make_rule, strategy="strat_a", **further) == {
        "strategy": "strategy is unknown: strat_a",
        "conditions.0.strategy": "conditions.0.strategy is unknown: strat_b",
    }


def test_one_that_has_ended_is_refused_but_keeps_the_rule_that_it_has(make_rule: MakeRule, owner: User) -> None:
    strategy = _strategy(owner)
    rule = make_rule(**_SIGNAL, strategy=strategy.pk)
    Strategy.objects.filter(pk=strategy.pk).update(state="stopped", ended_at=NOW)
    assert _update(rule, name="Still").name == "Still"
    assert rule_clone(rule=rule, now=NOW).symbol == "BTCUSDT"
    with pytest.raises(WrongParametersError) as refused:
        _update(rule, action="sell")
    assert refused.value.fields == {"strategy": f"strategy has ended: {strategy.pk}"}


def test_a_rule_stays_as_it_is_once_its_strategy_has_ended_and_says_so(make_rule: MakeRule, owner: User) -> None:
    strategies = [_strategy(owner) for _ in range(3)]
    rules = [make_rule(**_SIGNAL, strategy=one.pk) for one in strategies] + [make_rule()]
    Strategy.objects.filter(pk=strategies[0].pk).update(state="stopped", ended_at=NOW)
    strategies[1].delete()
    told = {rule.pk: rule_answer(rule, iso_time) for rule in AlertRule.objects.all()}
    assert [told[rule.pk].error for rule in rules] == [
        f"the strategy {strategies[0].pk} has ended: no signal of it comes any more",
        f"the strategy {rules[1].conditions[0]['strategy']} has ended: no signal of it comes any more",
        "",
        "",
    ]
    assert {rule.state for rule in told.values()} == {"pending"}
    page = Page(items=list(AlertRule.objects.select_related("owner").order_by("pk")), total=4)
    with CaptureQueriesContext(connection) as asked:
        listed = rules_answer(page, iso_time)
    assert [rule.error for rule in listed.items] == [told[rule.pk].error for rule in rules]
    assert len(asked) == 1


def test_a_rule_is_of_its_strategys_symbol_alone(make_rule: MakeRule, owner: User) -> None:
    one, other = _strategy(owner), _strategy(owner, symbol="ETHUSDT")
    mismatch = f"strategy runs on {other.symbol}, and the rule is of BTCUSDT"
    assert _refused(make_rule, strategy=other.pk) == {"strategy": mismatch}
    rule = make_rule(**_SIGNAL, strategy=one.pk)
    with pytest.raises(WrongParametersError) as refused:
        _update(rule, strategy=other.pk)
    assert refused.value.fields == {"strategy": mismatch}
    assert _update(rule, strategy=other.pk, symbol="ETHUSDT").symbol == "ETHUSDT"
