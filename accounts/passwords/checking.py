"""Whether somebody who is logged in knows the password, too: a token found somewhere isn't enough for everything."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.errors import ApplicationError, CodeRefusedError, CodeRequiredError, LockedOutError
from accounts.log_in.lockout import is_locked_out, seconds_to_unlock
from accounts.models import User
from accounts.two_factor.checking import second_factor_check


def password_check(*, user: User, password: str, field: str, request: HttpRequest) -> None:
    """Raise an `ApplicationError` that names `field` unless the password is that of `user`.

    A wrong one counts as a failed login: raise `LockedOutError` after too many.
    """
    known = authenticate(request, username=user.username, password=password)
    if is_locked_out(request):
        raise LockedOutError(seconds_to_unlock(user.username, request))
    if known != user:
        message = "This is not your password"
        raise ApplicationError(message, fields={field: message})


def code_check(*, user: User, code: str, request: HttpRequest) -> None:
    """Use up `code` of a user with two-factor whose password was right just now; without two-factor ask nothing.

    Raise an `ApplicationError` that names `code` where it is missing or wrong, and `LockedOutError` after too many.
    """
    try:
        second_factor_check(user=user, code=code, request=request)
    except (CodeRequiredError, CodeRefusedError) as refusal:
        raise refusal_of_code(refusal) from refusal


def refusal_of_code(refusal: CodeRequiredError | CodeRefusedError) -> ApplicationError:
    """Return the refusal of a wrong field in the place of that of a log-in."""
    return ApplicationError(refusal.message, fields={"code": refusal.message})
