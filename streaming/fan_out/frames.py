"""Outgoing WebSocket text frames, encoded once and shared by every connection that is sent them."""

import struct

import msgspec

_TEXT_FINAL = 0x81  # FIN set, opcode 1 (RFC 6455, 5.2)
_SMALL, _MEDIUM = 126, 65536


class Frame(msgspec.Struct, frozen=True, eq=False):
    """One message to a client: `wire` is its bytes, of which the first `header_bytes` are not its text.

    The text isn't held beside them: for as long as slow readers let frames wait, each would take twice the memory.
    `conflation_key` is None for what must not be dropped; frames of one key replace each other for a slow reader.
    `ends` is the key whose frames are obsolete once this one is sent: of a final candle, that of its open states.
    """

    wire: bytes
    header_bytes: int
    conflation_key: str | None = None
    ends: str | None = None

    @property
    def payload(self) -> bytes:
        """The text, in UTF-8: a copy."""
        return self.wire[self.header_bytes :]

    @property
    def payload_bytes(self) -> int:
        """How long the text is."""
        return len(self.wire) - self.header_bytes

    @property
    def is_sequence(self) -> bool:
        """True where every one counts."""
        return self.conflation_key is None


def text_frame(payload: bytes, conflation_key: str | None = None, *, ends: str | None = None) -> Frame:
    """Return a frame of the UTF-8 text in `payload`, with its bytes as they go over the wire (a server's: unmasked)."""
    header = _header(len(payload))
    return Frame(header + payload, len(header), conflation_key, ends)


def _header(length: int) -> bytes:
    if length < _SMALL:
        return bytes((_TEXT_FINAL, length))
    if length < _MEDIUM:
        return struct.pack("!BBH", _TEXT_FINAL, 126, length)
    return struct.pack("!BBQ", _TEXT_FINAL, 127, length)
