"""`/api/v1/alerts/…` over HTTP: what it answers, what it refuses, and to whom."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from alerts.models import AlertEvent, AlertRule
from streaming.market.models import Symbol
from tests.accounts.permissions import give
from tests.accounts.rest import assert_refused, get, post
from tests.alerts.rules.conftest import NOW, MakeRule
from tests.alerts.rules.refusals import ALL, OF_MARKET_AND_CLOCK, RULE, given_of
from tests.alerts.rules.rest import RULES, body_of, create, send

pytestmark = pytest.mark.usefixtures("symbols")
NAMELESS = {name: value for name, value in RULE.items() if name != "name"}


def test_it_makes_a_rule_and_tells_all_of_it(owner: User) -> None:
    response = post(RULES, RULE | {"severity": "critical", "channels": ["email"]}, user=owner)
    assert response.status_code == 201
    assert b'"threshold":50000.10,' in response.content
    rule = body_of(response)
    assert {name: rule[name] for name in ("name", "owner", "symbol", "source", "operator", "trigger", "state")} == {
        "name": "High",
        "owner": "Ada",
        "symbol": "BTCUSDT",
        "source": "price",
        "operator": "above",
        "trigger": "once",
        "state": "pending",
    }
    assert (rule["enabled"], rule["firings"], rule["last_value"], rule["distance"]) == (True, 0, None, None)
    assert (rule["severity"], rule["channels"], rule["cooldown"]) == ("critical", ["email"], 0)
    assert rule["created"].endswith("Z")
    assert rule["conditions"] == [{name: rule[name] for name in rule["conditions"][0]}]
    assert body_of(get(f"{RULES}{rule['id']}/", user=owner)) == rule


def test_it_writes_times_in_iso_8601(owner: User) -> None:
    ends = timezone.now() + timedelta(days=1)
    assert create(owner, expires=ends.isoformat())["expires"] == ends.strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{ends.microsecond // 1000 + (ends.microsecond % 1000 > 0):03d}Z"
    )


def test_it_refuses_by_field_and_makes_nothing(owner: User) -> None:
    for name, refusal in ALL.items():
        response = post(RULES, given_of(refusal), user=owner)
        assert_refused(response, 400, "VALIDATION_ERROR", *refusal[1])
        assert body_of(response)["error"]["fields"] == refusal[1], name
    assert not AlertRule.objects.exists()


@pytest.mark.parametrize("name", ["no trigger", "a price of zero", *OF_MARKET_AND_CLOCK])
def test_it_refuses_to_try_what_it_would_refuse_to_make(name: str, owner: User) -> None:
    given, fields = ALL[name]
    assert_refused(post(f"{RULES}test/", NAMELESS | given, user=owner), 400, "VALIDATION_ERROR", *fields)


def test_it_tries_a_rule_without_a_name(owner: User) -> None:
    assert post(f"{RULES}test/", NAMELESS, user=owner).status_code == 200


def test_it_refuses_candles_that_the_exchange_has_none_of(owner: User, settings: Settings) -> None:
    rule = create(owner, source="candle", interval="5m")
    settings.EXCHANGE_SOURCE = "kraken"
    said = "the exchange has no candles of 3m"
    given = NAMELESS | {"name": "Never", "source": "candle", "interval": "3m"}
    assert_refused(post(RULES, given, user=owner), 400, "VALIDATION_ERROR", "interval")
    another = {"source": "indicator", "indicator": "sma", "interval": "3m"}
    given = {name: value for name, value in RULE.items() if name != "threshold"} | {"level_source": another}
    assert body_of(post(RULES, given, user=owner))["error"]["fields"] == {"level_source.interval": said}
    changed = send("PATCH", f"{RULES}{rule['id']}/", owner, {"interval": "3m"})
    assert body_of(changed)["error"]["fields"] == {"interval": said}
    assert AlertRule.objects.count() == 1


def test_it_says_that_no_symbols_are_known(owner: User) -> None:
    Symbol.objects.all().delete()
    response = post(RULES, RULE, user=owner)
    assert_refused(response, 503, "UNAVAILABLE")
    assert body_of(response)["error"]["message"] == "Market data unavailable"


def test_it_refuses_more_rules_than_there_may_be(owner: User, settings: Settings) -> None:
    settings.ALERTS_RULES_PER_USER = 2
    rules = [create(owner), create(owner)]
    for response in (post(RULES, RULE, user=owner), send("POST", f"{RULES}{rules[0]['id']}/clone/", owner)):
        assert_refused(response, 409, "CONFLICT")
        assert body_of(response)["error"]["message"] == "There may be at most 2 alert rules; delete one first"
    send("DELETE", f"{RULES}{rules[1]['id']}/", owner)
    create(owner)


def test_it_changes_a_rule(owner: User) -> None:
    rule = create(owner)
    changed = body_of(send("PATCH", f"{RULES}{rule['id']}/", owner, {"threshold": "49000", "name": "Lower"}))
    assert (changed["threshold"], changed["name"], changed["operator"]) == (49000, "Lower", "above")
    assert body_of(get(f"{RULES}{rule['id']}/", user=owner)) == changed


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"threshold": "high"}, {"threshold": "threshold must be a number"}),
        ({"operator": "inside"}, {"lower": "lower is required for inside", "upper": "upper is required for inside"}),
        ({"symbol": "MOONUSDT"}, {"symbol": "Unknown symbol: MOONUSDT"}),
        ({"expires": 1}, {"expires": "expires must be in the future"}),
        ({"trigger": "once_per_candle_close"}, {"interval": "interval is required for once_per_candle_close"}),
        ({"template": "{"}, {"template": "template must use braces for placeholders only, such as {price}"}),
        ({"state": "armed"}, {"state": "Unknown parameter"}),
        ({"id": 5}, {"id": "Unknown parameter"}),
    ],
)
def test_it_refuses_a_change_by_field_and_changes_nothing(
    changes: dict[str, Any], fields: dict[str, str], owner: User
) -> None:
    rule = create(owner)
    response = send("PATCH", f"{RULES}{rule['id']}/", owner, changes)
    assert response.status_code == 400
    assert body_of(response)["error"]["fields"] == fields
    assert body_of(get(f"{RULES}{rule['id']}/", user=owner)) == rule


def test_it_switches_silences_copies_and_deletes(owner: User) -> None:
    path = f"{RULES}{create(owner)['id']}/"
    assert body_of(send("POST", f"{path}disable/", owner))["enabled"] is False
    assert body_of(send("POST", f"{path}enable/", owner))["enabled"] is True
    silent = body_of(post(f"{path}snooze/", {"until": "2100-01-01T00:00:00Z"}, user=owner))
    assert (silent["state"], silent["snoozed_until"]) == ("snoozed", "2100-01-01T00:00:00.000Z")
    assert body_of(send("POST", f"{path}resume/", owner))["snoozed_until"] is None
    copied = send("POST", f"{path}clone/", owner)
    assert (copied.status_code, body_of(copied)["name"], body_of(copied)["enabled"]) == (201, "High (copy)", False)
    deleted = send("DELETE", path, owner)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert_refused(get(path, user=owner), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (None, "until is required"),
        ("2020-01-01T00:00:00Z", "until must be in the future"),
        (
            "soon",
            "until must be a time: ms since the epoch from 0 to 100000000000000, or ISO 8601 with its offset from UTC",
        ),
    ],
)
def test_it_refuses_to_silence_until_no_time_to_come(until: object, sentence: str, owner: User) -> None:
    response = post(f"{RULES}{create(owner)['id']}/snooze/", {"until": until}, user=owner)
    assert_refused(response, 400, "VALIDATION_ERROR", "until")
    assert body_of(response)["error"]["fields"] == {"until": sentence}


class Address(NamedTuple):
    """A method of a rule's address, and the permission that staff need for it where the rule is another's."""

    method: str
    path: str
    body: Any
    permission: str = ""

    def send(self, rule_id: int, user: User | None) -> Any:
        """Send it for a rule."""
        return send(self.method, f"{RULES}{rule_id}/{self.path}", user, self.body)


ADDRESSES = [
    Address("GET", "", None),
    Address("PATCH", "", {"name": "Mine"}, "change_alertrule"),
    Address("DELETE", "", None, "delete_alertrule"),
    Address("POST", "enable/", {}, "change_alertrule"),
    Address("POST", "disable/", {}, "change_alertrule"),
    Address("POST", "snooze/", {"until": "2100-01-01T00:00:00Z"}, "pause_alertrule"),
    Address("POST", "resume/", {}, "pause_alertrule"),
    Address("POST", "clone/", {}, "clone_alertrule"),
    Address("POST", "test/", {}, "test_alertrule"),
]
EVERY_PERMISSION = {address.permission for address in ADDRESSES if address.permission}


class TestWhoReachesARule:
    """The owner reaches a rule, and staff who have the admin's permission; to everybody else it isn't there."""

    def test_it_is_not_there_for_a_stranger(self, owner: User, stranger: User) -> None:
        give(stranger, *EVERY_PERMISSION)  # to who isn't staff it gives nothing
        rule = create(owner)
        for address in ADDRESSES:
            refused = address.send(rule["id"], stranger)
            assert_refused(refused, 404, "NOT_FOUND")
            assert body_of(refused) == body_of(address.send(rule["id"] + 1000, stranger)), address
        assert body_of(get(f"{RULES}{rule['id']}/", user=owner)) == rule

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_it_is_open_to_its_owner_and_to_staff_with_the_permission(
        self, address: Address, owner: User, staff: User
    ) -> None:
        assert address.send(create(owner)["id"], owner).status_code in {200, 201, 204}
        give(staff, address.permission)
        assert address.send(create(owner)["id"], staff).status_code in {200, 201, 204}

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_it_is_only_read_by_staff_without_the_permission(self, address: Address, owner: User, staff: User) -> None:
        give(staff, *EVERY_PERMISSION - {address.permission})
        rule = create(owner)
        answer = address.send(rule["id"], staff)
        if address.permission:
            assert_refused(answer, 403, "PERMISSION_DENIED")
        else:
            assert body_of(answer) == rule
        assert body_of(get(f"{RULES}{rule['id']}/", user=staff)) == rule


def test_it_leaves_a_rule_its_owner_where_staff_change_or_copy_it(owner: User, staff: User) -> None:
    give(staff, *EVERY_PERMISSION)
    path = f"{RULES}{create(owner)['id']}/"
    assert body_of(send("PATCH", path, staff, {"name": "Seen"}))["owner"] == "Ada"
    assert body_of(send("POST", f"{path}clone/", staff))["owner"] == "Ada"


def test_it_lists_ones_own_newest_first_and_everyones_to_staff(owner: User, stranger: User, staff: User) -> None:
    ids = [create(user)["id"] for user in (owner, stranger, owner)]
    mine = body_of(get(RULES, user=owner))
    assert ([rule["id"] for rule in mine["items"]], mine["total"]) == ([ids[2], ids[0]], 2)
    assert body_of(get(RULES, user=staff)) == {"items": [], "total": 0}
    assert body_of(get(f"{RULES}?everyone=true", user=staff))["total"] == 3
    assert_refused(get(f"{RULES}?everyone=true", user=owner), 403, "PERMISSION_DENIED")


FOUND = {
    "symbol=ETHUSDT": "Ether",
    "source=ticker": "Ether",
    "enabled=false": "Off",
    "state=armed": "High",
    "query=hi": "High",
    "query=eth": "Ether",
    "query=e&enabled=true": "Ether",
    "limit=1": "Off",
    "limit=1&offset=1": "Ether",
    "offset=5": "",
    "symbol=BTCUSDT&state=expired": "",
}
"""The names of the rules that each query finds."""


def test_it_finds_rules(owner: User) -> None:
    high = create(owner)
    create(owner, name="Ether", symbol="ETHUSDT", source="ticker")
    off = create(owner, name="Off")
    send("POST", f"{RULES}{off['id']}/disable/", owner)
    AlertRule.objects.filter(pk=high["id"]).update(state="armed")
    pages = {query: body_of(get(f"{RULES}?{query}", user=owner)) for query in FOUND}
    assert {query: " ".join(rule["name"] for rule in page["items"]) for query, page in pages.items()} == FOUND


def test_it_counts_all_that_fit_whatever_the_page(owner: User) -> None:
    for _ in range(3):
        create(owner)
    assert body_of(get(f"{RULES}?limit=2&offset=2", user=owner))["total"] == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=501", "limit"), ("offset=-1", "offset"), ("state=sad", "state"), ("page=2", "page")],
)
def test_it_refuses_to_look_for_what_is_none(query: str, field: str, owner: User) -> None:
    assert_refused(get(f"{RULES}?{query}", user=owner), 400, "VALIDATION_ERROR", field)


def test_it_tells_how_far_the_value_is_from_the_threshold(owner: User) -> None:
    rule = create(owner, threshold="50000.10")
    AlertRule.objects.filter(pk=rule["id"]).update(last_value="40000.08", last_value_at=NOW)
    response = get(f"{RULES}{rule['id']}/", user=owner)
    assert b'"last_value":40000.08,' in response.content
    assert b'"distance":10000.02,"distance_percent":25.00,' in response.content
    assert body_of(response)["last_value_at"] == "2026-11-20T12:00:00.000Z"


def test_it_answers_a_line_as_it_was_given_and_how_far_away_it_is(owner: User) -> None:
    ends = {
        "start": {"time": "2026-11-20T10:00:00.000Z", "price": 64000.1},
        "end": {"time": "2026-11-20T11:00:00.000Z", "price": 65000.1},
    }
    rule = create(owner, threshold=None, operator="crossing", line=ends)
    assert (rule["line"], rule["threshold"], rule["conditions"][0]["line"]) == (ends, None, ends)
    AlertRule.objects.filter(pk=rule["id"]).update(last_value="66000", last_value_at=NOW)
    assert body_of(get(f"{RULES}{rule['id']}/", user=owner))["distance"] == 0.1
    changed = body_of(send("PATCH", f"{RULES}{rule['id']}/", owner, {"threshold": "49000"}))
    assert (changed["line"], changed["threshold"]) == (None, 49000)


def test_it_answers_another_series_as_it_was_given_and_copies_it(owner: User) -> None:
    given = {"source": "indicator", "indicator": "sma", "interval": "5m"}
    whole = given | {"field": "value", "parameters": {"period": 20}}
    rule = create(owner, threshold=None, operator="crossing_up", level_source=given)
    assert (rule["level_source"], rule["threshold"], rule["conditions"][0]["level_source"]) == (whole, None, whole)
    AlertRule.objects.filter(pk=rule["id"]).update(last_value="66000", last_value_at=NOW)
    assert body_of(get(f"{RULES}{rule['id']}/", user=owner))["distance"] is None
    copy = body_of(post(f"{RULES}{rule['id']}/clone/", {}, user=owner))
    assert copy["level_source"] == whole
    changed = body_of(send("PATCH", f"{RULES}{copy['id']}/", owner, {"level_source": given | {"interval": "1h"}}))
    assert changed["level_source"] == whole | {"interval": "1h"}
    changed = body_of(send("PATCH", f"{RULES}{copy['id']}/", owner, {"threshold": "49000"}))
    assert (changed["level_source"], changed["threshold"]) == (None, 49000)
    path, faults = f"{RULES}{copy['id']}/", {"level_source": given, "threshold": 5}
    assert_refused(send("PATCH", path, owner, faults), 400, "VALIDATION_ERROR", "threshold")
    assert body_of(get(path, user=owner)) == changed


def test_it_lists_firings(owner: User, stranger: User, staff: User, make_rule: MakeRule) -> None:
    rule, other = make_rule(), make_rule(symbol="ETHUSDT")
    fire(rule, 1)
    fire(other, 1)
    fire(rule, 2)
    events = body_of(get("alerts/events/", user=owner))
    assert [(event["rule"], event["number"]) for event in events["items"]] == [
        (rule.pk, 2),
        (other.pk, 1),
        (rule.pk, 1),
    ]
    assert events["total"] == 3
    assert events["items"][0] | {"id": 0} == {
        "id": 0,
        "rule": rule.pk,
        "number": 2,
        "name": "High",
        "symbol": "BTCUSDT",
        "source": "price",
        "operator": "above",
        "condition": 0,
        "threshold": 50000.10,
        "value": 50000.2,
        "previous": None,
        "late": False,
        "simulated": False,
        "suppressed": 0,
        "fired_at": "2026-11-20T12:00:00.000Z",
    }
    assert body_of(get(f"alerts/events/?rule={other.pk}", user=owner))["total"] == 1
    assert body_of(get("alerts/events/?symbol=BTCUSDT&limit=1", user=owner))["total"] == 2
    assert body_of(get("alerts/events/", user=stranger))["total"] == 0
    assert body_of(get(f"alerts/events/?rule={rule.pk}", user=stranger))["total"] == 0
    assert body_of(get("alerts/events/?everyone=true", user=staff))["total"] == 3
    assert_refused(get("alerts/events/?everyone=true", user=stranger), 403, "PERMISSION_DENIED")


def test_it_lists_all_firings_that_are_kept_by_pages_of_500(owner: User, make_rule: MakeRule) -> None:
    rule = make_rule()
    for number in range(1, 503):
        fire(rule, number)
    numbers, total = [], None
    for offset in (0, 500):
        page = body_of(get(f"alerts/events/?rule={rule.pk}&limit=500&offset={offset}", user=owner))
        numbers += [event["number"] for event in page["items"]]
        total = page["total"]
    assert (numbers, total) == ([*range(502, 0, -1)], 502)


def test_it_clears_ones_own_rules_that_are_done_with_their_firings(
    owner: User, stranger: User, make_rule: MakeRule
) -> None:
    done, going, others = make_rule(), make_rule(), create(stranger)["id"]
    fire(done, 1)
    fire(going, 1)
    AlertRule.objects.filter(pk__in=[done.pk, others]).update(state="expired")
    assert body_of(post("alerts/rules/clear-finished/", {}, user=owner)) == {"deleted": 1}
    assert set(AlertRule.objects.values_list("pk", flat=True)) == {going.pk, others}
    assert body_of(get("alerts/events/", user=owner))["total"] == 1
    assert body_of(post("alerts/rules/clear-finished/", {}, user=owner)) == {"deleted": 0}


def test_it_limits_changes_but_not_reading(owner: User, settings: Settings) -> None:
    settings.THROTTLE_ALERTS = "1/day"
    create(owner)
    assert_refused(post(RULES, RULE, user=owner), 429, "RATE_LIMITED")
    assert get(RULES, user=owner).status_code == 200


def fire(rule: AlertRule, number: int) -> None:
    """Store a firing of a rule."""
    AlertEvent.objects.create(
        rule=rule,
        owner=rule.owner,
        number=number,
        name=rule.name,
        symbol=rule.symbol,
        source=rule.source,
        operator=rule.operator,
        threshold=rule.threshold,
        value=Decimal("50000.2"),
        fired_at=NOW,
    )
