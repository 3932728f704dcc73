"""How REST says errors: one shape, `{"error": {"code", "message", "fields"?}}`, made in this one place.

What use cases, Django and its REST framework raise is put into it by `exception_handler`. An error that is none of
these is a fault of ours and stays one: it is logged with its traceback and answered by 500.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import msgspec
import structlog
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from accounts.authentication import BEARER_CHALLENGE
from accounts.errors import STATUS_OF_CODE, ApplicationError, ErrorCode
from streaming.commands.errors import CommandRefusedError, TooMuchError
from streaming.commands.outcome import CommandErrorCode
from streaming.database.errors import DATABASE_OUTAGES
from streaming.fair_queue import NoTurnError
from streaming.identity.identity import AuthenticationError
from streaming.market.errors import MarketBusyError, MarketError

_CODE_OF_STATUS: Mapping[int, ErrorCode] = {
    status.HTTP_401_UNAUTHORIZED: ErrorCode.PERMISSION_DENIED,
    **{http_status: code for code, http_status in STATUS_OF_CODE.items()},
}
_STATUS_OF_COMMAND_CODE: Mapping[CommandErrorCode, int] = {
    **{CommandErrorCode(code.value): http_status for code, http_status in STATUS_OF_CODE.items()},
    CommandErrorCode.KILL_SWITCH_ACTIVE: status.HTTP_409_CONFLICT,
    CommandErrorCode.UNKNOWN_ACTION: status.HTTP_404_NOT_FOUND,
    CommandErrorCode.INTERNAL_ERROR: status.HTTP_500_INTERNAL_SERVER_ERROR,
}
_TURN_RETRY_SECONDS = 5

log = structlog.get_logger(__name__)


class _Answer(msgspec.Struct, frozen=True):
    http_status: int
    code: StrEnum
    message: str
    fields: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code.value, "message": self.message}
        if self.fields:
            error["fields"] = dict(self.fields)
        return {"error": error}

    def response(self) -> Response:
        return Response(self.body(), status=self.http_status, headers=dict(self.headers))


def response_outside_rest(error: ApplicationError) -> JsonResponse:
    """Answer `error` in the one shape where REST framework has no part yet: in a middleware."""
    answer = _of_application(error)
    return JsonResponse(answer.body(), status=answer.http_status, headers=dict(answer.headers))


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer `error` in the one shape; None for a fault of ours, which REST framework then raises again."""
    for kinds, answer_to in _ANSWERS:
        if isinstance(error, kinds):
            set_rollback()
            return answer_to(error).response()
    return None


def _of_application(error: ApplicationError) -> _Answer:
    headers: dict[str, str] = {}
    if error.http_status == status.HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = BEARER_CHALLENGE
    if error.wait is not None:
        headers["Retry-After"] = str(error.wait)
    return _Answer(error.http_status, error.code, error.message, error.fields, headers)


def _of_command(error: CommandRefusedError) -> _Answer:
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMuchError) else {}
    return _Answer(_STATUS_OF_COMMAND_CODE[error.code], error.code, error.message, error.fields, headers)


def _of_market(error: MarketError) -> _Answer:
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, MarketBusyError) else {}
    return _Answer(error.status, CommandErrorCode(error.code), error.message, error.fields or {}, headers)


def _unauthenticated(error: AuthenticationError) -> _Answer:
    headers = {"WWW-Authenticate": BEARER_CHALLENGE}
    return _Answer(status.HTTP_401_UNAUTHORIZED, ErrorCode.PERMISSION_DENIED, "Authentication failed", headers=headers)


def _not_found(error: Exception) -> _Answer:
    return _Answer(status.HTTP_404_NOT_FOUND, ErrorCode.NOT_FOUND, "Not found")


def _permission_denied(error: Exception) -> _Answer:
    return _Answer(status.HTTP_403_FORBIDDEN, ErrorCode.PERMISSION_DENIED, "Permission denied")


def _unavailable(error: Exception) -> _Answer:
    log.error("database_unavailable", exc_info=error)
    return _Answer(status.HTTP_503_SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, "The database is unavailable")


def _no_turn(error: NoTurnError) -> _Answer:
    headers = {"Retry-After": str(_TURN_RETRY_SECONDS)}
    message = "It took too long; try again later"
    return _Answer(status.HTTP_503_SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, message, headers=headers)


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
    (CommandRefusedError, _of_command),
    (MarketError, _of_market),
    (AuthenticationError, _unauthenticated),
    (ModelValidationError, _of_model),
    (exceptions.ValidationError, _of_parameters),
    (exceptions.APIException, _of_framework),
    (Http404, _not_found),
    (PermissionDenied, _permission_denied),
    (NoTurnError, _no_turn),
    (DATABASE_OUTAGES, _unavailable),
)
