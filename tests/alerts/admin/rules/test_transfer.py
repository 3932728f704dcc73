"""Rules as files: what is exported can be imported again, and what is wrong is named by row and column."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from alerts.models import AlertRule, RuleChange
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import MakeRule

LIST = "/admin/alerts/alertrule/"
JSON, CSV = "0", "1"
ROW = {
    "owner": "Ada",
    "name": "Imported",
    "symbol": "BTCUSDT",
    "conditions": json.dumps([{"source": "price", "operator": "above", "threshold": "50000.100"}]),
    "trigger": "once",
}


def _exported(client: Client, kind: str) -> str:
    return text_of(client.post(f"{LIST}export/", {"format": kind, "resource": ""}))


def _offered(client: Client, rows: list[dict[str, Any]]) -> Any:
    """Return the answer to uploading rows as JSON, before anything is confirmed."""
    upload = SimpleUploadedFile("rules.json", json.dumps(rows).encode(), "application/json")
    return client.post(f"{LIST}import/", {"format": JSON, "resource": "", "import_file": upload})


def _imported(client: Client, rows: list[dict[str, Any]]) -> None:
    """Upload rows, and confirm them."""
    confirm = _offered(client, rows).context["confirm_form"]
    assert client.post(f"{LIST}process_import/", confirm.initial).status_code == 302


def _refusals(answer: Any) -> list[dict[str, list[str]]]:
    """Return what is wrong with each row that is, by column."""
    assert "confirm_form" not in answer.context
    return [row.error_dict for row in answer.context["result"].invalid_rows]


def _columns() -> dict[str, Any]:
    """Return all that is stored of the one rule there is."""
    return {str(name): value for name, value in AlertRule.objects.values().get().items()}


@pytest.fixture
def symbols(make_rule: MakeRule) -> None:
    """Make the symbols known."""


def test_it_exports_what_makes_a_rule(administrator: Client, make_rule: MakeRule) -> None:
    make_rule(threshold="50000.100", channels=["email", "webhook"], expires="2040-01-02T03:04:05.006Z")
    (row,) = json.loads(_exported(administrator, JSON))
    assert (row["owner"], row["name"], row["symbol"], row["trigger"]) == ("Ada", "High", "BTCUSDT", "every_time")
    assert json.loads(row["conditions"])[0]["threshold"] == "50000.100"
    assert (row["channels"], row["expires"], row["enabled"]) == ("email webhook", "2040-01-02T03:04:05.006Z", "true")


@pytest.mark.parametrize("kind", [JSON, CSV])
def test_it_imports_what_it_has_exported(administrator: Client, make_rule: MakeRule, kind: str) -> None:
    make_rule(
        name="=1+1",
        conditions=[{"source": "price", "operator": "below", "threshold": "60000"}],
        channels=["email"],
        template="+{price}",
        severity="critical",
        max_firings=3,
    )
    text = _exported(administrator, kind)
    rows = json.loads(text) if kind == JSON else list(csv.DictReader(io.StringIO(text)))
    before = _columns()
    _imported(administrator, rows)
    assert _columns() == before
    AlertRule.objects.all().delete()
    _imported(administrator, [row | {"id": ""} for row in rows])
    after = _columns()
    moving = {"id", "created_at", "updated_at", "state_since"}
    assert {name for name in before if after[name] != before[name]} <= moving


def test_it_writes_nothing_that_a_spreadsheet_would_run(administrator: Client, make_rule: MakeRule) -> None:
    make_rule(name="=HYPERLINK(0)", template="@{price}")
    (row,) = csv.DictReader(io.StringIO(_exported(administrator, CSV)))
    assert (row["name"], row["template"]) == ("'=HYPERLINK(0)", "'@{price}")


def test_it_imports_after_a_look_and_signs_the_change(administrator: Client, symbols: None, root: User) -> None:
    page = _offered(administrator, [ROW, ROW | {"name": "Off", "enabled": "0"}])
    assert "Imported" in text_of(page)
    assert not AlertRule.objects.exists()
    assert not RuleChange.objects.exists()
    assert administrator.post(f"{LIST}process_import/", page.context["confirm_form"].initial).status_code == 302
    rules = {rule.name: rule for rule in AlertRule.objects.all()}
    assert (rules["Imported"].enabled, rules["Off"].enabled) == (True, False)
    assert {rule.owner.username for rule in rules.values()} == {"Ada"}
    assert str(rules["Imported"].threshold) == "50000.100"
    assert {record.history_user for record in AlertRule.history.all()} == {root}


def test_it_takes_conditions_as_they_are_with_all_their_digits(administrator: Client, symbols: None) -> None:
    text = json.dumps([ROW | {"conditions": [{"source": "price", "operator": "above", "threshold": "N"}]}])
    text = text.replace('"N"', "50000.123456789012345678")
    upload = SimpleUploadedFile("rules.json", text.encode(), "application/json")
    page = administrator.post(f"{LIST}import/", {"format": JSON, "resource": "", "import_file": upload})
    administrator.post(f"{LIST}process_import/", page.context["confirm_form"].initial)
    assert str(AlertRule.objects.get().threshold) == "50000.123456789012345678"


def test_it_changes_the_rule_that_a_row_names(administrator: Client, rule: AlertRule) -> None:
    _imported(administrator, [ROW | {"id": rule.pk, "name": "Renamed"}])
    assert list(AlertRule.objects.values_list("pk", "name")) == [(rule.pk, "Renamed")]


@pytest.mark.parametrize(
    ("given", "column", "sentence"),
    [
        ({"symbol": "NOSUCH"}, "symbol", "symbol"),
        ({"trigger": "sometimes"}, "trigger", "trigger must be one of"),
        ({"trigger": ""}, "trigger", "trigger is required"),
        ({"name": ""}, "name", "name is required"),
        ({"conditions": "{"}, "conditions", "conditions must be a list in JSON"),
        ({"conditions": '[{"threshold": 1e1000000000000000000}]'}, "conditions", "conditions must be a list in JSON"),
        ({"conditions": ""}, "source", "source is required"),
        ({"conditions": '[{"source": "price", "operator": "above", "threshold": "x"}]'}, "conditions.0.threshold", ""),
        ({"expires": "yesterday"}, "expires", "expires must be a time"),
        ({"expires": "2001-01-01T00:00:00Z"}, "expires", "expires must be in the future"),
        ({"template": "{moon}"}, "template", "unknown placeholder"),
        ({"owner": "Nobody"}, "owner", "owner must be a user's name"),
        ({"owner": None}, "owner", "owner must be a user's name"),
        ({"enabled": "perhaps"}, "enabled", "enabled must be true or false"),
        ({"treshold": "1"}, "treshold", "There is no such column"),
        ({"id": "987654"}, "id", "There is no such rule"),
        ({"id": "nonsense"}, "id", "There is no such rule"),
        ({"max_firings": "0"}, "max_firings", "max_firings must be a whole number"),
    ],
)
def test_it_says_by_column_what_is_wrong_and_imports_nothing(
    administrator: Client, symbols: None, given: dict[str, Any], column: str, sentence: str
) -> None:
    answer = _offered(administrator, [ROW, ROW | given])
    assert sentence in _refusals(answer)[-1][column][0]
    assert not AlertRule.objects.exists()


def test_it_gives_a_rule_no_other_owner(administrator: Client, rule: AlertRule) -> None:
    answer = _offered(administrator, [ROW | {"id": rule.pk, "owner": "Root"}])
    assert _refusals(answer) == [{"owner": ["owner can't be changed"]}]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"a": 1}', b"\xff\xfe", b"[{}]"])
def test_it_takes_no_file_that_holds_no_rules(administrator: Client, symbols: None, content: bytes) -> None:
    upload = SimpleUploadedFile("rules.json", content, "application/json")
    answer = administrator.post(f"{LIST}import/", {"format": JSON, "resource": "", "import_file": upload})
    assert answer.status_code == 200
    assert "confirm_form" not in answer.context
    assert not AlertRule.objects.exists()


def test_it_needs_the_permission_to_transfer(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule", "add_alertrule", "change_alertrule")
    page = text_of(staff.get(LIST))
    assert "/export/" not in page
    assert "/import/" not in page
    assert staff.get(f"{LIST}export/").status_code == 403
    assert _offered(staff, [ROW]).status_code == 403
    assert staff.post(f"{LIST}process_import/", {}).status_code == 403


def test_it_lets_those_export_who_may_see_and_transfer(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule", "transfer_alertrule")
    assert "High" in _exported(staff, JSON)
    assert _offered(staff, [ROW]).status_code == 403
