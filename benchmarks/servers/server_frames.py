"""What a WebSocket server sends, split into frames; and what a client must send. Pure.

Only what a bench needs, at as little cost as may be: a load generator that checks more would measure itself. No
extension is asked for, so a server may use none; messages in several frames are refused, as no server here makes any.
"""

import struct

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
"""The first bytes of whole messages: FIN, no extension, and the opcode (RFC 6455, 5.2)."""

_KNOWN = frozenset({TEXT, BINARY, CLOSE, PING, PONG})
_SMALL, _MEDIUM = 126, 127
_MASKED = 0x80
_NO_MASK = bytes(4)
_SHORT_HEAD, _MEDIUM_HEAD, _LONG_HEAD = 2, 4, 10

Frame = tuple[int, bytes]
"""A frame's first byte, and its payload."""


class UnexpectedFrameError(ValueError):
    """A frame that a server must not send to a client that asked for nothing besides RFC 6455, or one of many."""


class FrameReader:
    """Finds the frames in what comes, in whatever pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, data: bytes) -> list[Frame]:
        """Return the frames that are whole now; raise `UnexpectedFrameError`."""
        if self._rest:
            data = self._rest + data
        frames: list[Frame] = []
        at, size = 0, len(data)
        while size - at >= _SHORT_HEAD:
            begin, length = at + _SHORT_HEAD, data[at + 1]
            if length >= _SMALL:
                begin, length = _long_head(data, at, length)
            end = begin + length
            if end > size:
                break
            first = data[at]
            if first not in _KNOWN:
                raise UnexpectedFrameError(f"a frame begins with {first:#04x}")
            frames.append((first, data[begin:end]))
            at = end
        self._rest = data[at:]
        return frames


def _long_head(data: bytes, at: int, length: int) -> tuple[int, int]:
    """Return where a longer payload begins, and how long it is; its end is past the data while its head isn't whole."""
    if length & _MASKED:
        raise UnexpectedFrameError("a frame is masked")
    begin = at + (_MEDIUM_HEAD if length == _SMALL else _LONG_HEAD)
    return begin, int.from_bytes(data[at + _SHORT_HEAD : begin], "big")


def client_frame(first: int, payload: bytes) -> bytes:
    """Return a client's frame. Its mask is of zeros, which leaves the payload as it is: nothing here must be hidden."""
    length = len(payload)
    if length < _SMALL:
        head = bytes((first, _MASKED | length))
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, _MASKED | _SMALL, length)
    else:
        head = struct.pack("!BBQ", first, _MASKED | _MEDIUM, length)
    return head + _NO_MASK + payload
