"""Addresses that fail in every way that Django knows, for people and, below `/api/`, for programs."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500"]

SECRET = "what-only-the-log-may-tell"
_FAULTS: dict[str, Exception] = {
    "malformed": SuspiciousOperation(SECRET),
    "forbidden": PermissionDenied(SECRET),
    "broken": RuntimeError(SECRET),
}


def fail(request: HttpRequest, fault: str) -> HttpResponse:
    """Raise what the address names."""
    raise _FAULTS[fault]


urlpatterns = [path("<str:fault>/", fail), path("api/v1/<str:fault>/", fail)]
