"""What our commands that a person waits for share at a terminal: how they end where interrupted, and their colours."""

import os
from collections.abc import Mapping
from typing import Any, Protocol

INTERRUPTED = 130
"""A shell's code for a program that Ctrl-C ended."""


class Stream(Protocol):
    """What text is written to."""

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        ...


def wants_colours(stream: Stream, options: Mapping[str, Any] | None = None) -> bool:
    """Return whether whoever reads a stream is shown colours: on a terminal, unless NO_COLOR is set.

    A command's options `force_color` and `no_color` come before both. Source: https://no-color.org.
    """
    chosen = options or {}
    if chosen.get("no_color") or chosen.get("force_color"):
        return bool(chosen.get("force_color"))
    return stream.isatty() and not os.environ.get("NO_COLOR")
