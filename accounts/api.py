"""REST: `/api/v1/auth/…`, and `POST /api/v1/ws/ticket`."""

from typing import Any, ClassVar

import msgspec
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services, throttles
from accounts.models import MAXIMUM_EMAIL_LENGTH, MAXIMUM_USERNAME_LENGTH, User
from accounts.parsers import ExactJSONParser
from accounts.selectors import user_profile
from accounts.tokens import MAXIMUM_TOKEN_LENGTH

_MAXIMUM_PASSWORD_LENGTH = 1024  # hashing takes time and memory with the length
_GIVEN_FIELDS = {"username", "email", "password"}
_PRIVATE = {"Cache-Control": "no-store"}


class TextField(serializers.CharField):
    """A JSON string; a number isn't taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raise a validation error for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PasswordField(TextField):
    """A password: every character counts, spaces too."""

    def __init__(self) -> None:
        super().__init__(max_length=_MAXIMUM_PASSWORD_LENGTH, trim_whitespace=False)


class PublicApi(APIView):
    """What somebody without a login may ask; an old token in the header doesn't keep anybody from it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (ExactJSONParser,)
    InputSerializer: ClassVar[type[serializers.Serializer[Any]]]

    def given(self, request: Request) -> dict[str, Any]:
        """Return the checked parameters; raise a validation error that names each wrong one."""
        serializer = self.InputSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class RegisterApi(PublicApi):
    """`POST register/`: a new user, who may trade."""

    throttle_classes = (throttles.RegisterThrottle,)

    class InputSerializer(serializers.Serializer[Any]):
        """The new user; each field is checked by itself, so that the answer names every wrong one."""

        username = TextField(max_length=MAXIMUM_USERNAME_LENGTH)
        email = TextField(max_length=MAXIMUM_EMAIL_LENGTH)
        password = PasswordField()

        def validate_username(self, value: str) -> str:
            """Check what the model asks of a user name, and that it is free."""
            return _checked_by_model("username", value)

        def validate_email(self, value: str) -> str:
            """Check what the model asks of an email address, and that it is free."""
            return _checked_by_model("email", value)

        def validate_password(self, value: str) -> str:
            """Check the password by itself; its likeness to the user's name is checked with both."""
            password_validation.validate_password(value)
            return value

    def post(self, request: Request) -> Response:
        """Answer 201 with what `me/` shows."""
        user = services.user_register(**self.given(request))
        return Response(msgspec.to_builtins(user_profile(user)), status.HTTP_201_CREATED, headers=_PRIVATE)


class TokenApi(PublicApi):
    """`POST token/`: a user name (or an email address) and a password for an access and a refresh token."""

    throttle_classes = (throttles.TokenThrottle,)

    class InputSerializer(serializers.Serializer[Any]):
        """The credentials."""

        username = TextField(max_length=MAXIMUM_EMAIL_LENGTH)
        password = PasswordField()

    def post(self, request: Request) -> Response:
        """Answer with `{"access", "refresh"}`, or 401."""
        given = self.given(request)
        pair = services.token_pair_issue(
            login=given["username"],
            password=given["password"],
            request=request._request,  # noqa: SLF001 - Django's own request, which backends expect
        )
        return Response(msgspec.to_builtins(pair), headers=_PRIVATE)


class TokenRefreshApi(PublicApi):
    """`POST token/refresh/`: a refresh token for the next access token."""

    throttle_classes = (throttles.RefreshThrottle,)

    class InputSerializer(serializers.Serializer[Any]):
        """The refresh token."""

        refresh = TextField(max_length=MAXIMUM_TOKEN_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer with `{"access"}`, or 401."""
        return Response({"access": services.access_refresh(**self.given(request))}, headers=_PRIVATE)


class TokenVerifyApi(PublicApi):
    """`POST token/verify/`: whether a token is good."""

    class InputSerializer(serializers.Serializer[Any]):
        """An access or a refresh token."""

        token = TextField(max_length=MAXIMUM_TOKEN_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer with `{}`, or 401."""
        services.token_verify(**self.given(request))
        return Response({}, headers=_PRIVATE)


class LogoutApi(APIView):
    """`POST logout/`: refuse all of one's tokens and tickets from now on."""

    class InputSerializer(serializers.Serializer[Any]):
        """A refresh token of the user who logs out."""

        refresh = TextField(max_length=MAXIMUM_TOKEN_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer 204."""
        given = self.InputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.user_log_out(user=_user_of(request), **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeApi(APIView):
    """`GET me/`: who one is, and what one may do."""

    def get(self, request: Request) -> Response:
        """Answer with the user's profile."""
        return Response(msgspec.to_builtins(user_profile(_user_of(request))), headers=_PRIVATE)


class TicketApi(APIView):
    """`POST /api/v1/ws/ticket`: a one-time ticket for a socket, which spares its address the token."""

    throttle_classes = (throttles.TicketThrottle,)

    def post(self, request: Request) -> Response:
        """Answer with `{"ticket", "expires_in"}`; a body isn't read."""
        claims: Any = request.auth
        ticket = services.ticket_issue(user=_user_of(request), claims=claims)
        return Response(msgspec.to_builtins(ticket), headers=_PRIVATE)


def _user_of(request: Request) -> User:
    """Return who is logged in; the views that ask are open to nobody else."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def _checked_by_model(field: str, value: str) -> str:
    try:
        User(**{field: value}).full_clean(exclude=_GIVEN_FIELDS - {field})
    except ValidationError as refusal:
        raise ValidationError(refusal.message_dict[field]) from refusal
    return value
