"""The address behind an HTTP request that Django serves."""

from django.conf import settings
from django.http import HttpRequest

from streaming.identity.addresses import client_address
from streaming.identity.proxy_warning import warn_of_an_untrusted_proxy


def address_of_request(request: HttpRequest) -> str:
    """Return the client's address (see `client_address`); empty where the server tells none, as of a local socket."""
    forwarded_for = request.META.get("HTTP_X_FORWARDED_FOR", "")
    warn_of_an_untrusted_proxy(bool(forwarded_for), settings.TRUSTED_PROXY_COUNT)
    return client_address(forwarded_for, request.META.get("REMOTE_ADDR") or "", settings.TRUSTED_PROXY_COUNT)
