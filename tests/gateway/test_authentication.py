from typing import Any

import pytest

from streaming.gateway.authentication import origin_is_allowed, token_of


def scope(query: str = "", **headers: str) -> dict[str, Any]:
    named = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"query_string": query.encode(), "headers": named}


def test_it_finds_no_token_where_there_is_none() -> None:
    assert token_of(scope("x=1", authorization="Basic abc", cookie="token=no")) is None


def test_it_takes_the_query_before_the_header() -> None:
    assert token_of(scope("token=from-query", authorization="Bearer from-header")) == "from-query"


@pytest.mark.parametrize("value", ["Bearer abc", "bearer abc", "BEARER  abc "])
def test_it_takes_the_bearer_header(value: str) -> None:
    assert token_of(scope(authorization=value)) == "abc"


@pytest.mark.parametrize("query", ["token=", "token", "token=&token=x"])
def test_it_does_not_take_an_empty_token_for_none(query: str) -> None:
    assert token_of(scope(query)) == ""


def test_it_does_not_take_an_empty_bearer_header_for_none() -> None:
    assert token_of(scope(authorization="Bearer")) == ""


def test_it_survives_a_query_that_is_no_text() -> None:
    assert token_of({"query_string": b"token=%ff%fe\xff", "headers": []}) is not None


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


def test_it_accepts_programs_which_send_no_origin() -> None:
    assert origin_is_allowed(scope(), ("https://ours.example",))
