"""REST: `/api/v1/auth/email/…`."""

import msgspec
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import PRIVATE, CodeField, PasswordField, PublicApi, TextField, user_of
from accounts.email_addresses import services
from accounts.http.bodies import Body
from accounts.http.throttles import ConfirmationThrottle, PasswordThrottle
from accounts.http.turn_taking import TurnTakingView
from accounts.models import MAXIMUM_EMAIL_LENGTH
from accounts.one_time_links.services import MAXIMUM_SECRET_LENGTH
from accounts.selectors import user_profile


class ConfirmEmailApi(PublicApi):
    """`POST email/confirm/`: the secret of a mailed link confirms the address it was mailed to."""

    class InputSerializer(Body):
        """The end of the link."""

        secret = TextField(max_length=MAXIMUM_SECRET_LENGTH)

    def post(self, request: Request) -> Response:
        """Answer with the address, confirmed by now."""
        user = services.email_confirm(**self.given(request))
        return Response({"email": user.email}, headers=PRIVATE)


class SendConfirmationApi(TurnTakingView):
    """`POST email/send-confirmation/`: another mail with a link."""

    throttle_classes = (ConfirmationThrottle,)
    InputSerializer = Body

    def post(self, request: Request) -> Response:
        """Answer 202: it is sent soon."""
        Body(data=request.data).is_valid(raise_exception=True)
        services.confirmation_send(user=user_of(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class ChangeEmailApi(TurnTakingView):
    """`POST email/change/`: another address, which counts once it is confirmed."""

    throttle_classes = (PasswordThrottle,)

    class InputSerializer(Body):
        """The new address, and the password once more; of a user with two-factor a code, too."""

        email = TextField(max_length=MAXIMUM_EMAIL_LENGTH)
        password = PasswordField()
        code = CodeField(required=False, allow_blank=True, default="")

    def post(self, request: Request) -> Response:
        """Answer 202 with what `me/` shows: the old address."""
        given = self.InputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = user_of(request)
        services.email_change(user=user, request=request._request, **given.validated_data)  # noqa: SLF001 - for backends
        return Response(msgspec.to_builtins(user_profile(user)), status.HTTP_202_ACCEPTED, headers=PRIVATE)
