"""docs/protocol/accounts.md: REST of users and tokens, on every server."""

import time
from typing import Any

import jwt
import pytest

from tests.accounts.two_factor.authenticator import Authenticator
from tests.conformance.accounts.account_requests import AUTH, assert_refused
from tests.conformance.asking import http
from tests.conformance.asking.admin_pages import AdminPages
from tests.conformance.asking.http import Answer
from tests.conformance.connections.bad_tokens import bad_tokens, tokens_of_nobody
from tests.conformance.people import NOBODY, OTHER, OWNER, READERS, STAFF, TOKEN_SECRET, claims_of
from tests.conformance.places import REFRESHES_PER_MINUTE, Place
from tests.conformance.rows import on_each_layer, on_each_server, row

TICKET = "/api/v1/ws/ticket"
_RIGHTS = {"is_staff", "is_superuser", "groups", "permissions"}
_ZONES = {"time_zone", "device_time_zone"}
PROFILE = {"user_id", "username", "email", "email_confirmed", *_RIGHTS, "two_factor", "date_joined", *_ZONES}
GOOD_PASSWORD = "correct-horse-battery"


def post(place: Place, path: str, data: Any, token: str | None = None) -> Answer:
    return http.post(f"{place.http_url}{AUTH}{path}", data, token=token)


@row("AC-01", "AC-02", "AC-06", "AC-20")
@on_each_layer
def test_it_registers_and_logs_in_by_name_and_address(place: Place) -> None:
    name = f"New{time.monotonic_ns()}"
    given = {"username": name, "email": f"{name}@example.com", "password": GOOD_PASSWORD}
    greedy = post(place, "register/", {**given, "is_staff": True, "groups": [1]})
    assert_refused(greedy, 400, "VALIDATION_ERROR", fields={"is_staff", "groups"})
    created = post(place, "register/", given)
    assert created.status == 201, created
    profile = created.json
    assert set(profile) == PROFILE
    assert (profile["username"], profile["is_staff"], profile["is_superuser"]) == (name, False, False)
    assert profile["email_confirmed"] is False
    assert profile["groups"] == ["traders"]
    for login in (name, name.lower(), f"{name}@example.com", f"{name}@EXAMPLE.com"):
        answer = post(place, "token/", {"username": login, "password": GOOD_PASSWORD})
        assert (answer.status, set(answer.json)) == (200, {"access", "refresh"})
    me = http.get(f"{place.http_url}{AUTH}me/", token=answer.json["access"])
    assert (me.status, me.json) == (200, profile)
    taken = {"username": name.upper(), "email": f"{name}@EXAMPLE.com", "password": "12345"}
    assert_refused(post(place, "register/", taken), 400, "VALIDATION_ERROR", fields={"username", "password"})
    claim = {**given, "username": f"{name}.2", "email": f"{name}@EXAMPLE.com"}
    assert post(place, "register/", claim).status == 201  # whose an address is, isn't told
    assert post(place, "token/", {"username": f"{name}@example.com", "password": GOOD_PASSWORD}).status == 200


@row("AC-10", "AC-11")
def test_it_signs_tokens_that_say_whose_they_are(place: Place) -> None:
    pair = place.people.pair(OTHER)
    for token, seconds in ((pair["access"], 3600), (pair["refresh"], 14 * 86_400)):
        claims = jwt.decode(token, TOKEN_SECRET, algorithms=["HS256"])
        assert claims["userId"] == place.people.ids[OTHER]
        assert abs(claims["exp"] - time.time() - seconds) < 30
        assert claims["sid"] == claims_of(pair["access"])["sid"]


@row("AC-03", "AC-04", "AC-23")
def test_it_refreshes_and_verifies_good_tokens_only(place: Place) -> None:
    pair = place.people.pair(OTHER)
    refreshed = post(place, "token/refresh/", {"refresh": pair["refresh"]})
    assert (refreshed.status, set(refreshed.json)) == (200, {"access"})
    assert claims_of(refreshed.json["access"])["userId"] == place.people.ids[OTHER]
    for token in (*pair.values(), refreshed.json["access"]):
        verified = post(place, "token/verify/", {"token": token})
        assert (verified.status, verified.json) == (200, {})
    assert_refused(post(place, "token/refresh/", {"refresh": pair["access"]}), 401, "PERMISSION_DENIED")
    bad = {**bad_tokens(place.people), **tokens_of_nobody(place.people)}
    for name in ("unsigned", "another signature", "expired", "no token", "of no user"):
        assert_refused(post(place, "token/verify/", {"token": bad[name]}), 401, "PERMISSION_DENIED")
        assert_refused(post(place, "token/refresh/", {"refresh": bad[name]}), 401, "PERMISSION_DENIED")
        for address in (f"{AUTH}me/", TICKET):
            method = "GET" if address != TICKET else "POST"
            answer = http.request(method, f"{place.http_url}{address}", token=bad[name])
            assert_refused(answer, 401, "PERMISSION_DENIED")
            assert answer.json["error"]["message"] == "Authentication failed"


