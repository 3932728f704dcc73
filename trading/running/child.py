"""The process of one backtest: `python -m trading.running.child`, with its jobs on its standard input.

Of each it tells on its standard output how far it is, and at the end its result, as msgpack; only then comes the next
one. A byte on its input before that, or the end of it, because whoever asked is gone, stops it; what it has by then it
tells still. It knows the engine and nothing else of the platform, reaches no database and no network, and leaves
processors to whatever else wants them. Where a strategy doesn't come back, and so doesn't notice that whoever asked is
gone, the process ends all the same.
"""

import os
import select
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from trading.engine.backtests.plan import Progress
from trading.engine.strategies.errors import StrategyError, StrategyParametersError
from trading.running.frames import read_frame, write_frame
from trading.running.jobs import Advanced, AnyJob, Failed, Message
from trading.running.work import Work

_TELL_SECONDS = 0.2
_NICENESS = 5
_LOOK_SECONDS = 1.0


class ParentPipe:
    """The way to whoever asked; nobody else writes to it, whatever a strategy prints."""

    def __init__(self, source: int, sink: BinaryIO, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._sink = sink
        self._monotonic = monotonic
        self._tell_at = 0.0

    def job(self) -> AnyJob:
        """Wait for what is to be done; raise `EOFError` where nobody is there any more."""
        job: AnyJob = msgspec.msgpack.decode(read_frame(self._source), type=AnyJob)
        return job

    def report(self, progress: Progress) -> bool:
        """Tell how far a run is, a few times a second, and answer whether to go on."""
        now = self._monotonic()
        if now >= self._tell_at or progress.done == progress.total:
            self._tell_at = now + _TELL_SECONDS
            self.tell(Advanced(progress))
        return not self.is_told_to_stop()

    def is_told_to_stop(self) -> bool:
        """Return whether there is anything on the input, or nobody behind it any more."""
        readable, _, _ = select.select([self._source], [], [], 0)
        return bool(readable)

    def tell(self, message: Message) -> None:
        """Send a message."""
        write_frame(self._sink, msgspec.msgpack.encode(message))


def _end_after(parent: int) -> None:
    """End the process once its parent is gone, whatever the rest of it does."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


def main() -> int:
    """Do jobs until there are no more; return the exit code."""
    os.nice(_NICENESS)
    threading.Thread(target=_end_after, args=(os.getppid(),), daemon=True).start()
    pipe = ParentPipe(sys.stdin.fileno(), os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    work = Work()
    try:
        while True:
            _do(pipe, work)
    except (BrokenPipeError, EOFError):  # whoever asked is gone, and with it the reason to go on
        return 0


def _do(pipe: ParentPipe, work: Work) -> None:
    """Do the next job, and tell what came of it."""
    job = pipe.job()
    try:
        for message in work.of(job, pipe.report):
            pipe.tell(message)
    except StrategyError as error:
        traceback.print_exception(error)
        pipe.tell(Failed(str(error)))
    except (StrategyParametersError, ValueError) as error:
        traceback.print_exception(error)
        pipe.tell(Failed(f"It can't be run: {error}"))


if __name__ == "__main__":
    sys.exit(main())
