"""What the REST pages of streaming share: the one shape of errors, and that they are only read."""

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

_READING = ("GET", "HEAD")

View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]


def json_response(status: int, body: Mapping[str, Any]) -> HttpResponse:
    """Return `body` as JSON, with numbers as `streaming.numbers` writes them."""
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")


def error_response(status: int, code: str, message: str, fields: Mapping[str, str] | None = None) -> HttpResponse:
    """Return `{"error": {code, message, fields?}}`."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = dict(fields)
    return json_response(status, {"error": error})


def only_read(view: View) -> View:
    """Refuse every other method with 405 before `view` is asked."""

    @csrf_exempt
    @wraps(view)
    async def reading(request: HttpRequest) -> HttpResponse:
        if request.method in _READING:
            return await view(request)
        message = f'Method "{request.method}" not allowed.'
        response = error_response(HTTPStatus.METHOD_NOT_ALLOWED, "VALIDATION_ERROR", message)
        response["Allow"] = ", ".join(_READING)
        return response

    return reading
