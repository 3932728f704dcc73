"""What every HTTP request passes through, besides Django's own."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_ADMIN_PATH = "/admin/"


class ChunkedBodyMiddleware:
    """Give a request that came in chunks its length: REST framework takes a body without one for no body at all.

    Node's `http.request` and other programs send chunks where they aren't told a length (RFC 9112, 7.1).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        if not request.META.get("CONTENT_LENGTH") and request.headers.get("Transfer-Encoding"):
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return self._get_response(request)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Give every answer, static files and errors among them, the policy of its address; the admin has its own."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        """Return the policy that django-csp writes into the answer."""
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(_ADMIN_PATH):
            parts.config = dict(settings.ADMIN_CONTENT_SECURITY_POLICY)
        return parts
