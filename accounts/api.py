"""REST: `/api/v1/auth/…`, and `POST /api/v1/ws/ticket`."""

from typing import Any, ClassVar

import msgspec
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.http import throttles
from accounts.http.bodies import Body
from accounts.http.parsers import ExactJSONParser
from accounts.http.turn_taking import TurnTakingView
from accounts.log_in.admin_session import admin_access_check, admin_session_open
from accounts.models import MAXIMUM_EMAIL_LENGTH, MAXIMUM_USERNAME_LENGTH, User
from accounts.selectors import user_profile
from accounts.tickets import ticket_issue
from accounts.tokens.json_web_tokens import MAXIMUM_TOKEN_LENGTH
from streaming.identity.scopes import Scope

MAXIMUM_PASSWORD_LENGTH = 1024  # hashing takes time and memory with the length
_MAXIMUM_CODE_LENGTH = 64
_GIVEN_FIELDS = {"username", "email", "password"}
PRIVATE = {"Cache-Control": "no-store"}


class TextField(serializers.CharField):
    """A JSON string; a number isn't taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text; raise a validation error for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class TruthField(serializers.BooleanField):
    """A JSON true or false; no text or number is taken for one."""

    def to_internal_value(self, data: Any) -> bool:
        """Return it; raise a validation error for anything else."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class PasswordField(TextField):
    """A password: every character counts, spaces too."""

    def __init__(self) -> None:
        super().__init__(max_length=MAXIMUM_PASSWORD_LENGTH, trim_whitespace=False)


class CodeField(TextField):
    """A code of an authenticator app, or a recovery code, with the spaces and hyphens that people type."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=_MAXIMUM_CODE_LENGTH, **options)


class PublicApi(TurnTakingView):
    """What somebody without a login may ask; an old token in the header doesn't keep anybody from it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (ExactJSONParser,)
    InputSerializer: ClassVar[type[Body]]

    def given(self, request: Request) -> dict[str, Any]:
        """Return the checked parameters; raise a validation error that names each wrong one."""
        serializer = self.InputSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class RegisterApi(PublicApi):
    """`POST register/`: a new user, who may trade."""

    throttle_classes = (throttles.RegisterThrottle,)

    class InputSerializer(Body):
        """The new user; each field is checked by itself, so that the answer names every wrong one."""

        username = TextField(max_length=MAXIMUM_USERNAME_LENGTH)
        email = TextField(max_length=MAXIMUM_EMAIL_LENGTH)
        password = PasswordField()

        def validate_username(self, value: str) -> str:
            """Check what the model asks of a user name, and that it is free."""
            return _checked_by_model("username", value)

        def validate_email(self, value: str) -> str:
            """Check what the model asks of an email address; whose it is, the mail to it asks."""
            return _checked_by_model("email", value)

        def validate_password(self, value: str) -> str:
            """Check the password by itself; its likeness to the user's name is checked with both."""
            password_validation.validate_password(value)
            return value

    def post(self, request: Request) -> Response:
        """Answer 201 with what `me/` shows."""
        user = services.user_register(**self.given(request))
        return Response(msgspec.to_builtins(user_profile(user)), status.HTTP_201_CREATED, headers=PRIVATE)


class TokenApi(PublicApi):
    """`POST token/`: a user name (or an email address) and a password for an access and a refresh token.

    Of a user with two-factor it takes a `code`, too.
    """

    throttle_classes = (throttles.TokenThrottle,)

    class InputSerializer(Body):
        """The credentials."""

        username = TextField(max_length=MAXIMUM_EMAIL_LENGTH)
        password = PasswordField()
        code = CodeField(required=False, allow_blank=True, default="")

    def post(self, request: Request) -> Response:
        """Answer with `{"access", "refresh"}`, or 401."""
        given = self.given(request)
        pair = services.token_pair_issue(
            login=given["username"],
            password=given["password"],
            code=given["code"],
            request=request._request,  # noqa: SLF001 - Django's own request, which backends expect
        )
        return Response(msgspec.to_builtins(pair), headers=PRIVATE)


class TokenRefreshApi(PublicApi):
    """`POST token/refresh/`: a refresh token for the next access token."""

    throttle_classes = (throttles.RefreshThrottle,)

    class InputSerializer(Body):
        """The refresh token."""

        refresh = TextField(max_length=MAXIMUM_TOKEN_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer with `{"access"}`, or 401."""
        return Response({"access": services.access_refresh(**self.given(request))}, headers=PRIVATE)


class TokenVerifyApi(PublicApi):
    """`POST token/verify/`: whether a token is good."""

    class InputSerializer(Body):
        """An access or a refresh token."""

        token = TextField(max_length=MAXIMUM_TOKEN_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer with `{}`, or 401."""
        services.token_verify(**self.given(request))
        return Response({}, headers=PRIVATE)


class LogoutApi(TurnTakingView):
    """`POST logout/`: end one of one's logins, or all; their tokens and tickets are refused from now on."""

    class InputSerializer(Body):
        """The refresh token of the login that ends, or that all do."""

        refresh = TextField(max_length=MAXIMUM_TOKEN_LENGTH)
        everywhere = TruthField(default=False)

        def to_internal_value(self, data: Any) -> Any:
            """Return the checked fields; the refresh token may be left out where all logins end."""
            self.fields["refresh"].required = not (isinstance(data, dict) and data.get("everywhere") is True)
            return super().to_internal_value(data)

    def post(self, request: Request) -> Response:
        """Answer 204."""
        given = self.InputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.user_log_out(user=user_of(request), **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class AdminSessionApi(TurnTakingView):
    """`POST admin-session/`: for staff who are signed in on the page, a session of the admin in the same browser."""

    throttle_classes = (throttles.TicketThrottle,)

    class InputSerializer(Body):
        """The refresh token of the login on the page."""

        refresh = TextField(max_length=MAXIMUM_TOKEN_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer 204 with the session's cookie."""
        admin_access_check(user_of(request))  # before the body is looked at
        given = self.InputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        http_request = request._request  # noqa: SLF001 - Django's own request, which sessions expect
        admin_session_open(user=user_of(request), **given.validated_data, request=http_request)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=PRIVATE)


class MeApi(TurnTakingView):
    """`GET me/`: who one is, and what one may do."""

    def scope_of(self, method: str) -> Scope | None:
        """Let an API key that may read ask."""
        return Scope.READ

    def get(self, request: Request) -> Response:
        """Answer with the user's profile."""
        return Response(msgspec.to_builtins(user_profile(user_of(request))), headers=PRIVATE)


class TicketApi(TurnTakingView):
    """`POST /api/v1/ws/ticket`: a one-time ticket for a socket, which spares its address the token."""

    throttle_classes = (throttles.TicketThrottle,)
    permission_classes = (IsAuthenticated,)  # a key of any scope: the ticket has the same

    def post(self, request: Request) -> Response:
        """Answer with `{"ticket", "expires_in"}`; a body isn't read."""
        claims: Any = request.auth
        ticket = ticket_issue(user=user_of(request), claims=claims)
        return Response(msgspec.to_builtins(ticket), headers=PRIVATE)


def user_of(request: Request) -> User:
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
