"""REST: `/api/v1/auth/keys/…`, one's API keys. No key reaches it, whatever its scopes."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.api import PRIVATE, CodeField, PasswordField, TextField, user_of
from accounts.api_keys.services import api_key_create, api_key_revoke
from accounts.http import throttles
from accounts.http.bodies import Body
from accounts.http.turn_taking import TurnTakingView
from accounts.models import MAXIMUM_KEY_NAME_LENGTH, ApiKey
from accounts.passwords.checking import code_check, password_check
from streaming.identity.scopes import Scope
from streaming.times import iso_time, milliseconds


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


class KeysApi(TurnTakingView):
    """`GET keys/`: one's API keys, newest first; `POST keys/`: a new one, whose text is shown this once."""

    throttle_classes = (throttles.ApiKeyThrottle,)

    class InputSerializer(Body):
        """What the key is called, what it is for, when it ends (null: never); the password, with two-factor a code."""

        name = TextField(max_length=MAXIMUM_KEY_NAME_LENGTH)
        scopes = serializers.ListField(
            child=serializers.ChoiceField(choices=[scope.value for scope in Scope]), allow_empty=False, max_length=3
        )
        expires_at = serializers.DateTimeField(allow_null=True, default=None, default_timezone=UTC)
        password = PasswordField()
        code = CodeField(required=False, allow_blank=True, default="")

    def get_throttles(self) -> list[BaseThrottle]:
        """Return the limit of new keys; reading is none of them."""
        return super().get_throttles() if self.request.method == "POST" else []

    def get(self, request: Request) -> Response:
        """Answer with `{"items", "total"}`."""
        items = [msgspec.to_builtins(_answer(key)) for key in user_of(request).api_keys.order_by("-pk")]
        return Response({"items": items, "total": len(items)}, headers=PRIVATE)

    def post(self, request: Request) -> Response:
        """Answer 201 with the key and its text."""
        given = self.InputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(given.validated_data)
        scopes = {Scope(scope) for scope in values.pop("scopes")}
        user, asked = user_of(request), request._request  # noqa: SLF001 - Django's own request, which backends expect
        password_check(user=user, password=values.pop("password"), field="password", request=asked)
        code_check(user=user, code=values.pop("code"), request=asked)
        key, text = api_key_create(user=user, scopes=scopes, **values)
        answer = NewKeyAnswer(**msgspec.structs.asdict(_answer(key)), key=text)
        return Response(msgspec.to_builtins(answer), status.HTTP_201_CREATED, headers=PRIVATE)


class KeyApi(TurnTakingView):
    """`DELETE keys/<id>/`: revoke a key."""

    def delete(self, request: Request, id: int) -> Response:  # noqa: A002 - the address names it so
        """Answer 204; 404 for an unknown key, and for another's."""
        api_key_revoke(user=user_of(request), key_id=id)
        return Response(status=status.HTTP_204_NO_CONTENT)


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
