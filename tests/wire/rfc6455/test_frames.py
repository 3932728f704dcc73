"""RFC 6455, chapter 5: how messages come in frames, and what is no frame at all."""

import pytest

from tests.wire.rfc6455.conftest import Server
from tests.wire.rfc6455.peer import Frame, Opcode, close_payload, connected, frame_bytes

PING_MESSAGE = b'{"type":"ping"}'
PROTOCOL_ERROR = 1002


async def test_it_takes_a_whole_text_frame(server: Server) -> None:
    async with connected(server.port) as peer:
        assert await peer.is_answered()


@pytest.mark.parametrize("size", [1, 2, 7], ids=lambda size: f"fragments of {size}")
async def test_it_takes_text_in_fragments(server: Server, size: int) -> None:
    async with connected(server.port) as peer:
        pieces = [PING_MESSAGE[start : start + size] for start in range(0, len(PING_MESSAGE), size)]
        for number, piece in enumerate(pieces):
            opcode = Opcode.CONTINUATION if number else Opcode.TEXT
            peer.send(opcode, piece, final=number == len(pieces) - 1)
        assert (await peer.message())["type"] == "pong"


async def test_it_takes_empty_fragments(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, final=False)
        peer.send(Opcode.CONTINUATION, PING_MESSAGE, final=False)
        peer.send(Opcode.CONTINUATION)
        assert (await peer.message())["type"] == "pong"


async def test_it_takes_control_frames_between_fragments(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, PING_MESSAGE[:4], final=False)
        peer.send(Opcode.PING, b"in between")
        peer.send(Opcode.CONTINUATION, PING_MESSAGE[4:8], final=False)
        peer.send(Opcode.PONG, b"nobody asked")
        peer.send(Opcode.CONTINUATION, PING_MESSAGE[8:])
        assert await peer.frame() == Frame(Opcode.PONG, b"in between")
        assert (await peer.message())["type"] == "pong"


async def test_it_takes_a_close_between_fragments(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, PING_MESSAGE[:4], final=False)
        peer.send(Opcode.CLOSE, close_payload(1000))
        # Both are allowed: the message never came to its end, and a close is answered by a close (5.5.1).
        assert (await peer.ending()).code == (1000 if server.takes_a_close_within_a_message else PROTOCOL_ERROR)


async def test_it_takes_many_frames_in_one_segment(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.write(b"".join(frame_bytes(Opcode.TEXT, PING_MESSAGE) for _ in range(40)))
        for _ in range(40):
            assert (await peer.message())["type"] == "pong"


async def test_it_takes_a_frame_byte_by_byte(server: Server) -> None:
    async with connected(server.port) as peer:
        for byte in frame_bytes(Opcode.TEXT, PING_MESSAGE + b" " * 130):
            peer.write(bytes((byte,)))
            await peer.writer.drain()
        assert (await peer.message())["type"] == "pong"


async def test_it_answers_binary_with_an_error_and_goes_on(server: Server) -> None:
    async with connected(server.port) as peer:
        for payload in (b"", PING_MESSAGE, b"\xff\x00"):
            peer.send(Opcode.BINARY, payload)
            message = await peer.message()
            assert (message["type"], message["data"]["code"]) == ("error", "invalid_message")
        assert await peer.is_answered()


async def test_it_answers_fragmented_binary_with_one_error(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.BINARY, b"a", final=False)
        peer.send(Opcode.CONTINUATION, b"b")
        assert (await peer.message())["data"]["code"] == "invalid_message"
        assert await peer.is_answered()


async def test_it_answers_empty_text_with_an_error_and_goes_on(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT)
        assert (await peer.message())["data"]["code"] == "invalid_message"
        assert await peer.is_answered()


async def test_it_masks_nothing_that_it_sends(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.PING, b"?")
        assert not (await peer.frame()).is_masked
        peer.send(Opcode.CLOSE)
        frame = await peer.frame()
        assert (frame.opcode, frame.is_masked) == (Opcode.CLOSE, False)


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG, Opcode.CLOSE])
async def test_it_ends_after_an_unmasked_frame(server: Server, opcode: Opcode) -> None:
    async with connected(server.port) as peer:
        peer.send(opcode, masked=False)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


@pytest.mark.parametrize("reserved", range(1, 8))
@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.PING])
async def test_it_ends_after_reserved_bits(server: Server, opcode: Opcode, reserved: int) -> None:
    async with connected(server.port) as peer:
        peer.send(opcode, reserved=reserved)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [*range(0x3, 0x8), *range(0xB, 0x10)])
async def test_it_ends_after_a_reserved_opcode(server: Server, opcode: int) -> None:
    async with connected(server.port) as peer:
        peer.send(opcode)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG, Opcode.CLOSE])
async def test_it_ends_after_a_fragmented_control_frame(server: Server, opcode: Opcode) -> None:
    async with connected(server.port) as peer:
        peer.send(opcode, final=False)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG, Opcode.CLOSE])
async def test_it_ends_after_a_control_frame_that_is_too_long(server: Server, opcode: Opcode) -> None:
    async with connected(server.port) as peer:
        peer.send(opcode, close_payload(1000) + b"x" * 124)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


@pytest.mark.parametrize("final", [True, False])
async def test_it_ends_after_a_continuation_of_nothing(server: Server, final: bool) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CONTINUATION, PING_MESSAGE, final=final)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


async def test_it_ends_after_a_continuation_of_a_message_that_is_whole(server: Server) -> None:
    async with connected(server.port) as peer:
        assert await peer.is_answered()
        peer.send(Opcode.CONTINUATION, PING_MESSAGE)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY])
async def test_it_ends_after_a_new_message_inside_a_fragmented_one(server: Server, opcode: Opcode) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.TEXT, PING_MESSAGE[:4], final=False)
        peer.send(opcode, PING_MESSAGE)
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


async def test_it_ends_after_a_length_with_its_highest_bit_set(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.write(b"\x81\xff" + b"\xff" * 8 + b"\x00" * 4)
        assert (await peer.ending()).code == server.code_after(1009)


async def test_it_answers_a_ping_with_the_same_payload(server: Server) -> None:
    async with connected(server.port) as peer:
        for payload in (b"", b"payload", b"\x00\xff" * 62 + b"\x00"):
            peer.send(Opcode.PING, payload)
            assert await peer.frame() == Frame(Opcode.PONG, payload)


async def test_it_answers_several_pings_in_their_order(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.write(b"".join(frame_bytes(Opcode.PING, bytes((number,))) for number in range(10)))
        assert [await peer.frame() for _ in range(10)] == [Frame(Opcode.PONG, bytes((number,))) for number in range(10)]


async def test_it_ignores_a_pong_that_it_did_not_ask_for(server: Server) -> None:
    async with connected(server.port) as peer:
        for payload in (b"", b"payload", b"x" * 125):
            peer.send(Opcode.PONG, payload)
        assert await peer.is_answered()
