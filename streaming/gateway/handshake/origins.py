"""Which pages may connect, by the `Origin` that their browser says."""

from collections.abc import Iterable

from streaming.gateway.sending.transport import Scope


def origin_is_allowed(scope: Scope, allowed: Iterable[str]) -> bool:
    """Return whether a browser's page of this origin may connect: one of the host connected to, or an allowed one.

    A missing or `null` Origin is accepted (terminal clients, programs, a page opened from a file): no cookie
    authenticates a socket, so another site's page gains nothing by connecting.
    """
    allowed = set(allowed)
    origins = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"origin"]
    own = {_host(value.decode("latin-1")) for name, value in scope["headers"] if name.lower() == b"host"}
    return "*" in allowed or all(
        origin == "null" or origin in allowed or _host(origin.rpartition("://")[2]) in own for origin in origins
    )


def _host(authority: str) -> str:
    """Return the host of `host:port`: behind a proxy the port may be another one."""
    name, _, port = authority.rpartition(":")
    return (name if port.isdecimal() else authority).lower()
