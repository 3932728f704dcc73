"""Reading the handshake that nearly every client sends: in one piece, with each header once and nothing unusual. Pure.

On the way through two parsers, HTTP's and then the WebSocket library's, a handshake costs more than the session behind
it, and when thousands of clients come back at once that is what they wait for. Whatever is not plain goes that way
still, and is answered as it always was: nothing is refused here.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence

import msgspec

from streaming.gateway.server.http_limits import HttpLimits

_MOST_BYTES = 4096
_HEAD = re.compile(
    rb"GET (/[!$%&-;=?-Z_a-z~]*) HTTP/1\.1\r\n"
    rb"((?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*\r\n)+)\r\n"
)
"""A request line, and headers of a token and printable ASCII (RFC 9110, 5.1 and 5.5), none of which goes on in a second
line."""
_KEY = re.compile(rb"[0-9A-Za-z+/]{21}[AQgw]==")
"""Sixteen bytes in Base64 (RFC 6455, 4.1)."""
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_VERSION = b"13"
_CONNECTION = frozenset({b"upgrade", b"keep-alive, upgrade"})
_OF_A_BODY = frozenset({b"content-length", b"transfer-encoding", b"expect"})


class PlainHandshake(msgspec.Struct, frozen=True):
    """What was asked for, with the headers in their order, their names in lower case."""

    target: bytes
    headers: Sequence[tuple[bytes, bytes]]
    key: bytes

    def answer(self, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """Return what accepts it (RFC 6455, 4.2.2), with further `headers`."""
        accept = b64encode(hashlib.sha1(self.key + _GUID).digest())  # noqa: S324 - the RFC's own
        further = b"".join([b"%b: %b\r\n" % header for header in headers])
        return (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %b\r\n%b\r\n" % (accept, further)
        )


def plain_handshake(data: bytes, limits: HttpLimits) -> PlainHandshake | None:
    """Return the handshake that `data`, all that came of a client, is; None where it is none, or no plain one."""
    head = _HEAD.fullmatch(data) if len(data) <= min(_MOST_BYTES, limits.maximum_head_bytes) else None
    if head is None or len(head[1]) > limits.maximum_target_bytes:
        return None
    headers = [_header(line) for line in head[2].split(b"\r\n")[:-1]]
    named = dict(headers)
    if len(named) < len(headers) or len(headers) > limits.maximum_headers or not _is_handshake(named):
        return None
    return PlainHandshake(head[1], headers, named[b"sec-websocket-key"])


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.lower(), value.strip(b" \t")


def _is_handshake(named: dict[bytes, bytes]) -> bool:
    return (
        b"host" in named
        and named.get(b"upgrade", b"").lower() == b"websocket"
        and named.get(b"connection", b"").lower() in _CONNECTION
        and named.get(b"sec-websocket-version") == _VERSION
        and _KEY.fullmatch(named.get(b"sec-websocket-key", b"")) is not None
        and _OF_A_BODY.isdisjoint(named)
    )