@row("AC-05", "AC-31")
def test_it_refuses_every_token_of_the_login_that_has_ended_and_no_other(place: Place) -> None:
    name = place.people.guest()
    ended, other = place.people.pair(name), place.people.pair(name)
    refreshed = post(place, "token/refresh/", {"refresh": ended["refresh"]}).json["access"]
    assert post(place, "logout/", {"refresh": ended["refresh"]}, other["access"]).status == 204
    for token in (*ended.values(), refreshed):
        assert_refused(post(place, "token/verify/", {"token": token}), 401, "PERMISSION_DENIED")
    for token in other.values():
        assert post(place, "token/verify/", {"token": token}).status == 200


@row("AC-08", "AC-25", "AC-23", "AC-31")
def test_it_refuses_every_token_from_before_a_log_out_everywhere(place: Place) -> None:
    name = place.people.guest()
    first, second = place.people.pair(name), place.people.pair(name)
    ticket = http.post(f"{place.http_url}{TICKET}", {}, token=first["access"])
    assert ticket.status == 200
    for refresh in (place.people.pair(OTHER)["refresh"], "nonsense", first["access"]):
        answer = post(place, "logout/", {"refresh": refresh}, first["access"])
        assert_refused(answer, 400, "VALIDATION_ERROR", fields={"refresh"})
    assert post(place, "token/verify/", {"token": second["access"]}).status == 200  # nobody was logged out
    body = {"refresh": first["refresh"], "everywhere": True}
    assert post(place, "logout/", body, first["access"]).status == 204
    for token in (*first.values(), *second.values()):
        assert_refused(post(place, "token/verify/", {"token": token}), 401, "PERMISSION_DENIED")
    assert_refused(post(place, "token/refresh/", {"refresh": second["refresh"]}), 401, "PERMISSION_DENIED")
    assert post(place, "token/verify/", {"token": place.people.pair(name)["access"]}).status == 200


@row("AC-20", "AC-21", "AC-26")
@on_each_server
def test_it_names_what_is_wrong_with_a_request(place: Place) -> None:
    for path, fields in (
        ("register/", {"username", "email", "password"}),
        ("token/", {"username", "password"}),
        ("token/refresh/", {"refresh"}),
        ("token/verify/", {"token"}),
    ):
        for values in ({}, dict.fromkeys(fields, ""), dict.fromkeys(fields, 5), dict.fromkeys(fields)):
            assert_refused(post(place, path, values), 400, "VALIDATION_ERROR", fields=fields)
        unknown = post(place, path, {"unknown": 1})
        assert_refused(unknown, 400, "VALIDATION_ERROR", fields={*fields, "unknown"})
        for body in (b"{", b"[]", b'"text"', b"\xff"):
            answer = http.request("POST", f"{place.http_url}{AUTH}{path}", body)
            assert (answer.status, answer.json["error"]["code"]) == (400, "VALIDATION_ERROR"), (path, body)
        assert http.get(f"{place.http_url}{AUTH}{path}").status == 405
    assert post(place, "me/", {}, place.people.token(OTHER)).status == 405


@row("AC-22", "AC-27")
@on_each_layer
def test_it_tells_no_more_than_that_a_login_was_wrong_and_then_locks_out(place: Place) -> None:
    name = place.people.guest()
    wrong = {"username": name, "password": "wrong"}
    unknown = {"username": f"nobody-{name}", "password": "wrong"}
    for given in (wrong, unknown):
        answer = post(place, "token/", given)
        assert_refused(answer, 401, "PERMISSION_DENIED")
        assert answer.json["error"]["message"] == "Wrong user name or password"
    for _ in range(4):
        answer = post(place, "token/", wrong)
    right = post(place, "token/", {"username": name, "password": "guest"})
    for locked in (answer, right):
        assert_refused(locked, 429, "RATE_LIMITED")
        assert 0 < int(locked.headers["Retry-After"]) <= 15 * 60
    assert place.people.pair(OTHER)


