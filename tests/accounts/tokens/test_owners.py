"""Whose a token is, set against the user of today."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.services import user_log_out_everywhere
from accounts.tokens.json_web_tokens import TokenKind, pair_issue
from accounts.tokens.owners import user_of_token
from streaming.identity.identity import AuthenticationError, AuthenticationFailure
from tests.accounts.tokens_of_others import claims_of, claims_of_another_issuer, signed

_FAILED, _INVALID = AuthenticationFailure.FAILED, AuthenticationFailure.INVALID
_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _refusal_of(token: str, *kinds: TokenKind) -> AuthenticationFailure | None:
    try:
        user_of_token(token, *(kinds or (TokenKind.ACCESS,)))
    except AuthenticationError as refusal:
        return refusal.code
    return None


def _of_another_issuer(user: User, **claims: Any) -> str:
    return signed(claims_of_another_issuer(str(user.pk), **claims))


@pytest.fixture
def others_let_in(settings: Settings) -> None:
    """Let tokens of other issuers log in."""
    settings.JWT_EXTERNAL = True


def test_it_finds_the_user_with_one_query(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token = pair_issue(user=user).access
    with django_assert_num_queries(1):
        found, claims = user_of_token(token, TokenKind.ACCESS)
    assert (found, claims.user_id) == (user, str(user.pk))


def test_it_asks_no_database_about_a_bad_token(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert _refusal_of("no token") is _FAILED


def test_it_refuses_both_tokens_from_before_a_log_out_and_none_from_after(user: User) -> None:
    old = pair_issue(user=user)
    user_log_out_everywhere(user=user)
    new = pair_issue(user=user)
    assert [_refusal_of(token, *TokenKind) for token in (old.access, old.refresh)] == [_FAILED, _FAILED]
    assert [_refusal_of(token, *TokenKind) for token in (new.access, new.refresh)] == [None, None]


@pytest.mark.parametrize("generation", [0, 1, 3, -1, 2**70])
def test_it_takes_only_the_generation_of_today(user: User, generation: int) -> None:
    for _ in range(2):
        user_log_out_everywhere(user=user)
    assert _refusal_of(signed(claims_of(str(user.pk), generation=generation))) is _FAILED
    assert _refusal_of(signed(claims_of(str(user.pk), generation=2))) is None


@pytest.mark.usefixtures("others_let_in")
def test_it_takes_a_token_without_a_generation_from_whoever_never_logged_out(user: User) -> None:
    assert _refusal_of(_of_another_issuer(user)) is None
    assert _refusal_of(_of_another_issuer(user, iat=0)) is None


@pytest.mark.usefixtures("others_let_in")
def test_it_measures_a_token_without_a_generation_by_its_time(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        before = _of_another_issuer(user, iat=round(_NOW.timestamp()))
        traveller.shift(0.5)
        user_log_out_everywhere(user=user)
        traveller.shift(0.5)
        after = _of_another_issuer(user, iat=round(_NOW.timestamp()) + 1)
        untold = _of_another_issuer(user)
        assert [_refusal_of(token) for token in (before, after, untold)] == [_FAILED, None, _FAILED]


def test_it_tells_an_inactive_user_from_a_bad_token(inactive_user: User) -> None:
    assert _refusal_of(pair_issue(user=inactive_user).access) is _INVALID
