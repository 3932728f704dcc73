"""Posting to an address that a user chose, with redirects followed as carefully as the address itself."""

import asyncio
from collections.abc import Mapping

import httpx2
import msgspec

from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.guarded_http.look_ups import LookUp
from alerts.deliveries.guarded_http.networks import AllowedNetworks, ForbiddenAddressError
from alerts.deliveries.guarded_http.transport import GuardedTransport
from alerts.deliveries.guarded_http.urls import refusal_of_url

_MOST_REDIRECTS = 3
_REDIRECTS_THAT_KEEP_THE_BODY = (307, 308)


class Answer(msgspec.Struct, frozen=True):
    """What the receiver said. `pause_seconds` is how long it asks to wait (`Retry-After`).

    `body` is the beginning of what it sent, where that was asked for.
    """

    status: int
    pause_seconds: float = 0.0
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """True where it took what was sent."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the statuses of success


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: AllowedNetworks,
    look_up: LookUp,
    timeout_seconds: float,
    redirects: int = _MOST_REDIRECTS,
    read_bytes: int = 0,
) -> Answer:
    """Post `body`, following redirects that keep it, at most so many; of the answer's body, so many bytes are read.

    Raise `UnreachableError` for an address that may not be reached, `DeliveryFailedError` where nobody answers in time.
    """
    try:
        async with (
            asyncio.timeout(timeout_seconds),
            httpx2.AsyncClient(
                transport=GuardedTransport(allowed, look_up), trust_env=False, timeout=timeout_seconds
            ) as client,
        ):
            request = client.build_request("POST", url, content=body, headers=headers)
            return await _follow(client, request, allowed, redirects, read_bytes)
    except ForbiddenAddressError as error:
        raise UnreachableError(str(error)) from error
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise DeliveryFailedError(f"no answer within {timeout_seconds:g} s") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise DeliveryFailedError(f"the connection failed: {str(error) or type(error).__name__}") from error


async def _follow(
    client: httpx2.AsyncClient, request: httpx2.Request, allowed: AllowedNetworks, redirects: int, read_bytes: int
) -> Answer:
    for _ in range(redirects + 1):
        response = await client.send(request, stream=True)
        beginning = await _beginning(response, read_bytes)
        await response.aclose()
        following = response.next_request
        if following is None or response.status_code not in _REDIRECTS_THAT_KEEP_THE_BODY:
            return Answer(response.status_code, _pause(response), beginning)
        if refusal := refusal_of_url(str(following.url), allowed):
            raise UnreachableError(f"it redirects to a URL that {refusal}")
        request = following
    raise DeliveryFailedError(f"more than {redirects} redirects")


async def _beginning(response: httpx2.Response, most: int) -> bytes:
    """Return the first bytes of the body as they come over the wire, and leave the rest unread."""
    found = b""
    if most:
        async for part in response.aiter_raw():
            found += part[: most - len(found)]
            if len(found) >= most:
                break
    return found


def _pause(response: httpx2.Response) -> float:
    """Return the seconds of `Retry-After`; a date there is rare, and our own wait is as good."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0.0  # noqa: PLR2004
