"""Whatever is given: a rule, or a refusal by field; never a fault of ours."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.conditions.rule import AlertSource, TriggerPolicy
from alerts.events import AlertOperator
from alerts.models import AlertRule
from alerts.rules.changes import changed
from alerts.rules.conditions import restored, stored
from alerts.rules.definition import rule_of
from alerts.rules.parameters import RuleChanges, RuleParameters, RuleTrial
from alerts.rules.rows import fill, parameters_of
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from streaming.events import Interval
from streaming.indicators.catalogue import CATALOGUE
from tests.alerts.rules.refusals import RULE

_WORDS = [
    *(word.value for kind in (AlertSource, AlertOperator, TriggerPolicy, Interval) for word in kind),
    *CATALOGUE,
    *("price", "value", "bid", "change", "BTCUSDT", "{price}", "{", "", "1e30", "-0", "period", "email"),
]
_LEAVES = st.none() | st.booleans() | st.integers() | st.decimals() | st.sampled_from(_WORDS) | st.text(max_size=5)
_NAMES = st.sampled_from([*RuleParameters.__struct_fields__, "period", "id", "colour"])
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=12,
)
_GIVEN = st.dictionaries(_NAMES, _VALUES, max_size=8)
_read_rule = reader_of(RuleParameters)
_READERS: Mapping[type[Any], Callable[[Mapping[str, Any]], Any]] = {
    RuleParameters: _read_rule,
    RuleTrial: reader_of(RuleTrial),
    RuleChanges: reader_of(RuleChanges),
}


def read(kind: type[Any], given: Mapping[str, Any]) -> Any:
    """Return the parameters, or None where they were refused by field."""
    try:
        return _READERS[kind](given)
    except WrongParametersError as refused:
        assert refused.fields
        assert all(refused.fields.values())
        return None


@given(changes=_GIVEN)
def test_it_makes_a_rule_that_can_be_kept_and_evaluated_or_refuses(changes: dict[str, Any]) -> None:
    read(RuleTrial, changes)
    rule = read(RuleParameters, RULE | changes)
    if rule is not None:
        row = AlertRule(pk=1)
        fill(row, rule)
        assert restored(stored(rule.all_conditions)) == rule.all_conditions
        assert len(rule_of(row).conditions) == len(rule.all_conditions)
        assert not parameters_of(row).wrong_together()


@given(first=_GIVEN, changes=_GIVEN)
def test_it_changes_a_rule_or_refuses(first: dict[str, Any], changes: dict[str, Any]) -> None:
    row = AlertRule(pk=1)
    fill(row, read(RuleParameters, RULE | first) or _read_rule(RULE))
    wanted = read(RuleChanges, changes | {"id": 1})
    if wanted is None:
        return
    after = changed(parameters_of(row), wanted)
    if not after.wrong_together():
        fill(row, after)
        assert rule_of(row).conditions


@pytest.mark.parametrize("number", ["1e30", "9" * 40, "0." + "0" * 29 + "1", "-5"])
def test_it_keeps_every_number_of_the_border(number: str) -> None:
    given = RULE | {"source": "ticker", "field": "change", "threshold": number}
    row = AlertRule(pk=1)
    fill(row, _read_rule(given))
    assert rule_of(row).conditions[0].threshold == row.threshold == Decimal(number)
