"""Whether a URL may be the address of a webhook or of a push service, as far as its text tells. Pure."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from alerts.deliveries.guarded_http.networks import AllowedNetworks

_SCHEMES = ("https", "http")
_LARGEST_PRINTABLE = 0x7E
_NAMES_OF_THIS_MACHINE = ("localhost", "localhost.localdomain")


def refusal_of_url(url: str, allowed: AllowedNetworks) -> str:
    """Return why the URL can't be used, as the end of a sentence that begins with its name; empty where it can.

    A name is looked up only when something is sent, and each time.
    """
    if not url.isascii() or any(ord(character) <= ord(" ") or ord(character) > _LARGEST_PRINTABLE for character in url):
        return "must be written in ASCII, without spaces"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "must be a URL such as https://example.com/hook"
    if parts.scheme not in _SCHEMES or not parts.hostname:
        return "must be a URL such as https://example.com/hook"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password"
    return _refusal_of_host(parts.hostname, allowed)


def _refusal_of_host(host: str, allowed: AllowedNetworks) -> str:
    if host.rstrip(".").lower() in _NAMES_OF_THIS_MACHINE:
        host = "127.0.0.1"
    try:
        ip_address(host)
    except ValueError:
        return ""
    return "" if allowed.allows(host) else "must be an address of the public internet"
