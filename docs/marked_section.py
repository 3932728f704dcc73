"""What is made of a file that is otherwise written by hand: all between two texts that mark its begin and its end."""

from collections.abc import Sequence
from pathlib import Path


class MarkedSectionError(Exception):
    """A file hasn't the two marks once each in this order, or something else is on the first one's line."""


def with_section(path: Path, begin: str, end: str, section: str) -> str:
    """Return the text of a file with `section`, which brings both marks, in the place of what is from one to the other.

    It raises `MarkedSectionError`.
    """
    text = path.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(end) < text.index(begin):
        raise MarkedSectionError(f"{path} must have once each, in this order: {begin} {end}")
    return text.partition(begin)[0] + section + text.partition(end)[2]


def with_lines(path: Path, begin: str, end: str, lines: Sequence[str]) -> str:
    """Return the text of a file with these lines between those of the marks, as far indented as the first mark is.

    It raises `MarkedSectionError`.
    """
    indent = path.read_text(encoding="utf-8").partition(begin)[0].rpartition("\n")[2]
    if indent.strip():
        raise MarkedSectionError(f"{path} must have nothing else on the line of {begin}")
    return with_section(path, begin, end, f"\n{indent}".join((begin, *lines, end)))
