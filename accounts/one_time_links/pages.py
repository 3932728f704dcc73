"""The pages to which mailed links lead. They work without scripts.

Opening one uses no link up, as programs that look through mails for harm open what they find: a button does. The
secret stands in the path alone: the pages load nothing from elsewhere, and tell no other page where one comes from.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.email_addresses.services import CONFIRMING, email_confirm
from accounts.errors import ApplicationError
from accounts.http.fields import MAXIMUM_PASSWORD_LENGTH
from accounts.models import LinkPurpose
from accounts.one_time_links.services import link_find
from accounts.passwords.services import password_reset

_Page = Callable[[HttpRequest, str], HttpResponse]
_REFERRER_POLICY = "strict-origin"
"""No path goes out with a request. `no-referrer` would also hide the origin, which the check of forms asks for."""


def _page_of_link(page: _Page) -> _Page:
    """Say what was refused on the page, and let nobody keep or pass on its address."""

    @wraps(page)
    def answer(request: HttpRequest, secret: str) -> HttpResponse:
        try:
            response = page(request, secret)
        except ApplicationError as refusal:
            response = _shown(request, "refused", {"refusal": refusal.message}, status=refusal.http_status)
        response.headers["Referrer-Policy"] = _REFERRER_POLICY
        return response

    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(sensitive_variables()(answer)))


@_page_of_link
def confirm_email(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a button that confirms the address, and do so when it is pressed."""
    if request.method == "POST":
        user = email_confirm(secret=secret)
        return _shown(request, "email_confirmed", {"user_shown": user})
    link = link_find(secret=secret, purposes=CONFIRMING)
    return _shown(request, "confirm_email", {"user_shown": link.user, "email": link.email})


@sensitive_post_parameters()
@_page_of_link
def reset_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a form for a new password, and set it when it is sent."""
    link = link_find(secret=secret, purposes=(LinkPurpose.RESET_PASSWORD,))
    known = {"user_shown": link.user, "longest": MAXIMUM_PASSWORD_LENGTH}
    if request.method != "POST":
        return _shown(request, "reset_password", known)
    problems = _problems_of_new_password(request, secret)
    if problems:
        return _shown(request, "reset_password", {**known, "problems": problems}, status=400)
    return _shown(request, "password_reset", known)


def _problems_of_new_password(request: HttpRequest, secret: str) -> list[str]:
    """Set the password that was sent, and return nothing; or what is wrong with it."""
    password = request.POST.get("password", "")
    if not 0 < len(password) <= MAXIMUM_PASSWORD_LENGTH:
        return [f"A password has between 1 and {MAXIMUM_PASSWORD_LENGTH} characters."]
    if password != request.POST.get("again", ""):
        return ["The two passwords differ."]
    try:
        password_reset(secret=secret, password=password)
    except ValidationError as refusal:
        return list(refusal.messages)
    return []


def _shown(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, f"accounts/pages/{name}.html", context, status=status)
