"""REST: `/api/v1/auth/email/…`."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.email_addresses import services
from accounts.http.fields import Code, Email, Password, Secret
from accounts.http.throttles import ConfirmationThrottle, PasswordThrottle
from accounts.http.views import AccountCase, Asked
from accounts.selectors import UserProfile, user_profile
from streaming.commands.access import Who
from streaming.commands.parameters import NoParameters, Parameters

_REFUSALS = (400, 409, 429)


class LinkSecret(Parameters, frozen=True):
    """The end of a mailed link."""

    secret: Secret


class EmailAddress(Parameters, frozen=True):
    """An email address."""

    email: Email

    def wrong_together(self) -> Mapping[str, str]:
        """Return that it is no address at all."""
        try:
            validate_email(self.email)
        except ValidationError as refusal:
            return {"email": " ".join(refusal.messages)}
        return {}


class EmailChange(Parameters, frozen=True):
    """A new email address, and the password; with two-factor a code, too."""

    email: Email
    password: Password
    code: Code = ""


def _confirm(_: Asked, given: LinkSecret) -> EmailAddress:
    """Confirm an email address by a mailed link."""
    return EmailAddress(email=services.email_confirm(secret=given.secret).email)


def _send_confirmation(asked: Asked, _: NoParameters) -> None:
    """Have a link mailed that confirms the email address."""
    services.confirmation_send(user=asked.user)


def _change(asked: Asked, given: EmailChange) -> UserProfile:
    """Take another email address, once it is confirmed."""
    services.email_change(
        user=asked.user, email=given.email, password=given.password, code=given.code, request=asked.request
    )
    return user_profile(asked.user)


CONFIRM = AccountCase(parameters=LinkSecret, act=_confirm, answer=EmailAddress, access=Who.ANYONE, refusals=_REFUSALS)
SEND_CONFIRMATION = AccountCase(
    act=_send_confirmation, answer=None, status=202, throttle=ConfirmationThrottle, refusals=_REFUSALS
)
CHANGE = AccountCase(parameters=EmailChange, act=_change, answer=UserProfile, status=202, throttle=PasswordThrottle)
