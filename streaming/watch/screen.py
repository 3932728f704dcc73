"""The terminal, or whatever the output was sent to."""

import os
from typing import TextIO

from rich.console import Console
from rich.text import Text

from streaming.watch.errors import OutputClosedError


class Screen:
    """Prints lines as they are, never wrapped."""

    def __init__(self, output: TextIO, *, colours: bool) -> None:
        """Print to `output`, with colours and other styles or with none of them."""
        self._console = _Console(
            file=output,
            force_terminal=colours,
            color_system="auto" if colours else None,
            no_color=not colours,
            highlight=False,
            soft_wrap=True,
        )

    def show(self, *lines: Text | str) -> None:
        """Print lines; raise `OutputClosedError` where nobody reads them any more."""
        for line in lines:
            self._console.print(line, markup=False)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Forget what is still to be written, so that the end of the process doesn't fail on it."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)
        raise OutputClosedError
