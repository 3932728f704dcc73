"""docs/protocol/accounts.md: a user's own data, on every server."""

from tests.conformance.accounts.account_requests import AUTH, assert_refused
from tests.conformance.asking import http
from tests.conformance.places import Place
from tests.conformance.rows import row


@row("AC-62", "AC-31")
def test_it_hands_out_all_that_one_owns_to_who_knows_the_password(place: Place) -> None:
    user, address = place.people.guest(), f"{place.http_url}{AUTH}own-data/export/"
    token = place.people.pair(user)["access"]
    export = http.post(address, {"password": "guest"}, token=token).json
    assert set(export) == {"exported_at", "user", "data", "left_off", "kept_back"}
    assert [row["username"] for row in export["data"]["accounts.User"]] == [export["user"]["username"]] == [user]
    assert_refused(http.post(address, {"password": "wrong"}, token=token), 400, "VALIDATION_ERROR", fields={"password"})
    assert_refused(http.post(address, {"password": "guest"}), 401, "PERMISSION_DENIED")


@row("AC-63", "AC-64", "AC-31")
def test_it_deletes_who_knows_the_password_and_ends_their_tokens(place: Place) -> None:
    user, address = place.people.guest(), f"{place.http_url}{AUTH}own-data/"
    token = place.people.pair(user)["access"]
    told = http.get(f"{address}deletion/", token=token).json
    assert (set(told), told["obstacles"]) == ({"goes", "stays", "obstacles"}, [])
    refused = http.post(f"{address}delete/", {"password": "wrong"}, token=token)
    assert_refused(refused, 400, "VALIDATION_ERROR", fields={"password"})
    assert http.post(f"{address}delete/", {"password": "guest"}, token=token).status == 204
    assert_refused(http.get(f"{place.http_url}{AUTH}me/", token=token), 401, "PERMISSION_DENIED")
    assert_refused(http.post(f"{address}delete/", {"password": "guest"}), 401, "PERMISSION_DENIED")
