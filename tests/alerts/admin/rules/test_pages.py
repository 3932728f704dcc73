"""The admin's list and page of rules: what they show, to whom, and what they find."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from alerts.events import AlertState
from alerts.models import AlertEvent, AlertRule, RuleChange
from alerts.rules.deleting import TAKEN_TOGETHER
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import MakeRule, fire

LIST = "/admin/alerts/alertrule/"


def _page(rule: AlertRule, part: str = "change") -> str:
    return f"{LIST}{rule.pk}/{part}/"


def _rows(staff: Client, **asked: str) -> str:
    """Return the table of the list, without the filters beside it."""
    return text_of(staff.get(LIST, asked)).partition("<tbody")[2].partition("</tbody")[0]


def _stands(rule: AlertRule, **columns: object) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(**columns)


def test_it_lists_how_each_rule_stands(administrator: Client, rule: AlertRule) -> None:
    _stands(rule, state=AlertState.ARMED.value, last_value=Decimal("49000.10000001"), firings=7)
    page = text_of(administrator.get(LIST))
    for word in ("High", "BTCUSDT: price is above 50000.1", "Ada", "Armed", "49000.10000001", "+999.99999999", "+2.04"):
        assert word in page


def test_it_shows_a_rule_that_is_off_as_off(administrator: Client, rule: AlertRule) -> None:
    _stands(rule, enabled=False, state=AlertState.ARMED.value)
    rows = _rows(administrator)
    assert "Armed" not in rows
    assert "Off" in rows


@pytest.mark.parametrize(("expires", "said"), [(None, "Done"), (1, "Done"), (-1, "Expired")])
def test_it_tells_what_has_fired_for_the_last_time_from_what_has_expired(
    administrator: Client, rule: AlertRule, expires: int | None, said: str
) -> None:
    now = timezone.now()
    expires_at = None if expires is None else now + timedelta(hours=expires)
    _stands(rule, state=AlertState.EXPIRED.value, state_since=now, expires_at=expires_at)
    rows = _rows(administrator)
    assert [word for word in ("Done", "Expired") if word in rows] == [said]
    found = [word for word in ("Done", "Expired") if rule.name in _rows(administrator, state_is=word.lower())]
    assert found == [said]


def test_it_finds_rules_by_their_state(administrator: Client, rule: AlertRule) -> None:
    _stands(rule, state=AlertState.ARMED.value)
    states = ("armed", "error", "done", "expired")
    assert [state for state in states if rule.name in _rows(administrator, state_is=state)] == ["armed"]


def test_it_writes_times_of_24_hours_with_their_zone(administrator: Client, rule: AlertRule) -> None:
    _stands(rule, last_fired_at=datetime(2026, 3, 4, 17, 5, 9, tzinfo=UTC))
    assert "4 Mar 2026, 17:05:09 UTC" in text_of(administrator.get(LIST))


def test_an_empty_list_says_whether_anything_can_be_added(administrator: Client) -> None:
    rules, firings = text_of(administrator.get(LIST)), text_of(administrator.get("/admin/alerts/alertevent/"))
    found_none = text_of(administrator.get(LIST, {"q": "nothing of that name"}))
    assert "No alert rules yet" in rules
    assert "Add alert rule" in rules
    assert "No alert events yet" in firings
    assert "be added by hand" in firings
    assert "None of the alert rules match" in found_none


def test_it_shows_a_rule_whose_conditions_it_can_not_read(administrator: Client, rule: AlertRule) -> None:
    _stands(rule, conditions=[{"source": "tea leaves"}], last_value=Decimal(1))
    assert "can&#x27;t be read" in text_of(administrator.get(LIST))
    assert "High" in text_of(administrator.get(_page(rule)))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "high"}, {"High"}),
        ({"q": "ETHUSDT"}, {"Ether"}),
        ({"q": "ada"}, {"High", "Ether"}),
        ({"symbol_is": "ethusdt"}, {"Ether"}),
        ({"user_is": "ADA"}, {"High", "Ether"}),
        ({"user_is": "nobody"}, set()),
        ({"state__exact": "armed"}, {"High"}),
        ({"enabled__exact": "0"}, {"Ether"}),
        ({"operator__exact": "below"}, {"Ether"}),
    ],
)
def test_it_finds_and_filters(
    administrator: Client, make_rule: MakeRule, query: dict[str, str], found: set[str]
) -> None:
    _stands(make_rule(), state=AlertState.ARMED.value)
    _stands(make_rule(name="Ether", symbol="ETHUSDT", operator="below"), enabled=False)
    response = administrator.get(LIST, query)
    assert response.status_code == 200
    assert {rule.name for rule in response.context["cl"].queryset} == found


def test_it_shows_the_last_firings_newest_first(administrator: Client, rule: AlertRule) -> None:
    fire(rule, at=timezone.now() - timedelta(hours=1), value="50001.123456789012345678", late=True)
    fire(rule, value="50002.5")
    page = text_of(administrator.get(_page(rule)))
    assert page.index("50002.5") < page.index("50001.123456789012345678")
    assert "late" in page


def test_it_shows_a_rule_in_words_to_whoever_may_only_look(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule")
    page = text_of(staff.get(_page(rule)))
    assert "price is above 50000.1" in page
    assert "as the owner prefers" in page
    assert "_save" not in page
    assert staff.post(_page(rule), {"name": "Mine"}).status_code == 403
    assert staff.get(f"{LIST}add/").status_code == 403
    assert staff.get(_page(rule, "delete")).status_code == 403


def test_it_refuses_staff_without_permission(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with()
    assert staff.get(LIST).status_code == 403
    assert staff.get(_page(rule)).status_code == 403


def test_it_deletes_a_rule_with_its_firings_and_tells_the_evaluator(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule", "delete_alertrule")
    fire(rule)
    RuleChange.objects.all().delete()
    assert "with its firings: 1" in text_of(staff.get(_page(rule, "delete")))
    assert staff.post(_page(rule, "delete"), {"post": "yes"}).status_code == 302
    assert not AlertRule.objects.exists()
    assert not AlertEvent.objects.exists()
    assert [change.rule_id for change in RuleChange.objects.all()] == [rule.pk]


@pytest.mark.parametrize("of_several", [True, False])
def test_it_empties_a_rule_of_many_firings_before_the_transaction_that_deletes_it(
    administrator: Client, rule: AlertRule, *, of_several: bool
) -> None:
    fired = {"owner": rule.owner, "rule": rule, "value": Decimal(1), "fired_at": timezone.now()}
    AlertEvent.objects.bulk_create(AlertEvent(number=number, **fired) for number in range(TAKEN_TOGETHER + 1))
    chosen = {"action": "delete_selected", "_selected_action": [rule.pk]} if of_several else {}
    page = LIST if of_several else _page(rule, "delete")
    assert administrator.post(page, {**chosen, "post": "yes"}).status_code == 302
    assert not AlertRule.objects.exists()
    changes = AlertRule.history.order_by("history_id").values_list("history_type", "enabled")
    assert list(changes)[-2:] == [("~", False), ("-", False)]  # it was switched off first


def test_it_deletes_those_selected(administrator: Client, make_rule: MakeRule, root: User) -> None:
    rules = [make_rule(name=name) for name in ("one", "two", "three")]
    chosen = {"action": "delete_selected", "_selected_action": [rules[0].pk, rules[1].pk], "post": "yes"}
    assert administrator.post(LIST, chosen).status_code == 302
    assert [rule.name for rule in AlertRule.objects.all()] == ["three"]
    assert {record.history_user for record in AlertRule.history.filter(history_type="-")} == {root}


def test_it_lets_a_user_go_with_all_that_is_theirs(administrator: Client, rule: AlertRule, owner: User) -> None:
    fire(rule)
    assert administrator.post(f"/admin/accounts/user/{owner.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=owner.pk).exists()


def test_it_shows_who_changed_what(administrator: Client, rule: AlertRule, root: User) -> None:
    administrator.post(LIST, {"action": "switch_off", "_selected_action": [rule.pk]})
    page = text_of(administrator.get(_page(rule, "history")))
    assert "Root" in page
    assert "enabled" in page.lower()
    assert "beginnings" not in page.lower()


@pytest.mark.parametrize("part", ["history/", "history/7/", "history/x/", "change/", "delete/"])
def test_it_finds_no_rule_where_there_is_none(administrator: Client, part: str) -> None:
    for key in ("nonsense", "987654"):
        assert administrator.get(f"{LIST}{key}/{part}").status_code in (302, 404)


def test_it_shows_a_former_version_and_lets_nobody_write_from_there(administrator: Client, rule: AlertRule) -> None:
    version = AlertRule.history.filter(id=rule.pk).latest()
    address = f"{_page(rule, 'history')}{version.history_id}/"
    assert "High" in text_of(administrator.get(address))
    assert administrator.post(address, {"name": "Other"}).status_code == 403
