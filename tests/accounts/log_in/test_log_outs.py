"""Logins that end by themselves: what they take with them, what they leave, and how long that is remembered."""

import datetime as dt

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from accounts.models import EndedLogin, Ticket, User
from accounts.selectors import standing_of_users
from accounts.services import access_refresh, login_end, user_log_out
from accounts.tickets import ticket_issue, ticket_take
from accounts.tokens.json_web_tokens import TokenClaims, TokenKind, TokenPair, pair_issue, token_read
from accounts.tokens.owners import user_of_token, users_of_tokens
from streaming.identity.identity import AuthenticationError, AuthenticationFailure, Identity
from tests.accounts.tokens_of_others import claims_of, signed

_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _claims(pair: TokenPair) -> TokenClaims:
    return token_read(pair.access, TokenKind.ACCESS)


def _is_good(token: str) -> bool:
    try:
        user_of_token(token, *TokenKind)
    except AuthenticationError as refusal:
        assert refusal.code is AuthenticationFailure.FAILED
        return False
    return True


def test_it_gives_each_login_a_name_of_its_own_that_its_tokens_share(user: User) -> None:
    one, other = pair_issue(user=user), pair_issue(user=user)
    names = [_claims(pair).login_id for pair in (one, other)]
    assert len(set(names)) == 2
    assert token_read(one.refresh, TokenKind.REFRESH).login_id == names[0]
    assert token_read(access_refresh(refresh=one.refresh), TokenKind.ACCESS).login_id == names[0]


def test_it_ends_what_comes_from_the_login_and_nothing_else(user: User, superuser: User) -> None:
    ended, kept, others = pair_issue(user=user), pair_issue(user=user), pair_issue(user=superuser)
    refreshed = access_refresh(refresh=ended.refresh)
    user_log_out(user=user, refresh=ended.refresh)
    assert [_is_good(token) for token in (ended.access, ended.refresh, refreshed)] == [False] * 3
    assert all(_is_good(token) for pair in (kept, others) for token in (pair.access, pair.refresh))


def test_it_ends_the_logins_tickets_though_one_was_got_while_it_ended(user: User) -> None:
    ended, kept = pair_issue(user=user), pair_issue(user=user)
    before, other = (ticket_issue(user=user, claims=_claims(pair)).ticket for pair in (ended, kept))
    user_log_out(user=user, refresh=ended.refresh)
    assert Ticket.objects.count() == 1
    late = ticket_issue(user=user, claims=_claims(ended)).ticket  # by a request that was under way
    for secret in (before, late):
        with pytest.raises(AuthenticationError):
            ticket_take(secret=secret)
    assert ticket_take(secret=other)[1].login_id == _claims(kept).login_id


def test_it_ends_a_login_once_though_two_say_so_at_the_same_time(user: User) -> None:
    claims = token_read(pair_issue(user=user).refresh, TokenKind.REFRESH)
    for _ in range(2):  # both have looked before either has written
        login_end(user=user, login_id=claims.login_id, expires_at=claims.expires_at)
    assert [row.pk for row in EndedLogin.objects.all()] == [claims.login_id]


def test_it_forgets_an_ended_login_when_its_last_token_has_expired(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        first = pair_issue(user=user)
        traveller.shift(dt.timedelta(days=14, seconds=-1))
        last = access_refresh(refresh=first.refresh)
        user_log_out(user=user, refresh=first.refresh)
        traveller.shift(dt.timedelta(minutes=60))
        user_log_out(user=user, refresh=pair_issue(user=user).refresh)
        assert (EndedLogin.objects.count(), _is_good(last)) == (2, False)
        traveller.shift(dt.timedelta(seconds=1))
        user_log_out(user=user, refresh=pair_issue(user=user).refresh)
        assert EndedLogin.objects.count() == 2
        assert not _is_good(last)


def test_it_asks_once_for_many_tokens_of_many_logins(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pairs = [pair_issue(user=user) for _ in range(4)]
    for pair in pairs[:2]:
        user_log_out(user=user, refresh=pair.refresh)
    with django_assert_num_queries(1):
        owners = users_of_tokens([pair.access for pair in pairs], TokenKind.ACCESS)
    assert [isinstance(owner, AuthenticationError) for owner in owners] == [True, True, False, False]


def test_it_tells_the_gateways_which_of_the_connected_logins_have_ended(
    user: User, superuser: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pairs = [pair_issue(user=user) for _ in range(3)]
    for pair in pairs[:2]:
        user_log_out(user=user, refresh=pair.refresh)
    identities = [
        Identity(user_id=str(user.pk), username="Ada", expires_at=0, login_id=_claims(pair).login_id) for pair in pairs
    ]
    identities.append(Identity(user_id=str(superuser.pk), username="Root", expires_at=0))
    with django_assert_num_queries(1):
        standings = standing_of_users(identities)
    assert standings[str(user.pk)].ended_logins == {_claims(pair).login_id for pair in pairs[:2]}
    assert standings[str(superuser.pk)].ended_logins == frozenset()


@pytest.mark.parametrize("login_id", [1, None, True, [], "x" * 65, "a b", "\x00", "ü", "a\n"])
def test_it_refuses_a_token_whose_login_has_no_name(user: User, login_id: object) -> None:
    assert not _is_good(signed(claims_of(str(user.pk), sid=login_id)))


def test_it_refreshes_with_no_token_that_names_no_login(user: User) -> None:
    with pytest.raises(AuthenticationError):
        access_refresh(refresh=signed(claims_of(str(user.pk), token_type="refresh", sid="")))
