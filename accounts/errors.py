"""Errors of the REST API: one shape, `{"error": {"code", "message", "fields"?}}`, made in one place.

ApplicationError            a use case refuses; services raise it
├── LoginRefusedError       wrong user name or password, or the user is inactive
└── DemoUsersRefusedError   the demo's users don't belong here

What Django and its REST framework raise is put into the same shape by `exception_handler`. An error that is none of
these is a fault of ours and stays one: it is logged with its traceback and answered by 500.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec
import structlog
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from accounts.authentication import BEARER_CHALLENGE

log = structlog.get_logger(__name__)


class ErrorCode(StrEnum):
    """What went wrong, for programs."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"


_STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.VALIDATION_ERROR: status.HTTP_400_BAD_REQUEST,
    ErrorCode.PERMISSION_DENIED: status.HTTP_403_FORBIDDEN,
    ErrorCode.NOT_FOUND: status.HTTP_404_NOT_FOUND,
    ErrorCode.CONFLICT: status.HTTP_409_CONFLICT,
    ErrorCode.RATE_LIMITED: status.HTTP_429_TOO_MANY_REQUESTS,
    ErrorCode.UNAVAILABLE: status.HTTP_503_SERVICE_UNAVAILABLE,
}
_CODE_OF_STATUS: Mapping[int, ErrorCode] = {
    status.HTTP_401_UNAUTHORIZED: ErrorCode.PERMISSION_DENIED,
    **{http_status: code for code, http_status in _STATUS.items()},
}


class ApplicationError(Exception):
    """A use case refuses; `code` is for programs, `message` for people, `fields` names each wrong parameter."""

    code = ErrorCode.VALIDATION_ERROR

    def __init__(self, message: str, *, code: ErrorCode | None = None, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code or self.code
        self.message = message
        self.fields = dict(fields or {})

    @property
    def http_status(self) -> int:
        """The HTTP status of the answer."""
        return _STATUS[self.code]


class LoginRefusedError(ApplicationError):
    """Wrong user name or password, or an inactive user: one wording, so that it doesn't tell which users exist."""

    code = ErrorCode.PERMISSION_DENIED

    def __init__(self) -> None:
        super().__init__("Wrong user name or password")

    @property
    def http_status(self) -> int:
        """401: it can be tried again with other credentials."""
        return status.HTTP_401_UNAUTHORIZED


class DemoUsersRefusedError(ApplicationError):
    """Users whose passwords everybody knows were asked for in production."""

    code = ErrorCode.CONFLICT


class _Answer(msgspec.Struct, frozen=True):
    http_status: int
    code: ErrorCode
    message: str
    fields: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}

    def response(self) -> Response:
        error: dict[str, Any] = {"code": self.code.value, "message": self.message}
        if self.fields:
            error["fields"] = dict(self.fields)
        return Response({"error": error}, status=self.http_status, headers=dict(self.headers))


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer `error` in the one shape; None for a fault of ours, which REST framework then raises again."""
    for kinds, answer_to in _ANSWERS:
        if isinstance(error, kinds):
            set_rollback()
            return answer_to(error).response()
    return None


def _of_application(error: ApplicationError) -> _Answer:
    challenged = error.http_status == status.HTTP_401_UNAUTHORIZED
    headers = {"WWW-Authenticate": BEARER_CHALLENGE} if challenged else {}
    return _Answer(error.http_status, error.code, error.message, error.fields, headers)


def _not_found(error: Exception) -> _Answer:
    return _Answer(status.HTTP_404_NOT_FOUND, ErrorCode.NOT_FOUND, "Not found")


def _permission_denied(error: Exception) -> _Answer:
    return _Answer(status.HTTP_403_FORBIDDEN, ErrorCode.PERMISSION_DENIED, "Permission denied")


def _unavailable(error: Exception) -> _Answer:
    log.error("database_unavailable", exc_info=error)
    return _Answer(status.HTTP_503_SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, "The database is unavailable")


def _of_parameters(error: exceptions.ValidationError) -> _Answer:
    return _of_fields(_flat(error.detail))


def _of_model(error: ModelValidationError) -> _Answer:
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return _of_fields({field: " ".join(messages) for field, messages in by_field.items()})


def _of_fields(fields: Mapping[str, str]) -> _Answer:
    """Return a 400 that names the wrong fields; what belongs to none of them becomes the message."""
    named = {
        name: text for name, text in fields.items() if name not in {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY}
    }
    general = " ".join(text for name, text in fields.items() if name not in named)
    message = general or "Wrong parameters: " + ", ".join(named)
    return _Answer(status.HTTP_400_BAD_REQUEST, ErrorCode.VALIDATION_ERROR, message, named)


def _of_framework(error: exceptions.APIException) -> _Answer:
    """Keep the status that HTTP has for it (405, 406, 413, 415 …); the code says which kind of error it is."""
    code = _CODE_OF_STATUS.get(error.status_code)
    if code is None and status.is_server_error(error.status_code):
        code = ErrorCode.UNAVAILABLE
    headers: dict[str, str] = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return _Answer(error.status_code, code or ErrorCode.VALIDATION_ERROR, str(error.detail), headers=headers)


def _flat(detail: Any, name: str = "") -> dict[str, str]:
    """Return the sentences of REST framework's nested details by the path of their field (`items.2.price`)."""
    if isinstance(detail, dict):
        pairs = [(str(key), value) for key, value in detail.items()]
    elif any(isinstance(item, (dict, list)) for item in detail):
        pairs = [(str(index), value) for index, value in enumerate(detail)]
    else:
        return {name or api_settings.NON_FIELD_ERRORS_KEY: " ".join(str(text) for text in detail)}
    flat: dict[str, str] = {}
    for key, value in pairs:
        flat |= _flat(value, f"{name}.{key}" if name else key)
    return flat


# The first kind that fits answers: the special ones stand before the general.
_ANSWERS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], _Answer]], ...] = (
    (ApplicationError, _of_application),
    (ModelValidationError, _of_model),
    (exceptions.ValidationError, _of_parameters),
    (exceptions.APIException, _of_framework),
    (Http404, _not_found),
    (PermissionDenied, _permission_denied),
    ((OperationalError, InterfaceError), _unavailable),
)
