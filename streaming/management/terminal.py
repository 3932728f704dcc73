"""What our commands that a person waits for share at a terminal: how they end where interrupted, and their colours."""

import os
from collections.abc import Mapping
from typing import Any

INTERRUPTED = 130
"""A shell's code for a program that Ctrl-C ended."""


def has_colours(options: Mapping[str, Any]) -> bool:
    """Return whether to write in colours, by a command's options and by NO_COLOR."""
    return bool(options["force_color"]) or not (options["no_color"] or os.environ.get("NO_COLOR"))