@row("AC-70", "AC-72", "AC-73", "AC-74", "AC-75", "AC-80", "AC-81", "AC-82", "AC-85", "AC-86")
def test_it_asks_for_a_code_once_two_factor_is_on(place: Place) -> None:
    name = place.people.guest()
    given = {"username": name, "password": "guest"}
    token = place.people.pair(name)["access"]
    assert_refused(
        post(place, "two-factor/begin/", {"password": "wrong"}, token), 400, "VALIDATION_ERROR", fields={"password"}
    )
    assert_refused(post(place, "two-factor/disable/", {"password": "guest", "code": "1"}, token), 409, "CONFLICT")
    begun = post(place, "two-factor/begin/", {"password": "guest"}, token)
    assert (begun.status, set(begun.json)) == (200, {"secret", "address", "qr_code"})
    authenticator = Authenticator(begun.json["secret"])
    used = authenticator.code()
    confirmed = post(place, "two-factor/confirm/", {"code": used}, token).json
    assert_refused(http.get(f"{place.http_url}{AUTH}me/", token=token), 401, "PERMISSION_DENIED")
    token, codes = confirmed["access"], confirmed["recovery_codes"]
    assert len(set(codes)) == 10
    assert_refused(post(place, "token/", given), 401, "PERMISSION_DENIED", fields={"code"})
    for wrong in (used, authenticator.wrong_code()):
        answer = post(place, "token/", {**given, "code": wrong})
        assert_refused(answer, 401, "PERMISSION_DENIED", fields={"code"})
        assert answer.json["error"]["message"] == "This code is wrong, or was used already"
    for right in (authenticator.code(steps=1), codes[0]):
        assert post(place, "token/", {**given, "code": right}).status == 200
    renewed = post(place, "two-factor/recovery-codes/", {"password": "guest", "code": codes[1]}, token)
    assert len(set(renewed.json["recovery_codes"]) - set(codes)) == 10
    end = {"password": "guest", "code": codes[2]}
    assert_refused(post(place, "two-factor/disable/", end, token), 400, "VALIDATION_ERROR", fields={"code"})
    assert post(place, "two-factor/disable/", {**end, "code": renewed.json["recovery_codes"][0]}, token).status == 204
    assert post(place, "token/", given).status == 200


@row("AC-28")
def test_it_throttles(hasty: Place) -> None:
    refresh = hasty.people.pair(OTHER)["refresh"]
    answers = [post(hasty, "token/refresh/", {"refresh": refresh}) for _ in range(2 * REFRESHES_PER_MINUTE + 1)]
    assert {answer.status for answer in answers} == {200, 429}  # a new minute may have begun in between
    for answer in answers:
        if answer.status == 429:
            assert_refused(answer, 429, "RATE_LIMITED")
            assert 0 < int(answer.headers["Retry-After"]) <= 60


MAY = {
    "AC-30": (
        ("token/", 400),
        ("register/", 400),
        ("token/refresh/", 400),
        ("token/verify/", 400),
        ("email/confirm/", 400),
        ("password/reset/", 400),
        ("password/reset/confirm/", 400),
    ),
    "AC-31": (("logout/", 400), ("email/change/", 400), ("password/change/", 400)),
    "AC-37": tuple((f"two-factor/{path}/", 400) for path in ("begin", "confirm", "recovery-codes", "disable")),
}
"""With an empty body; who may ask at all is told what is wrong with it."""


@row(*MAY, "AC-24")
@pytest.mark.parametrize("who", READERS)
def test_it_lets_everybody_post_where_they_may(place: Place, who: str) -> None:
    token = place.people.token(who) if who else None
    for number, addresses in MAY.items():
        for path, status in addresses:
            expected = 401 if who == NOBODY and number in {"AC-31", "AC-37"} else status
            assert post(place, path, {}, token).status == expected, path


PAGES = {
    "AC-32": (f"{AUTH}me/", (401, 200, 200, 200)),
    "AC-71": (f"{AUTH}two-factor/", (401, 200, 200, 200)),
    "AC-34": ("/api/v1/ws/stats/channels", (401, 403, 403, 200)),
    "GW-96": ("/api/v1/ws/stats/channels/", (401, 403, 403, 200)),
    "GW-95": ("/api/v1/ws/stats", (200,) * 4),
    "GW-97": ("/health", (200,) * 4),
    "GW-98": ("/ready", (200,) * 4),
    "CM-20": ("/api/v1/market/symbols/", (200,) * 4),
    "CM-21": ("/api/v1/market/history/?symbol=BTCUSDT&interval=1h&limit=2", (200,) * 4),
    "CM-22": ("/api/v1/market/overview/", (200,) * 4),
    "AC-35": ("/", (200,) * 4),
    "AC-36": ("/admin/", (302,) * 4),  # a token is no login of the admin's
}
"""What nobody, the owner, another user and staff are answered."""


@row(*PAGES, "AC-24")
@pytest.mark.parametrize("who", READERS)
def test_it_shows_everybody_the_pages_that_they_may_see(place: Place, who: str) -> None:
    token = place.people.token(who) if who else None
    answers = {number: http.get(place.http_url + path, token=token) for number, (path, _) in PAGES.items()}
    expected = {number: statuses[READERS.index(who)] for number, (_, statuses) in PAGES.items()}
    assert {number: answer.status for number, answer in answers.items()} == expected
    for number in ("AC-32", "AC-71", "AC-34", "GW-96"):
        if expected[number] != 200:
            assert_refused(answers[number], expected[number], "PERMISSION_DENIED")


