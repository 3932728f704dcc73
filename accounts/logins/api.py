"""REST: `/api/v1/auth/logins/…`, one's own logins. No key reaches it, whatever its scopes."""

from datetime import datetime

import msgspec

from accounts.http.views import AccountCase, Asked
from accounts.logins.services import login_end_one, logins_end_others, logins_of
from accounts.models import Login
from accounts.tokens.json_web_tokens import TokenPair
from streaming.commands.parameters import NoParameters, Parameters
from streaming.times import iso_time, milliseconds


class LoginId(Parameters, frozen=True):
    """Which of one's logins."""

    id: int


class LoginAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A login: the program in short, the address where it was last used; `current`: that which asks.

    Times are ISO 8601 with milliseconds; `last_used` is right to a minute.
    """

    id: int
    client: str
    address: str | None
    begun: str
    last_used: str
    expires_at: str
    current: bool


class LoginsAnswer(msgspec.Struct, frozen=True):
    """One's logins, those that were used last first."""

    items: list[LoginAnswer]
    total: int


def _list(asked: Asked, _: NoParameters) -> LoginsAnswer:
    """One's logins that go on."""
    items = [_answer(login, asked.claims.login_id) for login in logins_of(asked.user)]
    return LoginsAnswer(items, len(items))


def _end(asked: Asked, given: LoginId) -> None:
    """End one of one's logins."""
    login_end_one(user=asked.user, pk=given.id)


def _end_others(asked: Asked, _: NoParameters) -> TokenPair:
    """End all of one's logins but that which asks, which goes on with new tokens."""
    return logins_end_others(user=asked.user, claims=asked.claims, request=asked.request)


LIST = AccountCase(act=_list, answer=LoginsAnswer, refusals=(429,))
END = AccountCase(parameters=LoginId, act=_end, answer=None, status=204, refusals=(404, 429))
END_OTHERS = AccountCase(act=_end_others, answer=TokenPair, refusals=(400, 403, 429))


def _answer(login: Login, current: str) -> LoginAnswer:
    return LoginAnswer(
        id=login.pk,
        client=login.client,
        address=login.address,
        begun=_time(login.begun_at),
        last_used=_time(login.last_used_at),
        expires_at=_time(login.expires_at),
        current=login.login_id == current,
    )


def _time(time: datetime) -> str:
    return iso_time(milliseconds(time))
