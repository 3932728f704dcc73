"""How often one may log in on the admin's page."""

import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.errors import TooManyLoginsError
from accounts.http.throttles import TokenThrottle
from accounts.log_in.refusal_page import refusal_page

_LOGIN_PAGE = "admin:login"


class LoginPageThrottleMiddleware:
    """Counts log-ins on the admin's page together with those of `token/`, and shows a page with 429 past as many."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Refuse one log-in too many of its address; by the view's name, as not every URLconf has the admin."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name != _LOGIN_PAGE:
            return None
        throttle = TokenThrottle()
        if not throttle.will_refuse(request):
            return None
        return refusal_page(TooManyLoginsError(math.ceil(throttle.wait())))
