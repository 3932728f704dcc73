"""What a handshake tells, and how it is refused."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from django.http.request import split_domain_port, validate_host

from streaming.gateway.sending.transport import Scope, Send
from streaming.identity.addresses import client_address
from streaming.identity.proxy_warning import warn_of_an_untrusted_proxy
from streaming.tracing.http_requests import request_id_header

RESPONSE_EXTENSION = "websocket.http.response"
_JSON, _TEXT = b"application/json", b"text/plain; charset=utf-8"


class HandshakeRefusedError(Exception):
    """A handshake is answered by HTTP: `status`, and a `body` of `content_type`."""

    def __init__(self, status: HTTPStatus, body: bytes, content_type: bytes) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.body = body
        self.content_type = content_type


def refusal(status: HTTPStatus, detail: str) -> HandshakeRefusedError:
    """Return a refusal with the body `{"detail": …}`."""
    return HandshakeRefusedError(status, msgspec.json.encode({"detail": detail}), _JSON)


def plain_refusal(status: HTTPStatus, text: str) -> HandshakeRefusedError:
    """Return a refusal whose body is the text itself."""
    return HandshakeRefusedError(status, text.encode(), _TEXT)


def host_is_allowed(scope: Scope, allowed: Sequence[str]) -> bool:
    """Return whether the Host is one of those that pages are served for (`ALLOWED_HOSTS`); one is needed, and no more.

    A page whose name is made to lead here (DNS rebinding) names itself as its Host, and would reach us past a firewall.
    """
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    if len(hosts) != 1:
        return False
    return validate_host(split_domain_port(hosts[0])[0], allowed)


def address_of(scope: Scope, trusted_proxies: int) -> str:
    """Return the client's address; empty where the server tells none, as of a local socket."""
    forwarded_for = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
    warn_of_an_untrusted_proxy(bool(forwarded_for), trusted_proxies)
    return client_address(forwarded_for, (scope.get("client") or ("",))[0], trusted_proxies)


async def refuse_handshake(scope: Scope, send: Send, refused: HandshakeRefusedError) -> None:
    """Answer a handshake by HTTP; a server that can't is told to close, which it does with 403."""
    if RESPONSE_EXTENSION not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", refused.content_type), request_id_header()]
    await send({"type": f"{RESPONSE_EXTENSION}.start", "status": int(refused.status), "headers": headers})
    await send({"type": f"{RESPONSE_EXTENSION}.body", "body": refused.body})
