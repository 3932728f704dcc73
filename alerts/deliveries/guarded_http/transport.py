"""A transport that looks a host up itself, judges every address, and connects to the very one that it has judged.

So neither a name that resolves to a private address gets past it, nor one that resolves otherwise a moment later. The
certificate is still that of the name.
"""

import ssl
from collections.abc import Mapping
from functools import cache

import httpx2

from alerts.deliveries.guarded_http.look_ups import LookUp
from alerts.deliveries.guarded_http.networks import AllowedNetworks, ForbiddenAddressError

Timeouts = Mapping[str, float | None]
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LEAST_CONNECT_SECONDS = 0.3  # as long as a connection to the other end of the world takes
_NO_CONNECTION_TWICE = httpx2.Limits(max_keepalive_connections=0)  # it is pooled by address, and good for one name only


@cache
def _tls() -> ssl.SSLContext:
    """Return the one context of this process: to read the certificates takes longer than to send."""
    return httpx2.create_ssl_context(trust_env=False)


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Connects to no address but those that are allowed.

    Each request has a connection of its own; `tls` says which certificates are trusted. Each of a host's addresses has
    its share of the time to connect: one that is silent leaves the others theirs.
    """

    def __init__(self, allowed: AllowedNetworks, look_up: LookUp, *, tls: ssl.SSLContext | None = None) -> None:
        self._allowed = allowed
        self._look_up = look_up
        self._inner = httpx2.AsyncHTTPTransport(verify=tls or _tls(), limits=_NO_CONNECTION_TWICE, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; raise `ForbiddenAddressError` where its host may not be reached."""
        addresses = await self._addresses(request.url)
        timeouts = _shared(request.extensions.get("timeout", {}), len(addresses))
        for address in addresses[:-1]:
            try:
                return await self._inner.handle_async_request(_aimed_at(address, request, timeouts))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue  # nothing was sent; the host has another address
        return await self._inner.handle_async_request(_aimed_at(addresses[-1], request, timeouts))

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()

    async def _addresses(self, url: httpx2.URL) -> list[str]:
        port = url.port or _DEFAULT_PORTS.get(url.scheme, 0)
        try:
            addresses = await self._look_up(url.host, port)
        except (OSError, UnicodeError) as error:  # the latter: no name may be written so (RFC 5890)
            reason = getattr(error, "strerror", None) or error  # a person reads it: without its number
            raise httpx2.ConnectError(f"{url.host} could not be looked up: {reason}") from error
        if not addresses or not all(self._allowed.allows(address) for address in addresses):
            raise ForbiddenAddressError(url.host)
        return addresses


def _shared(timeouts: Timeouts, addresses: int) -> Timeouts:
    """Return the timeouts of a request (seconds) for each of so many addresses that are tried one after the other."""
    seconds = timeouts.get("connect")
    if seconds is None:
        return timeouts
    return {**timeouts, "connect": min(max(seconds / addresses, _LEAST_CONNECT_SECONDS), seconds)}


def _aimed_at(address: str, request: httpx2.Request, timeouts: Timeouts) -> httpx2.Request:
    """Return the request to this address; the header `Host` and the certificate's name stay those of the URL."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host, "timeout": timeouts},
    )
