"""REST: `/api/v1/auth/two-factor/…`."""

from typing import Any, ClassVar

import msgspec
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PRIVATE, CodeField, PasswordField, user_of
from accounts.http.bodies import Body
from accounts.http.throttles import TwoFactorThrottle
from accounts.http.turn_taking import TurnTakingView
from accounts.two_factor import services


class TwoFactorApi(TurnTakingView):
    """`GET two-factor/`: whether it is on, and how many recovery codes are left."""

    def get(self, request: Request) -> Response:
        """Answer with `{"enabled", "required", "recovery_codes_left"}`."""
        return Response(msgspec.to_builtins(services.two_factor_state(user=user_of(request))), headers=PRIVATE)


class _ChangeApi(TurnTakingView):
    """What a user changes of the own two-factor."""

    throttle_classes = (TwoFactorThrottle,)
    InputSerializer: ClassVar[type[Body]]

    def given(self, request: Request) -> dict[str, Any]:
        """Return the checked parameters, and who gives them; raise a validation error that names each wrong one."""
        serializer = self.InputSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return {"user": user_of(request), **serializer.validated_data}


class TwoFactorBeginApi(_ChangeApi):
    """`POST two-factor/begin/`: the password again, for a secret that an authenticator app is told."""

    class InputSerializer(Body):
        """The password of who asks."""

        password = PasswordField()

    def post(self, request: Request) -> Response:
        """Answer with `{"secret", "address", "qr_code"}`."""
        enrolment = services.two_factor_begin(**self.given(request), request=request._request)  # noqa: SLF001
        return Response(msgspec.to_builtins(enrolment), headers=PRIVATE)


class TwoFactorConfirmApi(_ChangeApi):
    """`POST two-factor/confirm/`: a code of the app turns it on."""

    class InputSerializer(Body):
        """A code of the authenticator app."""

        code = CodeField()

    def post(self, request: Request) -> Response:
        """Answer with `{"recovery_codes"}`, which are shown this once, and `{"access", "refresh"}` of a new login."""
        return Response(msgspec.to_builtins(services.two_factor_confirm(**self.given(request))), headers=PRIVATE)


class PasswordAndCodeSerializer(Body):
    """The password of who asks, and a code of the authenticator app or a recovery code."""

    password = PasswordField()
    code = CodeField()


class RecoveryCodesApi(_ChangeApi):
    """`POST two-factor/recovery-codes/`: new ones in the place of all from before."""

    InputSerializer = PasswordAndCodeSerializer

    def post(self, request: Request) -> Response:
        """Answer with `{"recovery_codes"}`, which are shown this once."""
        codes = services.recovery_codes_renew(**self.given(request), request=request._request)  # noqa: SLF001
        return Response(msgspec.to_builtins(codes), headers=PRIVATE)


class TwoFactorDisableApi(_ChangeApi):
    """`POST two-factor/disable/`: turn it off."""

    InputSerializer = PasswordAndCodeSerializer

    def post(self, request: Request) -> Response:
        """Answer 204."""
        services.two_factor_disable(**self.given(request), request=request._request)  # noqa: SLF001
        return Response(status=status.HTTP_204_NO_CONTENT)
