"""What may be done with rules in the admin: testing, pausing, resuming, cloning, each with its own permission."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from alerts.models import AlertRule, RuleChange
from streaming.events import Interval, Source
from streaming.market.candles.storage import candles_store
from streaming.market.sources.answers import KlineRow
from tests.accounts.admin.browsers import StaffWith, text_of
from tests.alerts.admin.conftest import MakeRule

LIST = "/admin/alerts/alertrule/"
CONFIRMED = {"_form_submitted": "True"}
MINUTE = 60_000


def _address(rule: AlertRule, action: str) -> str:
    return f"{LIST}{rule.pk}/{action}/"


def _until(**delta: float) -> dict[str, str]:
    return CONFIRMED | {"until": f"{timezone.now() + timedelta(**delta):%Y-%m-%dT%H:%M}"}


def _leads_to(response: Any, rule: AlertRule) -> bool:
    return bool(response.headers["HX-Redirect"] == f"{LIST}{rule.pk}/change/")


def test_it_pauses_until_a_time_and_resumes(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule", "pause_alertrule")
    RuleChange.objects.all().delete()
    assert "Until (UTC)" in text_of(staff.get(_address(rule, "pause")))
    assert _leads_to(staff.post(_address(rule, "pause"), _until(hours=2)), rule)
    rule.refresh_from_db()
    assert rule.state == "snoozed"
    assert rule.snoozed_until is not None
    assert timedelta(minutes=118) < rule.snoozed_until - timezone.now() <= timedelta(hours=2)
    assert RuleChange.objects.count() == 1
    assert _leads_to(staff.post(_address(rule, "resume"), CONFIRMED), rule)
    assert AlertRule.objects.filter(pk=rule.pk, state="pending", snoozed_until=None).exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (_until(hours=-1), "Until (UTC) must be in the future"),
        (CONFIRMED | {"until": "soon"}, "valid date"),
        (CONFIRMED, "required"),
    ],
)
def test_it_says_in_the_dialog_why_it_does_not_pause(
    administrator: Client, rule: AlertRule, given: dict[str, str], said: str
) -> None:
    assert said in text_of(administrator.post(_address(rule, "pause"), given))
    rule.refresh_from_db()
    assert rule.snoozed_until is None


def test_it_clones_and_shows_the_copy(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule", "clone_alertrule")
    response = staff.post(_address(rule, "clone"), CONFIRMED)
    copy = AlertRule.objects.exclude(pk=rule.pk).get()
    assert _leads_to(response, copy)
    assert (copy.owner, copy.conditions, copy.enabled) == (rule.owner, rule.conditions, False)


def test_it_says_why_it_does_not_clone(administrator: Client, rule: AlertRule, settings: Settings) -> None:
    settings.ALERTS_RULES_PER_USER = 1
    assert _leads_to(administrator.post(_address(rule, "clone"), CONFIRMED), rule)
    assert "There may be at most 1" in text_of(administrator.get(LIST))
    assert AlertRule.objects.count() == 1


def test_it_shows_how_often_a_rule_would_have_fired(
    staff_with: StaffWith, make_rule: MakeRule, settings: Settings
) -> None:
    settings.EXCHANGE_SOURCE = Source.SIMULATOR.value
    rule = make_rule(threshold="50000", trigger="every_time", cooldown=0)
    start = int(timezone.now().timestamp() * 1000) // MINUTE * MINUTE - 60 * MINUTE
    closes = ("49000", "51000", "49000", "51000", "49000")
    rows = [_candle(start + number * MINUTE, Decimal(close)) for number, close in enumerate(closes)]
    candles_store(source=Source.SIMULATOR, symbol="BTCUSDT", interval=Interval.MINUTE_1, rows=rows)
    before = AlertRule.objects.values().get(pk=rule.pk)
    page = text_of(staff_with("view_alertrule", "test_alertrule").get(_address(rule, "test")))
    assert "2 times" in page
    assert f"{datetime.fromtimestamp(start / 1000, UTC):%Y-%m-%d}" in page
    assert AlertRule.objects.values().get(pk=rule.pk) == before


@pytest.mark.parametrize(
    ("action", "permission"),
    [
        ("test", "test_alertrule"),
        ("pause", "pause_alertrule"),
        ("resume", "pause_alertrule"),
        ("clone", "clone_alertrule"),
    ],
)
def test_it_needs_the_actions_own_permission(
    staff_with: StaffWith, rule: AlertRule, action: str, permission: str
) -> None:
    others = {"test_alertrule", "pause_alertrule", "clone_alertrule", "change_alertrule"} - {permission}
    staff = staff_with("view_alertrule", *others)
    assert f"/{action}/" not in text_of(staff.get(LIST))
    assert f"/{action}/" not in text_of(staff.get(_address(rule, "change")))
    assert staff.post(_address(rule, action), _until(hours=1)).status_code == 403
    assert AlertRule.objects.count() == 1


def test_it_answers_that_there_is_no_such_rule(administrator: Client, rule: AlertRule) -> None:
    for action in ("pause", "resume", "clone"):
        assert administrator.post(f"{LIST}987654/{action}/", _until(hours=1)).status_code == 404
        assert administrator.post(f"{LIST}nonsense/{action}/", _until(hours=1)).status_code == 404
    assert "Not found" in text_of(administrator.get(f"{LIST}987654/test/"))
    assert "Not found" in text_of(administrator.get(f"{LIST}nonsense/test/"))


def test_it_acts_on_those_selected_and_says_why_not_on_others(
    administrator: Client, make_rule: MakeRule, root: User
) -> None:
    over = make_rule(name="over", max_firings=1)
    AlertRule.objects.filter(pk=over.pk).update(firings=1)
    chosen = [make_rule(name="one").pk, over.pk]
    for action, column, value in (("switch_off", "enabled", False), ("switch_on", "enabled", True)):
        page = text_of(administrator.post(LIST, {"action": action, "_selected_action": chosen}, follow=True))
        assert AlertRule.objects.filter(pk=chosen[0], **{column: value}).exists()
    assert "over (BTCUSDT): The rule has fired as often as it may" in page
    page = text_of(administrator.post(LIST, {"action": "pause_selected", "_selected_action": chosen}, follow=True))
    assert AlertRule.objects.get(snoozed_until__gt=timezone.now()).pk == chosen[0]
    assert "over (BTCUSDT): The rule is switched off; switch it on first" in page
    administrator.post(LIST, {"action": "resume_selected", "_selected_action": chosen})
    assert AlertRule.objects.filter(snoozed_until=None).count() == 2
    assert AlertRule.history.latest().history_user == root


def test_it_offers_no_action_on_those_selected_without_its_permission(staff_with: StaffWith, rule: AlertRule) -> None:
    staff = staff_with("view_alertrule")
    for action in ("pause_selected", "resume_selected", "switch_off", "delete_selected"):
        staff.post(LIST, {"action": action, "_selected_action": [rule.pk], "post": "yes"})
    rule.refresh_from_db()
    assert (rule.enabled, rule.snoozed_until) == (True, None)


def _candle(open_time: int, close: Decimal) -> KlineRow:
    return KlineRow(
        open_time=open_time,
        open=close,
        high=close,
        low=close,
        close=close,
        volume=Decimal(1),
        close_time=open_time + MINUTE - 1,
        quote_volume=Decimal(1),
        trades=1,
    )
