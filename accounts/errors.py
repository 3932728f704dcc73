"""Errors of the use cases: a code for programs, a sentence for people, and the fields that are wrong.

ApplicationError            a use case refuses; services raise it
├── LoginRefusedError       wrong user name or password, or the user is inactive
├── CodeRequiredError       the password was right, and two-factor asks for a code
├── CodeRefusedError        the password was right, and the code wrong or used
├── TooOftenError           what may be asked only so often was asked more often
│   ├── LockedOutError      too many failed logins of this user from this address, or too many wrong codes
│   └── TooManyLoginsError  too many logins from this address
├── PasswordHashingBusyError  so many wait for a password to be hashed that nobody else may
└── DemoUsersRefusedError   the demo's users don't belong here

A token or ticket that is not good is the gateway's `AuthenticationError`. `answers` says all of them over HTTP.
"""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus


class ErrorCode(StrEnum):
    """What went wrong, for programs."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"


STATUS_OF_CODE: Mapping[ErrorCode, HTTPStatus] = {
    ErrorCode.VALIDATION_ERROR: HTTPStatus.BAD_REQUEST,
    ErrorCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    ErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.CONFLICT: HTTPStatus.CONFLICT,
    ErrorCode.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class ApplicationError(Exception):
    """A use case refuses; `code` is for programs, `message` for people, `fields` names each wrong parameter."""

    code = ErrorCode.VALIDATION_ERROR
    wait: int | None = None
    """After how many seconds it can be tried again, where that is known."""

    def __init__(self, message: str, *, code: ErrorCode | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code or self.code
        self.message = message
        self.fields = dict(fields or {})

    @property
    def http_status(self) -> int:
        """The HTTP status of the answer."""
        return STATUS_OF_CODE[self.code]


class LoginRefusedError(ApplicationError):
    """Wrong user name or password, or an inactive user: one wording, so that it doesn't tell which users exist."""

    code = ErrorCode.PERMISSION_DENIED

    def __init__(self) -> None:
        super().__init__("Wrong user name or password")

    @property
    def http_status(self) -> int:
        """401: it can be tried again with other credentials."""
        return HTTPStatus.UNAUTHORIZED


class CodeRequiredError(ApplicationError):
    """The password was right, and two-factor asks for a code; `fields` names it, and so a program can tell."""

    code = ErrorCode.PERMISSION_DENIED

    def __init__(self) -> None:
        message = "A code of your authenticator app is needed"
        super().__init__(message, fields={"code": f"{message}, or a recovery code"})

    @property
    def http_status(self) -> int:
        """401: it can be tried again with the code."""
        return HTTPStatus.UNAUTHORIZED


class CodeRefusedError(ApplicationError):
    """The password was right and the code wrong, too old or used: one wording for all of them."""

    code = ErrorCode.PERMISSION_DENIED

    def __init__(self) -> None:
        message = "This code is wrong, or was used already"
        super().__init__(message, fields={"code": message})

    @property
    def http_status(self) -> int:
        """401: it can be tried again with another code."""
        return HTTPStatus.UNAUTHORIZED


class TooOftenError(ApplicationError):
    """It can be asked again after `wait` seconds."""

    code = ErrorCode.RATE_LIMITED

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class LockedOutError(TooOftenError):
    """Too many failed logins: it can be tried again after `wait` seconds, whatever the password was this time."""

    def __init__(self, wait: int) -> None:
        super().__init__("Too many failed logins; try again later", wait)


class TooManyLoginsError(TooOftenError):
    """Too many logins from this address within a time: it can be tried again after `wait` seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("Too many logins from this address; try again later", wait)


class PasswordHashingBusyError(ApplicationError):
    """As many wait for a password to be hashed as may: nothing was looked at, and it can be tried again soon."""

    code = ErrorCode.UNAVAILABLE
    wait = 5

    def __init__(self) -> None:
        super().__init__("Too many log in at the moment; try again in a few seconds")


class DemoUsersRefusedError(ApplicationError):
    """Users whose passwords everybody knows were asked for in production."""

    code = ErrorCode.CONFLICT
