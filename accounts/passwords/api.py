"""REST: `/api/v1/auth/password/…`."""

import msgspec
from django.core.validators import validate_email
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PRIVATE, CodeField, PasswordField, PublicApi, TextField, user_of
from accounts.http.bodies import Body
from accounts.http.throttles import PasswordResetThrottle, PasswordThrottle
from accounts.http.turn_taking import TurnTakingView
from accounts.models import MAXIMUM_EMAIL_LENGTH
from accounts.one_time_links.services import MAXIMUM_SECRET_LENGTH
from accounts.passwords import services


class ChangePasswordApi(TurnTakingView):
    """`POST password/change/`: a new password for who knows the old one."""

    throttle_classes = (PasswordThrottle,)

    class InputSerializer(Body):
        """Both; of a user with two-factor a code, too."""

        current = PasswordField()
        new = PasswordField()
        code = CodeField(required=False, allow_blank=True, default="")

    def post(self, request: Request) -> Response:
        """Answer with the tokens of a new login; all earlier ones have ended."""
        given = self.InputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        pair = services.password_change(
            user=user_of(request),
            request=request._request,  # noqa: SLF001 - Django's own request, which backends expect
            **given.validated_data,
        )
        return Response(msgspec.to_builtins(pair), headers=PRIVATE)


class ResetPasswordApi(PublicApi):
    """`POST password/reset/`: a mail with a link to who has the address, if anybody has."""

    throttle_classes = (PasswordResetThrottle,)

    class InputSerializer(Body):
        """The address."""

        email = TextField(max_length=MAXIMUM_EMAIL_LENGTH)

        def validate_email(self, value: str) -> str:
            """Check that it is an address at all."""
            validate_email(value)
            return value

    def post(self, request: Request) -> Response:
        """Answer 202, whoever exists."""
        services.password_reset_ask(**self.given(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class ConfirmResetApi(PublicApi):
    """`POST password/reset/confirm/`: the secret of a mailed link sets a new password."""

    class InputSerializer(Body):
        """The end of the link, and the password."""

        secret = TextField(max_length=MAXIMUM_SECRET_LENGTH)
        password = PasswordField()

    def post(self, request: Request) -> Response:
        """Answer 204; all logins have ended."""
        services.password_reset(**self.given(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
