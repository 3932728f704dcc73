"""Whoever changes a rule, wherever: the evaluator is told."""

from alerts.models import RuleChange
from tests.alerts.rules.conftest import MakeRule


def test_it_notes_what_is_made_changed_and_deleted(make_rule: MakeRule) -> None:
    rule = make_rule()
    rule.name = "b"
    rule.save()
    number = rule.pk
    rule.delete()
    assert list(RuleChange.objects.values_list("rule_id", flat=True)) == [number] * 3


def test_it_does_not_note_what_the_evaluator_writes(make_rule: MakeRule) -> None:
    rule = make_rule()
    rule.state, rule.firings = "firing", 1
    rule.save(update_fields=["state", "firings", "memory"])
    assert RuleChange.objects.count() == 1
