"""What two processes say to each other over a pipe: msgpack, each message behind its length. Pure."""

import os
import struct
from typing import BinaryIO

LENGTH = struct.Struct("!I")
MOST_BYTES = 2**31
"""A result of millions of fills is hundreds of megabytes; what claims to be more is none of ours."""


def write_frame(stream: BinaryIO, data: bytes) -> None:
    """Send a message; raise `BrokenPipeError` where nobody reads any more."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def read_frame(file: int) -> bytes:
    """Return the next message of an open file, and read nothing beyond it; raise `EOFError` where there is none."""
    return _exactly(file, LENGTH.unpack(_exactly(file, LENGTH.size))[0])


def framed(data: bytes) -> bytes:
    """Return a message as it is sent."""
    return LENGTH.pack(len(data)) + data


def _exactly(file: int, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = os.read(file, count - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
