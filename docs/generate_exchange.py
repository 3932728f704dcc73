"""docs/exchange.md: every numbered rule of docs/exchange-rules.md, with the tests that prove it.

A test names the rules that it proves by the marker `rule`, with their numbers written out. The marks are found by
reading the tests, not by running them.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "docs" / "exchange-rules.md"
TESTS = ROOT / "tests"
MARKER = "rule"

_SECTION = re.compile(r"^## (?P<title>.+)$")
_ROW = re.compile(r"^\| (?P<number>(?:\d+|[A-Z])(?:\.\d+)+) \| (?P<text>.*) \|$")


class Rule(NamedTuple):
    """One rule, and the section in which it stands."""

    number: str
    section: str
    text: str


class RuleTest(NamedTuple):
    """One test, and the rules that it names."""

    path: str
    name: str
    rules: tuple[str, ...]


def rules_of(text: str) -> list[Rule]:
    """Return the numbered rows of the page, in their order."""
    found: list[Rule] = []
    section = ""
    for line in text.splitlines():
        if title := _SECTION.match(line):
            section = title["title"]
        elif row := _ROW.match(line):
            found.append(Rule(row["number"], section, row["text"].strip()))
    return found


def rule_tests(folder: Path = TESTS) -> list[RuleTest]:
    """Return every test below `folder` that names a rule."""
    found: list[RuleTest] = []
    for path in sorted(folder.rglob("test_*.py")):
        found += rule_tests_of(path.read_text(encoding="utf-8"), path.relative_to(folder.parent).as_posix())
    return found


def rule_tests_of(source: str, path: str) -> list[RuleTest]:
    """Return the tests of one module that name a rule, those in classes too."""
    if f"@{MARKER}(" not in source:
        return []
    found: list[RuleTest] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            rules = tuple(number for decorator in node.decorator_list for number in _numbers(decorator))
            if rules:
                found.append(RuleTest(path, node.name, rules))
    return found


def _numbers(decorator: ast.expr) -> Iterator[str]:
    match decorator:
        case ast.Call(func=ast.Name(id=name), args=arguments) if name == MARKER:
            yield from (str(ast.literal_eval(argument)) for argument in arguments)


def complaints(rules: Sequence[Rule], tests: Sequence[RuleTest]) -> list[str]:
    """Return what is wrong: numbers given twice, rules without a test, tests of rules that don't exist."""
    counts = Counter(rule.number for rule in rules)
    proven = {number for test in tests for number in test.rules}
    twice = [f"{number} numbers {count} rules" for number, count in counts.items() if count > 1]
    untested = [f"rule {rule.number} has no test" for rule in rules if rule.number not in proven]
    unknown = [
        f"{test.path}::{test.name} names {number}, which is no rule of docs/exchange-rules.md"
        for test in tests
        for number in test.rules
        if number not in counts
    ]
    return twice + untested + unknown


def exchange_page(notice: str) -> str:
    """Return the page; raise `UntestedRuleError` with all complaints where there are any."""
    rules, tests = rules_of(RULES.read_text(encoding="utf-8")), rule_tests()
    wrong = complaints(rules, tests)
    if wrong:
        raise UntestedRuleError("\n".join(wrong))
    lines = ["# The rules of the exchange, and their tests", "", notice, _INTRODUCTION]
    for section in dict.fromkeys(rule.section for rule in rules):
        lines += ["", f"## {section}", "", "| rule | what it says | tests |", "|---|---|---|"]
        lines += [_row(rule, tests) for rule in rules if rule.section == section]
    return "\n".join(lines).rstrip() + "\n"


class UntestedRuleError(Exception):
    """Rules and tests don't agree; the message has a line for each complaint."""


_INTRODUCTION = """\
Each rule of [exchange-rules.md](exchange-rules.md), and the tests below `tests/` that prove it, at the lowest level
that can. Where a rule doesn't concern us (yet), its test says why, and asserts what shows it."""


def _row(rule: Rule, tests: Sequence[RuleTest]) -> str:
    proving = [test for test in tests if rule.number in test.rules]
    named = "<br>".join(f"`{test.path.removeprefix('tests/')}::{test.name}`" for test in proving)
    return f"| {rule.number} | {rule.text} | {named} |"
