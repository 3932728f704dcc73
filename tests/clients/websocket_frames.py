"""WebSocket frames as they are on the wire (RFC 6455, 5.2), for whoever stands between a client and a server."""

import asyncio
import struct

import msgspec

TEXT = 0x1
BINARY = 0x2
_LONGEST_SHORT = 125
_TWO_BYTES = 126
_EIGHT_BYTES = 127


class WireFrame(msgspec.Struct, frozen=True):
    """One frame: its opcode, its payload unmasked, and all its bytes as they came."""

    opcode: int
    payload: bytes
    raw: bytes


async def read_frame(reader: asyncio.StreamReader) -> WireFrame:
    """Return the next frame; raise `asyncio.IncompleteReadError` where the stream ends before it does."""
    head = await reader.readexactly(2)
    length, extension = head[1] & 0x7F, b""
    if length in (_TWO_BYTES, _EIGHT_BYTES):
        extension = await reader.readexactly(2 if length == _TWO_BYTES else 8)
        length = int.from_bytes(extension)
    mask = await reader.readexactly(4) if head[1] & 0x80 else b""
    body = await reader.readexactly(length)
    return WireFrame(head[0] & 0x0F, _unmasked(body, mask), head + extension + mask + body)


def server_frame(opcode: int, payload: bytes) -> bytes:
    """Return a whole message in one frame, as servers send it: without a mask."""
    length = len(payload)
    if length <= _LONGEST_SHORT:
        head = struct.pack(">BB", 0x80 | opcode, length)
    elif length < 1 << 16:
        head = struct.pack(">BBH", 0x80 | opcode, _TWO_BYTES, length)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, _EIGHT_BYTES, length)
    return head + payload


def _unmasked(body: bytes, mask: bytes) -> bytes:
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(body)) if mask else body
