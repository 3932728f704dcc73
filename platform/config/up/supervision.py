"""Processes that are started anew whenever they end, as production's supervisor does it, and stopped in order."""

import asyncio
import ctypes
import math
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from config.up.merged_log import MergedLog
from streaming.workers.waiting import wait_for

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STABLE_SECONDS = 30.0
_CHUNK_BYTES = 65_536
_PR_SET_PDEATHSIG = 1


class Supervised:
    """A process that runs until `stop`: where it ends before, it is started anew, after a pause that doubles.

    The pause begins anew at `FIRST_PAUSE_SECONDS` after the process has run for `STABLE_SECONDS`.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: MergedLog
    ) -> None:
        self.name = name
        self._arguments = arguments
        self._folder = folder
        self._environment = environment
        self._log = log
        self._stopping = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._pause = FIRST_PAUSE_SECONDS

    async def run(self) -> None:
        """Run it until `stop`."""
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            ending = await self._run_once()
            if self._stopping.is_set():
                self._log.say("info", f"{self.name} {ending}")
                return
            if loop.time() - began >= STABLE_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
            self._log.say("warning", f"{self.name} {ending}; it is started anew in {self._pause:g} s")
            await wait_for(self._stopping, self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        """Ask it to end, and start it no more."""
        self._stopping.set()
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it without asking."""
        self._log.say("warning", f"{self.name} did not stop in time and is killed")
        self._send(signal.SIGKILL)

    async def _run_once(self) -> str:
        """Run the process to its end; return in words how it ended."""
        # In a session of its own, Ctrl-C on the terminal reaches us alone, and we stop all in their order.
        process = self._process = await asyncio.create_subprocess_exec(
            *self._arguments,
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_END_WITH_US,
        )
        self._log.say("info", f"{self.name} started as process {process.pid}")
        if self._stopping.is_set():
            self._send(signal.SIGTERM)
        await self._copy_output(process)
        return _in_words(await process.wait())

    async def _copy_output(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        rest = b""
        while chunk := await process.stdout.read(_CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._write(process.pid, line)
        if rest:
            self._write(process.pid, rest)

    def _write(self, number: int, line: bytes) -> None:
        self._log.line(self.name, number, line.decode(errors="replace").rstrip())

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


class Supervision:
    """Runs processes in groups; `stop` ends one group after the other, the last that was started first."""

    def __init__(self) -> None:
        self._groups: list[dict[asyncio.Task[None], Supervised]] = []
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, processes: Sequence[Supervised]) -> None:
        """Start a group."""
        group = {asyncio.create_task(process.run(), name=process.name): process for process in processes}
        for task in group:
            task.add_done_callback(self._ended)
        self._groups.append(group)

    async def failure(self) -> None:
        """Wait for ever; raise where one of them can't be supervised any more."""
        await asyncio.shield(self._failure)

    async def stop(self, group_seconds: float, seconds: float = math.inf) -> None:
        """Stop group after group, each within `group_seconds`, all within `seconds`; what takes longer is killed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._groups:
            await _stop(self._groups.pop(), min(group_seconds, deadline - loop.time()))

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self._failure.done():
            self._failure.set_exception(error)


async def _stop(group: dict[asyncio.Task[None], Supervised], seconds: float) -> None:
    for process in group.values():
        process.stop()
    _, late = await asyncio.wait(group, timeout=seconds)
    for task in late:
        group[task].kill()
    await asyncio.gather(*group, return_exceptions=True)


def _in_words(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal.Signals(-code).name}"


def _end_with_us() -> Callable[[], None] | None:
    """Return what lets Linux end a child where we are killed; elsewhere there is no such thing."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_END_WITH_US = _end_with_us()
