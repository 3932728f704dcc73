"""REST: `/api/v1/auth/keys/…`, one's API keys. No key reaches it, whatever its scopes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from django.utils.dateparse import parse_datetime

from accounts.api_keys.services import api_key_create, api_key_revoke
from accounts.http.fields import Code, Password
from accounts.http.throttles import ApiKeyThrottle
from accounts.http.views import AccountCase, Asked
from accounts.models import MAXIMUM_KEY_NAME_LENGTH, ApiKey
from accounts.passwords.checking import code_check, password_check
from streaming.commands.parameters import NoParameters, Parameters
from streaming.commands.values import TRIMMED
from streaming.identity.scopes import Scope
from streaming.times import iso_time, milliseconds


class NewKey(Parameters, frozen=True, kw_only=True):
    """What an API key is called, what it is for, when it ends (ISO 8601; null: never), and the password of who asks."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAXIMUM_KEY_NAME_LENGTH), TRIMMED]
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=len(Scope))]
    password: Password
    expires_at: str | None = None
    code: Code = ""

    def ends(self) -> datetime | None:
        """Return when the key ends, in UTC, as is a time without an offset.

        Raise `ValueError` for what is no time, `OverflowError` for one beyond the year 9999 in UTC.
        """
        if self.expires_at is None:
            return None
        time = parse_datetime(self.expires_at)
        if time is None:
            raise ValueError("expires_at must be a time in ISO 8601")
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

    def wrong_together(self) -> Mapping[str, str]:
        """Return that the end is no time."""
        try:
            self.ends()
        except (ValueError, OverflowError):
            return {"expires_at": "expires_at must be a time in ISO 8601"}
        return {}


class KeyId(Parameters, frozen=True):
    """Which of one's keys."""

    id: int


class KeyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A key as its owner is shown it; `prefix` is how its text begins, times are ISO 8601 with milliseconds."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created: str
    expires_at: str | None
    last_used_at: str | None


class NewKeyAnswer(KeyAnswer, frozen=True, kw_only=True):
    """The same with the whole text, this once."""

    key: str


class KeysAnswer(msgspec.Struct, frozen=True):
    """One's API keys, newest first."""

    items: list[KeyAnswer]
    total: int


def _list(asked: Asked, _: NoParameters) -> KeysAnswer:
    """One's API keys."""
    items = [_answer(key) for key in asked.user.api_keys.order_by("-pk")]
    return KeysAnswer(items, len(items))


def _make(asked: Asked, given: NewKey) -> NewKeyAnswer:
    """Make an API key, whose text is answered this once."""
    user = asked.user
    password_check(user=user, password=given.password, field="password", request=asked.request)
    code_check(user=user, code=given.code, request=asked.request)
    key, text = api_key_create(user=user, name=given.name, scopes=set(given.scopes), expires_at=given.ends())
    return NewKeyAnswer(**msgspec.structs.asdict(_answer(key)), key=text)


def _revoke(asked: Asked, given: KeyId) -> None:
    """Revoke an API key."""
    api_key_revoke(user=asked.user, key_id=given.id)


LIST = AccountCase(act=_list, answer=KeysAnswer, refusals=(429,))
MAKE = AccountCase(
    parameters=NewKey, act=_make, answer=NewKeyAnswer, status=201, throttle=ApiKeyThrottle, refusals=(400, 409, 429)
)
REVOKE = AccountCase(parameters=KeyId, act=_revoke, answer=None, status=204, refusals=(404, 429))


def _answer(key: ApiKey) -> KeyAnswer:
    return KeyAnswer(
        id=key.pk,
        name=key.name,
        prefix=key.prefix,
        scopes=list(key.scopes),
        created=iso_time(milliseconds(key.created)),
        expires_at=_time(key.expires_at),
        last_used_at=_time(key.last_used_at),
    )


def _time(time: datetime | None) -> str | None:
    return None if time is None else iso_time(milliseconds(time))
