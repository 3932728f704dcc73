"""The rules that call operators: of metrics that there are, each with its runbook and a moment that makes it fire."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streaming.backup_records.overdue import OVERDUE_AFTER
from tests.deploy.known_metrics import unknown_in
from tests.deploy.promql import Matcher, Selector, named
from tests.deploy.promtool import promtool
from tests.processes import ROOT

_PROMETHEUS = ROOT / "platform" / "deploy" / "prometheus"
_RULES = sorted((_PROMETHEUS / "rules").glob("*.yml"))
_TESTS = sorted(Path(__file__).parent.glob("alerts/*.yml"))
_SEVERITIES = {"critical", "warning"}


def _alerts() -> list[dict[str, Any]]:
    groups = [group for path in _RULES for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def _names() -> list[str]:
    return [alert["alert"] for alert in _alerts()]


def _runbook_sections() -> list[str]:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text.partition("\n## Alerts to operators\n")[2].partition("\n## ")[0]
    return re.findall(r"^### (\w+)$", section, re.MULTILINE)


def test_a_backup_is_overdue_when_doctor_says_so() -> None:
    (rule,) = [alert for alert in _alerts() if alert["alert"] == "TidewireBackupOverdue"]
    (hours,) = re.findall(r"> (\d+) \* 3600$", rule["expr"])
    assert int(hours) * 3600 == OVERDUE_AFTER.total_seconds()


def test_there_are_rules_for_all_that_operators_are_called_for() -> None:
    assert len(_names()) == len(set(_names())) > 25


@pytest.mark.parametrize("alert", _alerts(), ids=_names())
def test_it_asks_for_metrics_labels_and_values_that_there_are(alert: dict[str, Any]) -> None:
    expression = named(alert["expr"])
    assert expression.selectors
    assert unknown_in(expression) == []


@pytest.mark.parametrize("alert", _alerts(), ids=_names())
def test_it_says_how_urgent_it_is_what_is_wrong_and_where_to_read_on(alert: dict[str, Any]) -> None:
    name = alert["alert"]
    assert alert["labels"]["severity"] in _SEVERITIES
    assert set(alert["annotations"]) == {"summary", "runbook"}
    assert alert["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"


def test_each_has_a_runbook_and_each_runbook_an_alert() -> None:
    assert Counter(_runbook_sections()) == Counter(_names())


def _examined() -> Iterable[tuple[str, bool]]:
    """Yield of each moment of the tests the alert, and whether it fires then."""
    for path in _TESTS:
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            yield from ((one["alertname"], bool(one.get("exp_alerts"))) for one in test["alert_rule_test"])


def test_each_has_a_moment_that_makes_it_fire_and_one_that_does_not() -> None:
    assert set(_examined()) == {(name, fires) for name in _names() for fires in (True, False)}


@pytest.mark.parametrize("path", _TESTS, ids=lambda path: path.stem)
def test_it_fires_when_it_should(path: Path) -> None:
    promtool("test", "rules", path)


def test_the_rules_and_the_configuration_that_loads_them_can_be_read() -> None:
    promtool("check", "rules", *_RULES)
    promtool("check", "config", "--syntax-only", _PROMETHEUS / "prometheus.yml")
    configured = yaml.safe_load((_PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))["rule_files"]
    assert sorted(path for pattern in configured for path in _PROMETHEUS.glob(pattern)) == _RULES


def test_what_an_expression_names_is_found() -> None:
    found = named(
        'sum by (slot, le) (rate(a_bucket{x="1|}", y=~"b(c)?|d"}[5m] offset 1h)) / on (z) group_left (w) b > 1e3 and c'
    )
    first = Selector("a_bucket", (Matcher("x", "=", "1|}"), Matcher("y", "=~", "b(c)?|d")))
    assert found.selectors == (first, Selector("b", ()), Selector("c", ()))
    assert found.labels == {"slot", "le", "z", "w"}


def _wrong() -> Iterator[tuple[str, str]]:
    yield "sum(tidewire_gateway_users)", "there is no metric tidewire_gateway_users"
    yield "tidewire_database_query_duration_seconds", "there is no metric tidewire_database_query_duration_seconds"
    yield 'tidewire_bridge_state{state="dead"}', "tidewire_bridge_state has no state dead"
    yield 'tidewire_bridge_state{state=~"live|dead"}', "tidewire_bridge_state has no state live|dead"
    yield 'tidewire_bridge_lag_seconds{symbol="X"}', "tidewire_bridge_lag_seconds has no symbol X"
    yield 'tidewire_worker_backlog{worker="mails"}', "tidewire_worker_backlog has no worker mails"
    yield "sum by (slot) (tidewire_lease_held)", "no metric of it has the label slot"


@pytest.mark.parametrize(("expression", "fault"), [*_wrong()])
def test_what_there_is_not_is_told(expression: str, fault: str) -> None:
    assert unknown_in(named(expression)) == [fault]
