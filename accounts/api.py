"""REST: `/api/v1/auth/…`."""

from typing import Any

import msgspec
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import MAXIMUM_EMAIL_LENGTH
from accounts.parsers import ExactJSONParser
from accounts.services import token_pair_issue

_MAXIMUM_PASSWORD_LENGTH = 1024  # hashing takes time and memory with the length


class TextField(serializers.CharField):
    """A JSON string; a number isn't taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raise a validation error for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TokenApi(APIView):
    """`POST token/`: a user name (or an email address) and a password for an access and a refresh token."""

    authentication_classes = ()  # an old token in the header doesn't keep anybody from logging in
    permission_classes = (AllowAny,)
    parser_classes = (ExactJSONParser,)

    class InputSerializer(serializers.Serializer[Any]):
        """The credentials."""

        username = TextField(max_length=MAXIMUM_EMAIL_LENGTH)
        password = TextField(max_length=_MAXIMUM_PASSWORD_LENGTH, trim_whitespace=False)

    def post(self, request: Request) -> Response:
        """Answer with `{"access", "refresh"}`, or 401."""
        credentials = self.InputSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        given = credentials.validated_data
        pair = token_pair_issue(
            login=given["username"],
            password=given["password"],
            request=request._request,  # noqa: SLF001 - Django's own request, which backends expect
        )
        return Response(msgspec.to_builtins(pair), headers={"Cache-Control": "no-store"})
