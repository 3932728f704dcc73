"""The process that is the load of `make bench`: what it does with those that don't get in, and tells of itself."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.load.load_client import Speech
from benchmarks.load.load_process import Crowd, waited_for_a_core
from tests.waiting import until

_NEVER_WELCOME = Speech(welcome=b"welcome")


class _Silent:
    """A server that takes connections, and says nothing."""

    def __init__(self) -> None:
        self.taken = 0
        self.ended = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear a client until it ends."""
        self.taken += 1
        await reader.read(-1)
        self.ended += 1
        writer.close()


@asynccontextmanager
async def _serving(silent: _Silent) -> AsyncIterator[str]:
    server = await asyncio.start_server(silent.take, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()


async def test_it_hangs_up_where_it_is_not_welcomed_in_time() -> None:
    silent, crowd = _Silent(), Crowd()
    async with _serving(silent) as address:
        opened = await crowd.open(address, _NEVER_WELCOME, 3, sample_every=1, at_once=3, seconds=0.2)
        assert (opened.clients, opened.failed) == (0, {"TimeoutError()": 3})
        await until(lambda: silent.ended == 3)
    assert silent.taken == 3
    assert crowd.seen().clients == 0


def test_it_tells_how_long_it_waited_for_a_core(tmp_path: Path) -> None:
    told = tmp_path / "schedstat"
    told.write_text("981731822 2500000000 1234\n", encoding="ascii")
    assert waited_for_a_core(told) == 2.5
    assert waited_for_a_core(tmp_path / "none") == 0.0


_TURNS = "import time\nwhile time.process_time() < 0.5: pass"
"""A program that uses a core for half a second."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it, and lets a process choose its core")
def test_it_has_waited_where_another_process_had_its_core() -> None:
    crowd, cores = Crowd(), os.sched_getaffinity(0)
    before = crowd.seen()
    os.sched_setaffinity(0, {min(cores)})
    try:
        with subprocess.Popen([sys.executable, "-c", _TURNS]) as other:
            until_used = time.process_time() + 0.5
            while time.process_time() < until_used:
                pass
    finally:
        os.sched_setaffinity(0, cores)
    assert other.returncode == 0
    assert crowd.seen().waited - before.waited > 0.1
