"""A command on a terminal of its own, for what only terminals see: colours and questions."""

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.processes import ROOT
from tests.waiting import until_now

_END_SECONDS = 60.0


class Terminal:
    """What the command has written, and a keyboard."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int) -> None:
        self._process = process
        self._keyboard = keyboard
        self._written = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def output(self) -> str:
        """All that stands on the terminal, escape sequences included."""
        return self._written.decode()

    def wait_for(self, text: str) -> None:
        """Wait until `text` stands on the terminal."""
        until_now(lambda: text in self.output, seconds=_END_SECONDS, explain=lambda: self.output)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._keyboard, keys.encode())

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Wait for the command's end and return its exit code."""
        code = self._process.wait(_END_SECONDS)
        self._reader.join()
        return code

    def _read(self) -> None:
        try:
            while written := os.read(self._keyboard, 65_536):
                self._written += written
        except OSError:  # how Linux tells that the terminal's other side is closed
            return


@contextmanager
def on_terminal(*arguments: str, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a `manage.py` command on a terminal; it must have ended at the end of the `with`."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        terminal = Terminal(process, ours)
        try:
            yield terminal
        finally:
            process.kill()
            terminal.end()
            os.close(ours)
