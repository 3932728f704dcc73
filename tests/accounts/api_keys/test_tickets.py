"""Tickets that an API key gets: of its own scopes, and gone with it."""

import datetime as dt
import json

import pytest
import time_machine
from django.utils import timezone

from accounts.api_keys.services import api_key_create, users_of_keys
from accounts.models import ApiKey, Ticket, User
from accounts.tickets import ticket_issue, ticket_take
from streaming.identity.identity import AuthenticationError
from streaming.identity.scopes import Scope
from tests.accounts.keys import ask, key_of


@pytest.mark.parametrize("scope", Scope)
def test_it_gets_tickets_of_its_own_scopes(user: User, scope: Scope) -> None:
    answer = ask("POST", "ws/ticket", key_of(user, scope))
    found, claims = ticket_take(secret=json.loads(answer.content)["ticket"])
    assert (found, claims.scopes, claims.login_id) == (user, frozenset({scope}), ApiKey.objects.get().login_id)


def test_its_tickets_go_with_it(user: User) -> None:
    key, _ = api_key_create(user=user, name="bot", scopes=[Scope.READ])
    answer = ask("POST", "ws/ticket", key_of(user))
    assert Ticket.objects.count() == 1
    ApiKey.objects.exclude(pk=key.pk).delete()
    with pytest.raises(AuthenticationError):
        ticket_take(secret=json.loads(answer.content)["ticket"])


def test_it_gets_no_ticket_once_it_is_revoked(user: User) -> None:
    """The request was let in while the key was good, and asks for the ticket afterwards."""
    key, text = api_key_create(user=user, name="bot", scopes=[Scope.READ])
    [found] = users_of_keys([text])
    assert not isinstance(found, Exception)
    owner, claims = found
    key.delete()
    with pytest.raises(AuthenticationError, match="authentication_failed"):
        ticket_issue(user=owner, claims=claims)
    assert not Ticket.objects.exists()


def test_a_ticket_of_a_key_that_is_no_more_logs_nobody_in(superuser: User) -> None:
    key, text = api_key_create(user=superuser, name="bot", scopes=[Scope.READ])
    ticket = json.loads(ask("POST", "ws/ticket", text).content)["ticket"]
    Ticket.objects.update(key=None)  # as a version without the check stored it
    key.delete()
    with pytest.raises(AuthenticationError, match="authentication_failed"):
        ticket_take(secret=ticket)


def test_a_ticket_of_a_key_that_has_expired_since_logs_nobody_in(user: User) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False) as clock:
        ends = timezone.now() + dt.timedelta(seconds=5)
        _, text = api_key_create(user=user, name="bot", scopes=[Scope.READ], expires_at=ends)
        ticket = json.loads(ask("POST", "ws/ticket", text).content)["ticket"]
        clock.shift(5)
        with pytest.raises(AuthenticationError, match="authentication_failed"):
            ticket_take(secret=ticket)
