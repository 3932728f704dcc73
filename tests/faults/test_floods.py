"""Clients that send as much as they can: the others are served meanwhile, and the flood is taken in its own time."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.databases.prepared_databases import prepare_database
from tests.waiting import until, until_now
from tests.wire.processes.lone_gateway import Serve, serve
from tests.wire.rfc6455.peer import DROPPED, Ending, Opcode, Peer, connected, frame_bytes

_FLOOD = 40_000
"""Frames of six bytes: what a socket gives at one reading, and what takes forty seconds at a thousand a second."""
_QUESTIONS = 60
_PATIENT = {"WS_RATE_LIMIT_CLOSE_SECONDS": "1000", "WS_PING_INTERVAL_SECONDS": "3"}
_HASTY = {"WS_RATE_LIMIT_CLOSE_SECONDS": "1"}
_FLOODERS = 20
_READ_BYTES = 262_144
"""What the gateway takes of a socket at one reading, and holds until it has its turn."""
_KINDS = (Opcode.PING, Opcode.PONG, Opcode.BINARY)
_TOO_MUCH = Ending(4429, "Rate limit exceeded")
_PING = frame_bytes(Opcode.PING)
_PONG = frame_bytes(Opcode.PONG)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("var")
    prepare_database({"VAR_DIR": str(folder)})
    return folder


@pytest.fixture(scope="module")
def gateway(var_dir: Path) -> Iterator[Serve]:
    """Run a gateway on SQLite and memory that closes nobody for a high rate: how it reads is what is tested."""
    with serve(var_dir, _PATIENT) as running:
        yield running


@pytest.fixture(scope="module")
def hasty(var_dir: Path) -> Iterator[Serve]:
    """Run a gateway that closes who floods it for a second."""
    with serve(var_dir, _HASTY) as running:
        yield running


async def test_it_serves_the_others_while_some_flood_it(gateway: Serve) -> None:
    """A flood ends with a good-bye, which is answered before the others where they have to wait for all of it."""
    async with AsyncExitStack() as stack:
        healthy = await stack.enter_async_context(connected(gateway.port))
        floods: list[tuple[Peer, asyncio.Task[None]]] = []
        for opcode in (Opcode.PING, Opcode.PONG, Opcode.TEXT):
            hostile = await stack.enter_async_context(connected(gateway.port))
            hostile.write(frame_bytes(opcode) * _FLOOD + frame_bytes(Opcode.CLOSE))
            floods.append((hostile, asyncio.create_task(_read_all(hostile))))
        for _ in range(_QUESTIONS):
            assert await healthy.is_answered()
        assert not any(reading.done() for _, reading in floods)
        for hostile, reading in floods:
            await _vanish(hostile, reading)


async def test_it_leaves_a_flood_in_the_sockets_of_who_sends_it(gateway: Serve) -> None:
    """What the gateway doesn't read the client can't write: its own buffer fills, and the gateway's memory doesn't."""
    async with connected(gateway.port) as hostile, connected(gateway.port) as healthy:
        reading = asyncio.create_task(_read_all(hostile))
        piece, written = _PING * _FLOOD, 0
        before = gateway.process.resident_bytes()
        while hostile.writer.transport.get_write_buffer_size() == 0:
            hostile.write(piece)
            written += len(piece)
            assert await healthy.is_answered()
            assert written < 64 * 2**20, "it is read without a bound"
        assert gateway.process.resident_bytes() - before < 2**20 + 2 * len(piece)
        await _vanish(hostile, reading)


async def test_it_holds_no_more_than_one_reading_of_each_of_many_floods(gateway: Serve) -> None:
    async with AsyncExitStack() as stack:
        healthy = await stack.enter_async_context(connected(gateway.port))
        flooders = [await stack.enter_async_context(connected(gateway.port)) for _ in range(_FLOODERS)]
        reading = [asyncio.create_task(_read_all(flooder)) for flooder in flooders]
        before = gateway.process.resident_bytes()
        for flooder in flooders:
            while flooder.writer.transport.get_write_buffer_size() == 0:
                flooder.write(_PING * _FLOOD)
                assert await healthy.is_answered()
        assert gateway.process.resident_bytes() - before < 2**20 + _FLOODERS * 2 * _READ_BYTES
        for flooder, task in zip(flooders, reading, strict=True):
            await _vanish(flooder, task)


async def test_it_closes_who_floods_for_too_long_and_no_other(hasty: Serve) -> None:
    async with AsyncExitStack() as stack:
        healthy = await stack.enter_async_context(connected(hasty.port))
        flooders = [await stack.enter_async_context(connected(hasty.port)) for _ in _KINDS]
        for flooder, opcode in zip(flooders, _KINDS, strict=True):
            flooder.write(frame_bytes(opcode) * _FLOOD)
        endings = asyncio.gather(*(flooder.told_ending() for flooder in flooders))
        while not endings.done():
            assert await healthy.is_answered()
            await asyncio.sleep(0.05)
        for flooder in flooders:
            flooder.writer.transport.abort()
        assert set(endings.result()) <= {_TOO_MUCH, DROPPED}, "dropped where it was still writing"
        await asyncio.to_thread(until_now, lambda: hasty.connections() == 1)


async def _read_all(peer: Peer) -> None:
    while await peer.reader.read(65_536):
        continue


async def _vanish(hostile: Peer, reading: "asyncio.Task[None]") -> None:
    """Go without the rest of the flood, or it would be waited for."""
    hostile.writer.transport.abort()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def test_it_forgets_a_flood_whose_sender_vanishes(gateway: Serve) -> None:
    """Nothing is read of it and nothing answered to pongs: the next ping finds that nobody is there."""
    await asyncio.to_thread(until_now, lambda: gateway.connections() == 0)
    async with connected(gateway.port) as hostile:
        await asyncio.to_thread(until_now, lambda: gateway.connections() == 1)
        hostile.write(_PONG * _FLOOD)
        await until(lambda: hostile.writer.transport.get_write_buffer_size() == 0)
        hostile.writer.transport.abort()
    await asyncio.to_thread(until_now, lambda: gateway.connections() == 0)
