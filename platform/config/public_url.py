"""Where users reach the platform: what links in mails begin with, never the `Host` that somebody sent."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_THIS_MACHINE = "http://127.0.0.1:8000"


def public_url(given: str, *, hosts: Sequence[str], environment: str) -> str:
    """Return the setting PUBLIC_URL, without a slash at its end.

    Where none is given: the first host that production serves, by HTTPS; else this machine. Raise
    `ImproperlyConfigured` for what is no such address.

    >>> public_url("", hosts=[".example.com"], environment="production")
    'https://example.com'
    """
    if not given:
        names = [host.removeprefix(".") for host in hosts if "*" not in host]
        return f"https://{names[0]}" if names and environment == "production" else _THIS_MACHINE
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured("PUBLIC_URL must be an address such as https://prices.example.com")
    return given.rstrip("/")
