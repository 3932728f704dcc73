"""The bookkeeping: docs/exchange-rules.md and the marks of the tests agree."""

import re

import pytest

from docs.generate_exchange import ROOT, RULES, Rule, RuleTest, complaints, rule_tests, rule_tests_of, rules_of


def test_it_proves_every_rule_and_names_no_other() -> None:
    assert complaints(rules_of(RULES.read_text(encoding="utf-8")), rule_tests()) == []


def test_it_reads_every_numbered_row() -> None:
    text = RULES.read_text(encoding="utf-8")
    numbered = [line for line in text.splitlines() if re.match(r"\|\s*[\dA-Z]+\.\d", line)]
    assert len(rules_of(text)) == len(numbered) > 0


def test_it_complains_of_rules_without_a_test_of_unknown_rules_and_of_numbers_given_twice() -> None:
    rules = [Rule("1.1.1", "a", "x"), Rule("1.1.1", "a", "y"), Rule("A.2", "b", "z")]
    tests = [RuleTest("tests/test_a.py", "test_it", ("1.1.1", "9.9"))]
    assert complaints(rules, tests) == [
        "1.1.1 numbers 2 rules",
        "rule A.2 has no test",
        "tests/test_a.py::test_it names 9.9, which is no rule of docs/exchange-rules.md",
    ]


def test_it_finds_marks_in_functions_and_in_classes() -> None:
    source = """
@rule("3.1", "A.2")
async def test_it_is_marked():
    "3.3 stands here for no reason"

class TestThem:
    @pytest.mark.parametrize("number", ["3.5"])
    @rule("3.4")
    def test_it_is_marked_too(self, number): ...

def test_it_is_not(): ...
"""
    assert rule_tests_of(source, "a.py") == [
        RuleTest("a.py", "test_it_is_marked", ("3.1", "A.2")),
        RuleTest("a.py", "test_it_is_marked_too", ("3.4",)),
    ]


def test_it_reads_the_marks_that_pytest_sees(request: pytest.FixtureRequest) -> None:
    read = {(ROOT / test.path, test.name): set(test.rules) for test in rule_tests()}
    for item in request.session.items:
        rules = {number for mark in item.iter_markers("rule") for number in mark.args}
        if rules and isinstance(item, pytest.Function):
            assert read[item.path, item.originalname] == rules, item.nodeid
