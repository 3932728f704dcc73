"""RFC 6455, chapter 7: how connections end, and that nothing of them stays."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

import pytest

from tests.waiting import until_now
from tests.wire.rfc6455.conftest import Server
from tests.wire.rfc6455.peer import NO_CODE, Ending, Opcode, Peer, close_payload, connected, frame_bytes

PROTOCOL_ERROR, INVALID_DATA = 1002, 1007
GOOD_CODES = [*range(1000, 1004), *range(1007, 1015), 3000, 3999, 4000, 4401, 4999]
BAD_CODES = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]


@pytest.mark.parametrize("code", GOOD_CODES)
async def test_it_answers_a_close_with_its_code(server: Server, code: int) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE, close_payload(code, b"reason"))
        assert (await peer.ending()).code == server.code_in_answer_to(code)


async def test_it_answers_a_close_without_a_code(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE)
        assert (await peer.ending()).code == server.code_in_answer_to(NO_CODE)


@pytest.mark.parametrize("code", BAD_CODES)
async def test_it_refuses_a_code_that_may_not_be_sent(server: Server, code: int) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE, close_payload(code))
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


async def test_it_refuses_a_close_with_half_a_code(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE, b"\x03")
        assert (await peer.ending()).code == server.code_after(PROTOCOL_ERROR)


async def test_it_refuses_a_reason_that_is_no_utf_8(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE, close_payload(1000, b"\xff\xfe"))
        assert (await peer.ending()).code == server.code_after(INVALID_DATA)


async def test_it_takes_the_longest_reason(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE, close_payload(1000, b"x" * 123))
        assert (await peer.ending()).code == 1000


async def test_it_ignores_what_comes_after_a_close(server: Server) -> None:
    async with connected(server.port) as peer:
        after = [frame_bytes(Opcode.TEXT, b'{"type":"ping"}'), frame_bytes(Opcode.PING, b"?"), b"\xff\xff nonsense"]
        peer.write(frame_bytes(Opcode.CLOSE, close_payload(1000)) + b"".join(after))
        assert await peer.ending() == Ending(1000)


async def test_it_ends_the_tcp_connection_itself(server: Server) -> None:
    async with connected(server.port) as peer:
        peer.send(Opcode.CLOSE, close_payload(1000))
        await peer.ending()
        assert peer.reader.at_eof()


async def end_by_half_closing(peer: Peer) -> None:
    peer.writer.write_eof()
    await peer.ending()


async def end_by_reset(peer: Peer) -> None:
    connection = peer.writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.writer.transport.abort()


async def end_within_a_frame(peer: Peer) -> None:
    peer.write(frame_bytes(Opcode.TEXT, b'{"type":"ping"}')[:9])
    await peer.writer.drain()
    await peer.end()


async def end_within_a_message(peer: Peer) -> None:
    peer.send(Opcode.TEXT, b'{"type":', final=False)
    await peer.writer.drain()
    await peer.end()


async def end_by_closing(peer: Peer) -> None:
    peer.send(Opcode.CLOSE, close_payload(1001))
    await peer.ending()


async def end_by_breaking_the_rules(peer: Peer) -> None:
    peer.send(Opcode.TEXT, masked=False)
    await peer.ending()


@pytest.mark.parametrize(
    "end",
    [
        end_by_half_closing,
        end_by_reset,
        end_within_a_frame,
        end_within_a_message,
        end_by_closing,
        end_by_breaking_the_rules,
    ],
)
async def test_it_keeps_nothing_of_a_connection_that_ended(
    server: Server, end: Callable[[Peer], Awaitable[None]]
) -> None:
    async with connected(server.port) as peer:
        peer.send_json({"type": "subscribe", "channel": "market:overview"})
        assert (await peer.message())["type"] == "subscribed"
        await asyncio.to_thread(until_now, lambda: server.connections() == 1)
        await end(peer)
        await asyncio.to_thread(until_now, lambda: server.connections() == 0)
