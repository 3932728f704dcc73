"""RFC 6455, 8.1 and 10.4: text is UTF-8, and no message is larger than the limit."""

import pytest

from tests.wire.rfc6455.conftest import Server
from tests.wire.rfc6455.peer import Opcode, connected

INVALID_DATA, TOO_BIG = 1007, 1009
LIMIT = 65_536
SNOWMAN = "☃".encode()


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        b"\xc0\xaf",  # an overlong form of a slash
        b"\xed\xa0\x80",  # half of a surrogate pair
        b"\xf4\x90\x80\x80",  # beyond the last code point
        b"\x80",  # the rest of something
        SNOWMAN[:2],  # the start of something
        b'{"type":"ping"}' + b"\xfe",
    ],
)
async def test_it_ends_after_text_that_is_no_utf_8(server: Server, payload: bytes) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, payload)
        assert (await peer.ending()).code == server.code_after(INVALID_DATA)


async def test_it_ends_after_fragments_that_together_are_no_utf_8(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, SNOWMAN[:2], final=False)
        peer.send(Opcode.CONTINUATION, b"x")
        assert (await peer.ending()).code == server.code_after(INVALID_DATA)


async def test_it_takes_a_character_that_is_split_between_fragments(server: Server) -> None:
    async with connected(server.port) as peer:
        text = '{"type":"ping","x":"☃"}'.encode()
        cut = text.index(SNOWMAN) + 1
        peer.send(Opcode.TEXT, text[:cut], final=False)
        peer.send(Opcode.PING, b"between")
        peer.send(Opcode.CONTINUATION, text[cut:])
        assert (await peer.frame()).payload == b"between"
        assert (await peer.message())["type"] == "pong"


async def test_it_takes_binary_that_is_no_utf_8(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.BINARY, b"\xff\xfe")
        assert (await peer.message())["type"] == "error"
        assert await peer.is_answered()


async def test_it_takes_a_message_of_64_kib(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, b'{"type":"ping"}'.ljust(LIMIT))
        assert (await peer.message())["type"] == "pong"
        for start in range(0, LIMIT, LIMIT // 4):
            opcode = Opcode.CONTINUATION if start else Opcode.TEXT
            piece = b'{"type":"ping"}'.ljust(LIMIT)[start : start + LIMIT // 4]
            peer.send(opcode, piece, final=start == LIMIT * 3 // 4)
        assert (await peer.message())["type"] == "pong"


@pytest.mark.parametrize("size", [LIMIT + 1, 10 * LIMIT])
async def test_it_ends_after_a_message_over_64_kib(server: Server, size: int) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, b"x" * size)
        assert (await peer.ending()).code == server.code_after(TOO_BIG)


async def test_it_ends_at_the_header_of_a_message_over_64_kib(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.write(b"\x81\xff" + (2**40).to_bytes(8) + b"\x00" * 4)
        assert (await peer.ending()).code == server.code_after(TOO_BIG)


async def test_it_ends_after_fragments_of_over_64_kib_together(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, b"x" * LIMIT, final=False)
        peer.send(Opcode.CONTINUATION, b"x")
        assert (await peer.ending()).code == server.code_after(TOO_BIG)
