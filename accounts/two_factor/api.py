"""REST: `/api/v1/auth/two-factor/…`."""

from accounts.http import fields
from accounts.http.throttles import TwoFactorThrottle
from accounts.http.views import AccountCase, Asked
from accounts.two_factor import services
from accounts.two_factor.services import Enrolment, RecoveryCodes, TwoFactorState, TwoFactorTurnedOn
from streaming.commands.parameters import NoParameters, Parameters

_REFUSALS = (400, 409, 429)


class Password(Parameters, frozen=True):
    """The password of who asks."""

    password: fields.Password


class Code(Parameters, frozen=True):
    """A code of an authenticator app."""

    code: fields.Code


class PasswordAndCode(Parameters, frozen=True):
    """The password of who asks, and a code of an authenticator app or a recovery code."""

    password: fields.Password
    code: fields.Code


def _state(asked: Asked, _: NoParameters) -> TwoFactorState:
    """Whether two-factor is on."""
    return services.two_factor_state(user=asked.user)


def _begin(asked: Asked, given: Password) -> Enrolment:
    """Get a secret for an authenticator app."""
    return services.two_factor_begin(user=asked.user, password=given.password, request=asked.request)


def _confirm(asked: Asked, given: Code) -> TwoFactorTurnedOn:
    """Turn two-factor on with a code of that secret, which ends all other logins, and get recovery codes."""
    return services.two_factor_confirm(user=asked.user, code=given.code, request=asked.request)


def _recovery_codes(asked: Asked, given: PasswordAndCode) -> RecoveryCodes:
    """Get new recovery codes in the place of the old."""
    return services.recovery_codes_renew(
        user=asked.user, password=given.password, code=given.code, request=asked.request
    )


def _disable(asked: Asked, given: PasswordAndCode) -> None:
    """Turn two-factor off."""
    services.two_factor_disable(user=asked.user, password=given.password, code=given.code, request=asked.request)


STATE = AccountCase(act=_state, answer=TwoFactorState, refusals=(429,))
BEGIN = AccountCase(parameters=Password, act=_begin, answer=Enrolment, throttle=TwoFactorThrottle, refusals=_REFUSALS)
CONFIRM = AccountCase(
    parameters=Code, act=_confirm, answer=TwoFactorTurnedOn, throttle=TwoFactorThrottle, refusals=_REFUSALS
)
RENEW_RECOVERY_CODES = AccountCase(
    parameters=PasswordAndCode,
    act=_recovery_codes,
    answer=RecoveryCodes,
    throttle=TwoFactorThrottle,
    refusals=_REFUSALS,
)
DISABLE = AccountCase(
    parameters=PasswordAndCode,
    act=_disable,
    answer=None,
    status=204,
    throttle=TwoFactorThrottle,
    refusals=_REFUSALS,
)
