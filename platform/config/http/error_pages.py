"""What is answered where Django gives up: programs, below `/api/`, get the one shape of REST errors, people a page.

No page is given anything of the request: they are shown without a database, a user or a session, and so even when the
fault lies there.
"""

from enum import StrEnum

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from accounts.errors import ErrorCode
from streaming.commands.outcome import CommandErrorCode

_API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is malformed, or to a host that isn't served."""
    return _answer(request, 400, ErrorCode.VALIDATION_ERROR, "The request can't be read")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer whoever may not see or do what was asked for."""
    return _answer(request, 403, ErrorCode.PERMISSION_DENIED, "Permission denied")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address where nothing is."""
    return _answer(request, 404, ErrorCode.NOT_FOUND, f"There is nothing at {request.path}")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours, which Django has logged; the answer tells nothing of it."""
    return _answer(request, 500, CommandErrorCode.INTERNAL_ERROR, "Internal error")


def _answer(request: HttpRequest, status: int, code: StrEnum, message: str) -> HttpResponse:
    if request.path.startswith(_API):
        return JsonResponse({"error": {"code": code.value, "message": message}}, status=status)
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
