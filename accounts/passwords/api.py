"""REST: `/api/v1/auth/password/…`."""

from accounts.email_addresses.api import EmailAddress
from accounts.http.fields import Code, Password, Secret
from accounts.http.throttles import PasswordResetThrottle, PasswordThrottle
from accounts.http.views import AccountCase, Asked
from accounts.passwords import services
from accounts.tokens.json_web_tokens import TokenPair
from streaming.commands.access import Who
from streaming.commands.parameters import Parameters


class PasswordChange(Parameters, frozen=True):
    """The password until now, and the new one; with two-factor a code, too."""

    current: Password
    new: Password
    code: Code = ""


class LinkSecretAndPassword(Parameters, frozen=True):
    """The end of a mailed link, and a new password."""

    secret: Secret
    password: Password


def _change(asked: Asked, given: PasswordChange) -> TokenPair:
    """Change the password, which ends all other logins."""
    return services.password_change(
        user=asked.user, current=given.current, new=given.new, code=given.code, request=asked.request
    )


def _ask_for_reset(_: Asked, given: EmailAddress) -> None:
    """Have a link mailed that sets a new password."""
    services.password_reset_ask(email=given.email)


def _reset(_: Asked, given: LinkSecretAndPassword) -> None:
    """Set a new password by a mailed link."""
    services.password_reset(secret=given.secret, password=given.password)


CHANGE = AccountCase(parameters=PasswordChange, act=_change, answer=TokenPair, throttle=PasswordThrottle)
ASK_FOR_RESET = AccountCase(
    parameters=EmailAddress,
    act=_ask_for_reset,
    answer=None,
    status=202,
    access=Who.ANYONE,
    throttle=PasswordResetThrottle,
)
RESET = AccountCase(
    parameters=LinkSecretAndPassword,
    act=_reset,
    answer=None,
    status=204,
    access=Who.ANYONE,
    refusals=(400, 409, 429),
)