@row("AC-36")
def test_it_lets_staff_into_the_admin_and_nobody_else(place: Place) -> None:
    AdminPages(place.http_url, STAFF)
    with pytest.raises(AssertionError, match="errornote"):
        AdminPages(place.http_url, OWNER)


@row("AC-07", "AC-33", "AC-40", "AC-41", "GW-99")
@pytest.mark.parametrize("who", READERS)
def test_it_gives_a_ticket_to_who_is_logged_in(place: Place, who: str) -> None:
    for path in (TICKET, f"{TICKET}/"):
        bodies: tuple[Any, ...] = ({}, b"", b"not read")
        for body in bodies:
            token = place.people.token(who) if who else None
            answer = http.post(place.http_url + path, body, token=token)
            if who == NOBODY:
                assert_refused(answer, 401, "PERMISSION_DENIED")
                continue
            assert (answer.status, set(answer.json)) == (200, {"ticket", "expires_in"})
            assert answer.json["expires_in"] == 30
    if who:
        ticket = answer.json["ticket"]
        assert_refused(http.get(f"{place.http_url}{AUTH}me/", token=ticket), 401, "PERMISSION_DENIED")
        soon = http.post(f"{place.http_url}{TICKET}", {}, token=place.people.ending_in(who, 10)).json["expires_in"]
        assert 9 <= soon <= 12


@row("AC-51")
def test_it_mails_a_link_again_three_times_an_hour(place: Place) -> None:
    token = place.people.pair(place.people.guest())["access"]
    answers = [post(place, "email/send-confirmation/", {}, token) for _ in range(4)]
    assert [answer.status for answer in answers] == [202, 202, 202, 429]
    assert_refused(answers[3], 429, "RATE_LIMITED")
    assert 3500 < int(answers[3].headers["Retry-After"]) <= 3600
    assert_refused(post(place, "email/send-confirmation/", {}, place.people.token(OWNER)), 409, "CONFLICT")
    assert_refused(post(place, "email/send-confirmation/", {}), 401, "PERMISSION_DENIED")


@row("AC-52", "AC-53", "AC-57")
def test_it_changes_password_and_address_for_who_knows_the_password(place: Place) -> None:
    name = place.people.guest()
    before = place.people.pair(name)
    address = {"email": f"new-{name}@example.com"}
    wrong = post(place, "email/change/", {**address, "password": "wrong"}, before["access"])
    assert_refused(wrong, 400, "VALIDATION_ERROR", fields={"password"})
    changed = post(place, "email/change/", {**address, "password": "guest"}, before["access"])
    assert (changed.status, changed.json["email"]) == (202, f"{name}@example.com")
    for body, fields in (
        ({"current": "wrong", "new": GOOD_PASSWORD}, {"current"}),
        ({"current": "guest", "new": "12345"}, {"new"}),
    ):
        refused = post(place, "password/change/", body, before["access"])
        assert_refused(refused, 400, "VALIDATION_ERROR", fields=fields)
    pair = post(place, "password/change/", {"current": "guest", "new": GOOD_PASSWORD}, before["access"])
    assert (pair.status, set(pair.json)) == (200, {"access", "refresh"})
    assert [post(place, "token/verify/", {"token": token}).status for token in before.values()] == [401, 401]
    assert [post(place, "token/verify/", {"token": token}).status for token in pair.json.values()] == [200, 200]


@row("AC-54")
def test_it_tells_nobody_which_addresses_have_a_user(place: Place) -> None:
    name = place.people.guest()
    answers = [post(place, "password/reset/", {"email": f"{who}@example.com"}) for who in (name, f"no-{name}")]
    assert [(answer.status, answer.body) for answer in answers] == [(202, b""), (202, b"")]


@row("AC-65", "AC-31")
def test_it_keeps_in_which_time_zone_one_is_shown_times(place: Place) -> None:
    token = place.people.pair(OWNER)["access"]
    address = f"{place.http_url}{AUTH}time-zone/"
    zones = {"time_zone": "Asia/Tokyo", "device_time_zone": "Europe/Berlin"}
    assert http.request("PUT", address, zones, token=token).json.items() >= zones.items()
    assert http.get(f"{place.http_url}{AUTH}me/", token=token).json.items() >= zones.items()
    refused = http.request("PUT", address, {"time_zone": "Mars/Olympus"}, token=token)
    assert_refused(refused, 400, "VALIDATION_ERROR", fields={"time_zone"})
    assert http.request("PUT", address, {}, token=token).json["time_zone"] == ""
    assert_refused(http.request("PUT", address, {}), 401, "PERMISSION_DENIED")
