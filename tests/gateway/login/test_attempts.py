"""Logging in on an open connection: what becomes of an attempt, and of those who wait for its end."""

import asyncio

import msgspec
import pytest
from django.db import OperationalError

from streaming.gateway.errors import (
    GatewayError,
    authentication_failed,
    login_unavailable,
    token_of_another_user,
    too_many_connections,
)
from streaming.gateway.login.admission import Admission
from streaming.gateway.login.checking import CredentialCheck
from streaming.gateway.login.login import LoginPolicy, SessionLogin
from streaming.identity.identity import AuthenticationError, AuthenticationFailure, Credential, Identity
from tests.gateway.authenticators import never_answers
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import USER

RENEWED = msgspec.structs.replace(USER, expires_at=USER.expires_at + 1)
OTHER = msgspec.structs.replace(USER, user_id="2")


async def authenticator(credential: Credential) -> Identity:
    """Return who a token names, or fail as its name says."""
    match credential.secret:
        case "user":
            return USER
        case "renewed":
            return RENEWED
        case "other":
            return OTHER
        case "bad":
            raise AuthenticationError(AuthenticationFailure.FAILED)
        case "away":
            raise OperationalError("connection refused")
        case "fault":
            raise ValueError("a fault of ours")
    return await never_answers(credential)


class Connection:
    """One that is open, whose user may have `per_user` of them."""

    def __init__(self, *, per_user: int = 1, seconds: float = 20.0) -> None:
        self.told: list[Identity | tuple[str, str]] = []
        self.check = CredentialCheck(authenticator, seconds=seconds)
        self.admission = Admission(per_address=5, per_user=per_user)
        self.login = SessionLogin(
            LoginPolicy(ManualClock(), None, seconds=None),
            check=self.check,
            seat=self.admission.admit("192.0.2.1"),
            spawn=lambda work: self._tasks.append(asyncio.create_task(work)),
            accepted=self.told.append,
            refused=lambda error: self.told.append((error.code, error.message)),
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def try_with(self, *tokens: str) -> None:
        """Try to log in with one token after the other."""
        for token in tokens:
            self.login.begin(token)
            await self.login.settled()


def told(error: GatewayError) -> tuple[str, str]:
    """Return what a client is told of a refusal."""
    return error.code, error.message


async def test_it_logs_in_and_renews_in_one_seat() -> None:
    connection = Connection()
    await connection.try_with("user", "renewed")
    assert connection.told == [USER, RENEWED]
    assert connection.login.policy.identity is RENEWED


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        ("other", token_of_another_user()),
        ("bad", authentication_failed()),
        ("away", login_unavailable()),
        ("fault", login_unavailable()),
    ],
)
async def test_what_is_refused_leaves_the_login_as_it_was(token: str, refusal: GatewayError) -> None:
    connection = Connection()
    await connection.try_with("user", token)
    assert connection.told == [USER, told(refusal)]
    assert connection.login.policy.identity is USER
    assert not connection.login.is_under_way


async def test_it_refuses_one_connection_more_than_a_user_may_have() -> None:
    connection = Connection()
    connection.admission.admit_user(USER.user_id)
    await connection.try_with("user")
    assert (connection.told, connection.login.policy.identity) == ([told(too_many_connections())], None)


async def test_it_waits_for_no_answer_for_ever() -> None:
    connection = Connection(seconds=0.01)
    await connection.try_with("never")
    assert connection.told == [told(login_unavailable())]


async def test_a_stop_ends_the_attempt_and_lets_nobody_in_afterwards() -> None:
    connection = Connection()
    connection.login.begin("never")
    assert connection.login.is_under_way
    connection.check.stop()
    await connection.login.settled()
    await connection.try_with("user")
    assert connection.told == [told(login_unavailable())] * 2
