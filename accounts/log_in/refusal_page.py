"""The page that a person gets whose log-in is refused before the password was looked at."""

import math

from django.http import HttpResponse
from django.template.loader import render_to_string

from accounts.errors import ApplicationError, LockedOutError


def refusal_page(error: ApplicationError) -> HttpResponse:
    """Return a page that says why, and when it can be tried again, with the error's status and `Retry-After`."""
    context = {
        "message": error.message,
        "is_locked_out": isinstance(error, LockedOutError),
        "seconds": error.wait,
        "minutes": math.ceil((error.wait or 0) / 60),
    }
    headers = {"Cache-Control": "no-store"}
    if error.wait is not None:
        headers["Retry-After"] = str(error.wait)
    page = render_to_string("accounts/refusal.html", context)
    return HttpResponse(page, status=error.http_status, headers=headers)
