"""One log for many processes: each line begins with the name and the number of the process that wrote it."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import cycle
from typing import TextIO

from django.utils.termcolors import make_style

_COLOURS = ("cyan", "yellow", "green", "magenta", "blue")
_NAME_WIDTH = len("deliveries.2")
_NUMBER_WIDTH = 7
OWN_NAME = "up"


class MergedLog:
    """Writes whole lines at once; a name keeps its colour.

    Where a line can't be written any more (nobody reads the pipe, the terminal has gone, the disk is full), the stream
    is closed, `lost` is called, and later lines go nowhere.
    """

    def __init__(self, stream: TextIO, *, colours: bool, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._styles: dict[str, Callable[[str], str]] = {OWN_NAME: make_style(opts=("bold",)) if colours else str}
        styles: list[Callable[[str], str]] = [make_style(fg=colour) for colour in _COLOURS] if colours else [str]
        self._next_styles = cycle(styles)
        self._lost = lost
        self._is_lost = False

    def line(self, name: str, number: int | None, text: str) -> None:
        """Write a line of a process."""
        if name not in self._styles:
            self._styles[name] = next(self._next_styles)
        begin = f"{name:<{_NAME_WIDTH}} {number or '':>{_NUMBER_WIDTH}} |"
        self._write(f"{self._styles[name](begin)} {text}\n")

    def say(self, level: str, text: str) -> None:
        """Write a line of our own, in the shape of the others'."""
        time = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self.line(OWN_NAME, os.getpid(), f"{time} [{level:<9}] {text}")

    def _write(self, line: str) -> None:
        if self._is_lost:
            return
        try:
            self._stream.write(line)
            self._stream.flush()
        except OSError:  # BrokenPipeError of a pipe, EIO of a terminal
            self._lose()

    def _lose(self) -> None:
        self._is_lost = True
        with suppress(OSError):
            self._stream.close()  # or Python tries at its end to write what is left, and exits with 120
        self._lost()
