"""Tokens: what one says, how long it is good, and what is none."""

import base64
import datetime as dt
import json
import time
from typing import Any

import jwt
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.tokens.json_web_tokens import (
    TokenClaims,
    TokenError,
    TokenKind,
    TokenRefusedError,
    UserClaimMissingError,
    access_issue,
    pair_issue,
    token_read,
)
from accounts.tokens.keys import signing_secret
from tests.accounts.tokens_of_others import OTHER_KEY, claims_of, signed

_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _access_of(token: str) -> TokenClaims:
    return token_read(token, TokenKind.ACCESS)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@time_machine.travel(_NOW, tick=False)
def test_it_says_whose_it_is_and_when_it_ends() -> None:
    claims = _access_of(pair_issue(user=User(pk=42, username="Ada")).access)
    assert claims.login_id
    assert claims == TokenClaims(
        user_id="42",
        expires_at=round((_NOW + dt.timedelta(minutes=60)).timestamp() * 1000),
        generation=0,
        issued_at=round(_NOW.timestamp()),
        login_id=claims.login_id,
    )


@time_machine.travel(_NOW, tick=False)
def test_it_carries_the_user_as_a_string_in_both_tokens() -> None:
    pair = pair_issue(user=User(pk=42, username="Ada"))
    for token, days in ((pair.access, 60 / 1440), (pair.refresh, 14)):
        claims = jwt.decode(token, options={"verify_signature": False})
        assert claims["userId"] == "42"
        assert claims["exp"] - claims["iat"] == days * 86_400


def test_it_carries_the_generation_in_every_token() -> None:
    user = User(pk=42, token_generation=7)
    pair = pair_issue(user=user)
    for token, kind in (
        (pair.access, TokenKind.ACCESS),
        (pair.refresh, TokenKind.REFRESH),
        (access_issue(user=user), TokenKind.ACCESS),
    ):
        assert token_read(token, kind).generation == 7


def test_it_gives_another_token_each_time() -> None:
    user = User(pk=42)
    assert access_issue(user=user) != access_issue(user=user)


def test_it_tells_access_from_refresh() -> None:
    pair = pair_issue(user=User(pk=42))
    assert token_read(pair.refresh, TokenKind.REFRESH).user_id == "42"
    assert {token_read(token, *TokenKind).user_id for token in (pair.access, pair.refresh)} == {"42"}
    with pytest.raises(TokenRefusedError):
        token_read(pair.access, TokenKind.REFRESH)


def test_it_takes_no_token_without_a_kind_for_one_to_refresh() -> None:
    with pytest.raises(TokenRefusedError):
        token_read(signed({"userId": "42", "exp": int(time.time()) + 60}), TokenKind.REFRESH)


def test_it_is_good_until_its_end_and_no_longer() -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        pair = pair_issue(user=User(pk=42))
        traveller.shift(60 * 60 - 1)
        assert _access_of(pair.access).user_id == "42"
        traveller.shift(1)
        with pytest.raises(TokenRefusedError):
            _access_of(pair.access)


def test_it_is_good_though_it_was_issued_by_a_clock_that_was_ahead() -> None:
    ahead = int(time.time()) + 3600
    claims = _access_of(signed(claims_of("1", iat=ahead, exp=ahead + 60)))
    assert claims.issued_at == ahead


def test_it_refuses_a_refresh_token() -> None:
    with pytest.raises(TokenRefusedError):
        _access_of(pair_issue(user=User(pk=42)).refresh)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_it_refuses_a_token_that_was_touched(part: int) -> None:
    parts = pair_issue(user=User(pk=42)).access.split(".")
    parts[part] = parts[part][:-2] + ("AA" if parts[part][-2:] != "AA" else "BB")
    with pytest.raises(TokenRefusedError):
        _access_of(".".join(parts))


def test_it_refuses_another_users_claims_under_a_good_signature() -> None:
    header, _, signature = pair_issue(user=User(pk=42)).access.split(".")
    _, payload, _ = signed(claims_of("43"), key=OTHER_KEY).split(".")
    with pytest.raises(TokenRefusedError):
        _access_of(f"{header}.{payload}.{signature}")


def test_it_refuses_another_key() -> None:
    with pytest.raises(TokenRefusedError):
        _access_of(signed(claims_of("42"), key=OTHER_KEY))


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda: signed(claims_of("42"), key="", algorithm="none"), id="none"),
        pytest.param(lambda: signed(claims_of("42"), algorithm="HS384"), id="HS384"),
    ],
)
def test_it_refuses_another_algorithm(token: Any) -> None:
    with pytest.raises(TokenRefusedError):
        _access_of(token())


@pytest.mark.parametrize("user_id", [None, "", 42, ["42"], {"id": "42"}, True])
def test_it_tells_a_token_that_names_no_user(user_id: Any) -> None:
    with pytest.raises(UserClaimMissingError):
        _access_of(signed(claims_of(user_id)))


def test_it_tells_a_token_without_the_claim() -> None:
    with pytest.raises(UserClaimMissingError):
        _access_of(signed({"sub": "42", "exp": int(time.time()) + 60}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": 1},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"exp": [1]},
        {"exp": None},
        {"nbf": 99_999_999_999},
        {"nbf": {}},
        {"iat": "yesterday"},
        {"token_type": "refresh"},
        {"token_type": None},
        {"token_type": []},
        {"generation": "0"},
        {"generation": 0.0},
        {"generation": True},
        {"generation": [0]},
        {"iat": float("inf")},
        {"iat": None},
    ],
)
def test_it_refuses_claims_that_make_no_access_token(wrong: dict[str, Any]) -> None:
    with pytest.raises(TokenRefusedError):
        _access_of(_signed_as_it_is({**claims_of("42"), **wrong}))


def test_it_refuses_a_token_without_an_end() -> None:
    with pytest.raises(TokenRefusedError):
        _access_of(signed({"userId": "42", "token_type": "access"}))


def _signed_as_it_is(claims: dict[str, Any]) -> str:
    """Sign claims that PyJWT would not: an `exp` of a wrong type."""
    return jwt.api_jws.encode(json.dumps(claims).encode(), signing_secret(), algorithm="HS256")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "not a token",
        "\x00",
        "é.é.é",
        "\ud800",
        _base64(b"[" * 3000) + ".e30.",
        _base64(b'{"a":' * 1000) + ".e30.",
        _base64(b'{"alg":"HS256","x":' + b"9" * 5000 + b"}") + ".e30.AAAA",
        _base64(b'{"alg":[]}') + ".e30.",
        _base64(b'{"alg":"HS256","kid":1}') + ".e30.AAAA",
        _base64(b"[]") + ".e30.",
        _base64(b'{"alg":"HS256"}') + "." + _base64(b"\xff\xfe") + ".AAAA",
        "a" * 1_000_000,
    ],
)
def test_it_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(TokenRefusedError):
        _access_of(token)


@given(
    token=st.one_of(
        st.text(),
        st.lists(st.binary().map(_base64), min_size=3, max_size=3).map(".".join),
        st.dictionaries(
            st.sampled_from(["alg", "typ", "kid", "crit", "b64", "jwk", "zip"]),
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.just("HS256"), st.lists(st.text())),
        ).map(lambda header: _base64(json.dumps(header).encode()) + ".e30.AAAA"),
    )
)
def test_it_refuses_anything_else_with_an_error_of_its_own(token: str) -> None:
    with pytest.raises(TokenError):
        _access_of(token)
