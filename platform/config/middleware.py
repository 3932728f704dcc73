"""What every HTTP request passes through, besides Django's own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


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
