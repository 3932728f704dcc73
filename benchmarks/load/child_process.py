"""A process of the bench's own that is told what to do, so that the one that measures stays idle meanwhile."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable
from multiprocessing.connection import Connection
from typing import Self

import uvloop

from benchmarks.load.open_files import raise_open_files

_STOP_SECONDS = 10.0


class Commands:
    """In the child: what is asked, one after the other, until the parent wants nothing more; each has an answer."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._asked: asyncio.Queue[object] = asyncio.Queue()
        asyncio.get_running_loop().add_reader(pipe.fileno(), self._take)

    async def __aiter__(self) -> AsyncIterator[object]:
        """Iterate over what is asked."""
        while (command := await self._asked.get()) is not None:
            yield command

    def answer(self, answer: object) -> None:
        """Answer what was asked last."""
        self._pipe.send(answer)

    def _take(self) -> None:
        try:
            self._asked.put_nowait(self._pipe.recv())
        except EOFError:
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            self._asked.put_nowait(None)


Work = Callable[[Commands], Awaitable[None]]


class ChildProcess:
    """In the parent: runs `work`, a function of a module, on uvloop; it may open as many files as the system allows.

    Use it as a context: it ends with that, and is killed where it doesn't.
    """

    def __init__(self, work: Work) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_run, args=(work, other), daemon=True)
        self._process.start()
        other.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._pipe.close()
        self._process.join(_STOP_SECONDS)
        self._process.kill()
        self._process.join()

    def ask(self, command: object) -> object:
        """Return the answer to a command; raise `EOFError` where the process has ended."""
        self._pipe.send(command)
        return self._pipe.recv()


def _run(work: Work, pipe: Connection) -> None:
    async def obey() -> None:
        await work(Commands(pipe))

    raise_open_files()
    uvloop.run(obey())
