"""Every error of the REST API has the one shape, whoever raised it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import OperationalError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import ApplicationError, DemoUsersRefusedError, ErrorCode, LockedOutError, LoginRefusedError
from streaming.identity.identity import AuthenticationError, AuthenticationFailure


class _Raises(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    error: Exception | None = None

    def get(self, request: Request) -> Response:
        assert self.error is not None
        raise self.error


def _answer(error: Exception) -> Response:
    response = _Raises.as_view(error=error)(RequestFactory().get("/"))
    assert isinstance(response, Response)
    return response


def _error(code: str, message: str, **fields: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message} | ({"fields": fields} if fields else {})}


@pytest.mark.parametrize(
    ("code", "http_status"),
    [
        (ErrorCode.VALIDATION_ERROR, 400),
        (ErrorCode.PERMISSION_DENIED, 403),
        (ErrorCode.NOT_FOUND, 404),
        (ErrorCode.CONFLICT, 409),
        (ErrorCode.RATE_LIMITED, 429),
        (ErrorCode.UNAVAILABLE, 503),
    ],
)
def test_it_answers_what_a_use_case_refuses(code: ErrorCode, http_status: int) -> None:
    error = ApplicationError("Not so", code=code, fields={"upper_price": "too low"})
    response = _answer(error)
    assert response.status_code == http_status
    assert response.data == _error(code.value, "Not so", upper_price="too low")


def test_it_challenges_who_failed_to_log_in() -> None:
    response = _answer(LoginRefusedError())
    assert response.status_code == 401
    assert response.data == _error("PERMISSION_DENIED", "Wrong user name or password")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("failure", AuthenticationFailure)
def test_it_challenges_whose_token_is_refused(failure: AuthenticationFailure) -> None:
    response = _answer(AuthenticationError(failure))
    assert response.status_code == 401
    assert response.data == _error("PERMISSION_DENIED", "Authentication failed")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_it_says_when_a_lock_out_ends() -> None:
    response = _answer(LockedOutError(wait=900))
    assert response.status_code == 429
    assert response.data == _error("RATE_LIMITED", "Too many failed logins; try again later")
    assert response.headers["Retry-After"] == "900"


@pytest.mark.parametrize(
    ("error", "http_status", "expected"),
    [
        (DemoUsersRefusedError("No"), 409, _error("CONFLICT", "No")),
        (Http404("secret path"), 404, _error("NOT_FOUND", "Not found")),
        (exceptions.NotFound(), 404, _error("NOT_FOUND", "Not found.")),
        (PermissionDenied("secret"), 403, _error("PERMISSION_DENIED", "Permission denied")),
        (exceptions.PermissionDenied("Staff only"), 403, _error("PERMISSION_DENIED", "Staff only")),
        (exceptions.ParseError("Not JSON"), 400, _error("VALIDATION_ERROR", "Not JSON")),
        (exceptions.UnsupportedMediaType("text/x", "Only JSON"), 415, _error("VALIDATION_ERROR", "Only JSON")),
        (exceptions.MethodNotAllowed("GET", "Not so"), 405, _error("VALIDATION_ERROR", "Not so")),
        (exceptions.APIException("Broken"), 500, _error("UNAVAILABLE", "Broken")),
        (ModelValidationError("Too low"), 400, _error("VALIDATION_ERROR", "Too low")),
        (
            ModelValidationError({"name": ["Too long.", "Too odd."], "__all__": ["Not together."]}),
            400,
            _error("VALIDATION_ERROR", "Not together.", name="Too long. Too odd."),
        ),
        (
            exceptions.ValidationError({"name": ["Too long."]}),
            400,
            _error("VALIDATION_ERROR", "Wrong parameters: name", name="Too long."),
        ),
        (exceptions.ValidationError("Too low"), 400, _error("VALIDATION_ERROR", "Too low")),
        (
            exceptions.ValidationError({"levels": [{}, {"price": ["Too low."]}], "name": ["Missing."]}),
            400,
            _error(
                "VALIDATION_ERROR",
                "Wrong parameters: levels.1.price, name",
                **{"levels.1.price": "Too low.", "name": "Missing."},
            ),
        ),
    ],
)
def test_it_puts_every_error_into_the_one_shape(error: Exception, http_status: int, expected: dict[str, Any]) -> None:
    response = _answer(error)
    assert response.status_code == http_status
    assert response.data == expected


def test_it_says_when_to_come_back() -> None:
    response = _answer(exceptions.Throttled(wait=12.3))
    assert response.status_code == 429
    assert response.data["error"]["code"] == "RATE_LIMITED"
    assert response.headers["Retry-After"] == "13"


def test_it_says_that_the_database_is_away_without_telling_where_it_was() -> None:
    response = _answer(OperationalError("connection to 10.0.0.7 refused"))
    assert response.status_code == 503
    assert response.data == _error("UNAVAILABLE", "The database is unavailable")


def test_it_leaves_a_fault_of_ours_a_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        _answer(ZeroDivisionError())
