"""The docstrings of the server's declarations, in the words of clients."""

import textwrap
from enum import Enum

from streaming.events.descriptions import paragraphs

WIDTH = 120
NOTICE = "Made by `make format` from the server's declarations; `make check` fails where it is out of date."


def description_of(enum: type[Enum]) -> list[str]:
    """Return the paragraphs about an enum."""
    return paragraphs(enum)


def wrapped(text: list[str], *, width: int) -> list[str]:
    """Return paragraphs as lines, with an empty one between them."""
    lines: list[str] = []
    for paragraph in text:
        lines += ["", *textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)]
    return lines[1:]
