"""Which Host a handshake may name, and how one is refused."""

from http import HTTPStatus
from typing import Any

import pytest

from streaming.gateway.handshake.handshake import address_of, host_is_allowed, refusal, refuse_handshake
from streaming.tracing.correlation import correlated


@pytest.mark.parametrize(
    ("hosts", "is_allowed"),
    [
        ([b"example.com"], True),
        ([b"EXAMPLE.com:8000"], True),
        ([b"evil.example"], False),
        ([], False),
        ([b"example.com", b"example.com"], False),
        ([b"exa mple.com"], False),
    ],
)
def test_it_takes_one_host_that_pages_are_served_for(hosts: list[bytes], is_allowed: bool) -> None:
    scope = {"headers": [(b"Host", host) for host in hosts]}
    assert host_is_allowed(scope, ["example.com"]) is is_allowed


def test_it_has_no_address_where_the_server_tells_none() -> None:
    assert address_of({"headers": [], "client": None}, 0) == ""
    assert address_of({"headers": [], "client": ("192.0.2.1", 5)}, 0) == "192.0.2.1"


async def test_it_is_refused_by_http_where_the_server_can_and_else_closed() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    refused = refusal(HTTPStatus.FORBIDDEN, "Not from there")
    await refuse_handshake({"extensions": {}}, send, refused)
    assert sent == [{"type": "websocket.close"}]
    sent.clear()
    with correlated("edge-7"):
        await refuse_handshake({"extensions": {"websocket.http.response": {}}}, send, refused)
    assert [message["type"] for message in sent] == ["websocket.http.response.start", "websocket.http.response.body"]
    told = [(b"content-type", b"application/json"), (b"x-request-id", b"edge-7")]
    assert (sent[0]["status"], sent[0]["headers"]) == (403, told)
    assert sent[1]["body"] == b'{"detail":"Not from there"}'
