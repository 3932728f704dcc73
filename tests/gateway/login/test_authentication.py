from typing import Any

import pytest

from streaming.gateway.handshake.origins import origin_is_allowed
from streaming.gateway.login.authentication import credential_of
from streaming.identity.identity import Credential, CredentialKind

TOKEN, TICKET = CredentialKind.TOKEN, CredentialKind.TICKET


def scope(query: str = "", **headers: str) -> dict[str, Any]:
    named = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"query_string": query.encode(), "headers": named}


def test_it_finds_nothing_where_nothing_was_shown() -> None:
    assert credential_of(scope("x=1", authorization="Basic abc", cookie="token=no")) is None


def test_it_takes_a_token_of_the_query_before_a_ticket_and_a_ticket_before_the_header() -> None:
    header = {"authorization": "Bearer from-header"}
    assert credential_of(scope("ticket=b&token=a", **header)) == Credential(TOKEN, "a")
    assert credential_of(scope("ticket=b", **header)) == Credential(TICKET, "b")
    assert credential_of(scope("", **header)) == Credential(TOKEN, "from-header")


@pytest.mark.parametrize("value", ["Bearer abc", "bearer abc", "BEARER  abc "])
def test_it_takes_the_bearer_header(value: str) -> None:
    assert credential_of(scope(authorization=value)) == Credential(TOKEN, "abc")


@pytest.mark.parametrize("query", ["token=", "token", "token=&token=x", "token=&ticket=good"])
def test_it_does_not_take_an_empty_token_for_none(query: str) -> None:
    assert credential_of(scope(query)) == Credential(TOKEN, "")


def test_it_does_not_take_an_empty_ticket_for_none() -> None:
    assert credential_of(scope("ticket=")) == Credential(TICKET, "")


def test_it_does_not_take_an_empty_bearer_header_for_none() -> None:
    assert credential_of(scope(authorization="Bearer")) == Credential(TOKEN, "")


def test_it_survives_a_query_that_is_no_text() -> None:
    assert credential_of({"query_string": b"token=%ff%fe\xff", "headers": []}) is not None


def test_a_credential_never_shows_its_secret() -> None:
    assert "very-secret" not in repr(Credential(TOKEN, "very-secret")) + str(Credential(TICKET, "very-secret"))


@pytest.mark.parametrize(
    ("allowed", "origin", "is_allowed"),
    [
        (("*",), "https://anywhere.example", True),
        (("https://ours.example",), "https://ours.example", True),
        (("https://ours.example",), "https://theirs.example", False),
        (("https://ours.example",), "null", True),
    ],
)
def test_it_restricts_browsers_by_origin(allowed: tuple[str, ...], origin: str, is_allowed: bool) -> None:
    assert origin_is_allowed(scope(origin=origin), allowed) is is_allowed


@pytest.mark.parametrize(
    ("host", "origin", "is_allowed"),
    [
        ("prices.example", "https://prices.example", True),
        ("prices.example:8000", "http://prices.example:8000", True),
        ("prices.example", "https://prices.example:8443", True),
        ("[::1]:8000", "http://[::1]:8000", True),
        ("Prices.Example", "https://prices.example", True),
        ("prices.example", "https://elsewhere.example", False),
        ("prices.example", "https://prices.example.evil", False),
        ("prices.example", "https://evil.prices.example", False),
        ("prices.example", "https://evil/prices.example", False),
        ("prices.example", "prices.example", True),
        ("prices.example", "", False),
    ],
)
def test_it_lets_the_pages_of_its_own_host_connect_whatever_is_allowed(
    host: str, origin: str, is_allowed: bool
) -> None:
    assert origin_is_allowed(scope(host=host, origin=origin), ()) is is_allowed


def test_it_accepts_programs_which_send_no_origin() -> None:
    assert origin_is_allowed(scope(), ("https://ours.example",))
