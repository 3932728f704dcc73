"""One-time tickets: what they inherit from a token, and that each works once."""

import datetime as dt

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from accounts.models import Ticket, User
from accounts.services import user_log_out_everywhere
from accounts.tickets import _delete_first, ticket_issue, ticket_take
from accounts.tokens.json_web_tokens import TokenClaims
from streaming.identity.identity import AuthenticationError, AuthenticationFailure

_FAILED, _INVALID = AuthenticationFailure.FAILED, AuthenticationFailure.INVALID
_NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def _claims(user: User, *, seconds: int = 3600) -> TokenClaims:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    return TokenClaims(str(user.pk), expires_at=round(ends.timestamp() * 1000), generation=user.token_generation)


def _refusal_of_ticket(secret: str) -> AuthenticationFailure:
    with pytest.raises(AuthenticationError) as refusal:
        ticket_take(secret=secret)
    return refusal.value.code


def test_it_gives_a_ticket_that_inherits_end_and_generation(user: User) -> None:
    user_log_out_everywhere(user=user)
    claims = _claims(user)
    issued = ticket_issue(user=user, claims=claims)
    assert issued.expires_in == 30
    found, inherited = ticket_take(secret=issued.ticket)
    assert found == user
    assert (inherited.expires_at, inherited.generation) == (claims.expires_at, 1)


def test_it_stores_no_ticket_that_could_be_used(user: User) -> None:
    issued = ticket_issue(user=user, claims=_claims(user))
    stored = Ticket.objects.get()
    assert issued.ticket not in stored.digest
    assert _refusal_of_ticket(stored.digest) is _FAILED
    assert issued.ticket not in str(stored)


def test_it_takes_a_ticket_once(user: User) -> None:
    secret = ticket_issue(user=user, claims=_claims(user)).ticket
    ticket_take(secret=secret)
    assert _refusal_of_ticket(secret) is _FAILED


def test_it_gives_a_ticket_to_one_of_two_that_read_it_at_the_same_time(user: User) -> None:
    ticket_issue(user=user, claims=_claims(user))
    first, second = Ticket.objects.get(), Ticket.objects.get()
    assert [_delete_first(first), _delete_first(second)] == [True, False]


def test_it_takes_a_ticket_in_two_queries(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    secret = ticket_issue(user=user, claims=_claims(user)).ticket
    with django_assert_num_queries(2):
        ticket_take(secret=secret)


@pytest.mark.parametrize("secret", ["", "unknown", "\x00", "\ud800", "ü" * 10_000])
def test_it_takes_no_ticket_that_it_never_gave(user: User, secret: str) -> None:
    ticket_issue(user=user, claims=_claims(user))
    assert _refusal_of_ticket(secret) is _FAILED
    assert Ticket.objects.count() == 1


def test_it_takes_a_ticket_until_its_end_and_no_longer(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        first, second = (ticket_issue(user=user, claims=_claims(user)).ticket for _ in range(2))
        traveller.shift(29.9)
        ticket_take(secret=first)
        traveller.shift(0.1)
        assert _refusal_of_ticket(second) is _FAILED


def test_it_gives_no_ticket_that_outlives_its_token(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        issued = ticket_issue(user=user, claims=_claims(user, seconds=10))
        assert issued.expires_in == 10
        traveller.shift(10)
        assert _refusal_of_ticket(issued.ticket) is _FAILED


def test_it_forgets_expired_tickets_with_the_next(user: User) -> None:
    with time_machine.travel(_NOW, tick=False) as traveller:
        for _ in range(3):
            ticket_issue(user=user, claims=_claims(user))
        traveller.shift(30)
        ticket_issue(user=user, claims=_claims(user))
    assert Ticket.objects.count() == 1


def test_it_refuses_a_ticket_from_before_a_log_out(user: User) -> None:
    secret = ticket_issue(user=user, claims=_claims(user)).ticket
    stale = User.objects.get(pk=user.pk)
    user_log_out_everywhere(user=user)
    assert _refusal_of_ticket(secret) is _FAILED
    late = ticket_issue(user=stale, claims=_claims(stale)).ticket  # by a request that was under way
    assert _refusal_of_ticket(late) is _FAILED


def test_it_tells_a_ticket_of_an_inactive_user(inactive_user: User) -> None:
    secret = ticket_issue(user=inactive_user, claims=_claims(inactive_user)).ticket
    assert _refusal_of_ticket(secret) is _INVALID


def test_it_refuses_a_ticket_of_a_deleted_user(user: User) -> None:
    secret = ticket_issue(user=user, claims=_claims(user)).ticket
    user.delete()
    assert _refusal_of_ticket(secret) is _FAILED
