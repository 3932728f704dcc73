"""A process that does jobs, as its parent sees it: fed, heard, told to stop, and never waited for in vain."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import msgspec
import structlog

from trading.running.frames import LENGTH, MOST_BYTES, framed
from trading.running.jobs import Advanced, AnyJob, CellDone, Ended, Failed, Message

_MODULE = "trading.running.child"
_STOP = b"\0"
_INHERITED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Of our environment; a strategy has no use for the addresses and secrets in the rest."""
_LOGGED_BYTES = 4096

logger = structlog.get_logger(__name__)


class ProcessDiedError(Exception):
    """The process ended without a word, as one that is killed does."""


class RunFailedError(Exception):
    """The run can't be done; the message is a sentence for people."""


Heard = Callable[[Advanced | CellDone], None]
"""Told how far a job is."""


class JobProcess:
    """A process that does one job after another, all over the candles in one memory; `end` it at last."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._errors = asyncio.create_task(_last_bytes(process))

    @classmethod
    async def start(cls, memory: int) -> Self:
        """Start a process that sees the open file of this number."""
        return cls(await _started(memory))

    async def run(self, job: AnyJob, *, heard: Heard, stopping: asyncio.Event, stop_seconds: float) -> Ended:
        """Return what the process makes of a job; `heard` is told how far it is.

        Once `stopping` is set it is told to stop, returns what it has by then, and does no other job. Raise
        `RunFailedError` where the run can't be done, `ProcessDiedError` where the process ended otherwise: also where
        it is killed here because it hasn't stopped `stop_seconds` after it was told. Whatever is raised, it has ended.
        """
        stop = asyncio.create_task(_stop(self._process, stopping, stop_seconds))
        try:
            await _feed(self._process, job)
            return await _heard(self._process, heard)
        except BaseException:
            await self.end()
            raise
        finally:
            stop.cancel()

    async def end(self) -> None:
        """Kill the process, whatever it does, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if said := await self._errors:
            logger.info("the process of a backtest said", text=said)


async def run_in_process(job: AnyJob, *, heard: Heard, stopping: asyncio.Event, stop_seconds: float) -> Ended:
    """Return what a process of its own makes of a job; see `JobProcess.run`. Cancelled, the process is killed."""
    process = await JobProcess.start(job.memory)
    ended = await process.run(job, heard=heard, stopping=stopping, stop_seconds=stop_seconds)
    await process.end()
    return ended


async def _started(memory: int) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment = {**inherited, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", _MODULE),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        pass_fds=(memory,),
        env=environment,
        start_new_session=True,  # Ctrl-C is for us, who tell it
    )


async def _feed(process: asyncio.subprocess.Process, job: AnyJob) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    with suppress(ConnectionError):  # one that has died says nothing more, which is heard
        process.stdin.write(framed(msgspec.msgpack.encode(job)))
        await process.stdin.drain()


async def _heard(process: asyncio.subprocess.Process, heard: Heard) -> Ended:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    while (frame := await _read_frame(process.stdout)) is not None:
        match msgspec.msgpack.decode(frame, type=Message):
            case Advanced() | CellDone() as told:
                heard(told)
            case Failed(reason):
                raise RunFailedError(reason)
            case Ended() as ended:
                return ended
    raise ProcessDiedError(_end_of(await process.wait()))


async def _stop(process: asyncio.subprocess.Process, stopping: asyncio.Event, seconds: float) -> None:
    """Tell the process to stop once that is asked for, and kill it where it hasn't by then."""
    assert process.stdin is not None  # noqa: S101 - it was asked for
    await stopping.wait()
    with suppress(ConnectionError):
        process.stdin.write(_STOP)
        await process.stdin.drain()
    await asyncio.sleep(seconds)
    with suppress(ProcessLookupError):
        process.kill()


async def _last_bytes(process: asyncio.subprocess.Process) -> str:
    """Return the end of what the process says on its standard error."""
    assert process.stderr is not None  # noqa: S101 - it was asked for
    last = b""
    while part := await process.stderr.read(_LOGGED_BYTES):
        last = (last + part)[-_LOGGED_BYTES:]
    return last.decode(errors="replace").strip()


def _end_of(code: int) -> str:
    """Return in words how a process ended."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


async def _read_frame(stream: asyncio.StreamReader) -> bytes | None:
    """Return the next message; None where the other side has ended, be it within one."""
    try:
        (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
        return await stream.readexactly(length) if length <= MOST_BYTES else None
    except asyncio.IncompleteReadError:
        return None
