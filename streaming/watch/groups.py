"""What is printed of data: groups of text with their styles, and how the apps' writers put them together. Pure.

An app declares writers for what its channels tell. What a frame lacks is left out; of a frame that tells nothing known
nothing is printed.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from streaming.numbers import in_plain_notation
from streaming.watch.printable import plain

Data = Mapping[str, Any]
Span = tuple[str, str]
Group = tuple[Span, ...]
"""Spans that belong together: one space parts them, and two spaces part groups."""
GroupWriter = Callable[[Data], list[Group]]
"""Returns what to print of data, whose fields are named as on /ws."""
GroupWriters = Mapping[str, GroupWriter]
"""By what they write of: a frame's type, such as `order`, or a dotted name's first and last segment: `grid.order`."""
UP, DOWN, QUIET, WARNING, BAD = "green", "red", "dim", "yellow", "bold red"


def number_text(value: Any) -> str:
    """Return an amount without zeros that say nothing; prices are printed with all the digits that they come with."""
    return in_plain_notation(value) if isinstance(value, Decimal) else plain(value)


def named(data: Data, fields: Mapping[str, str], *, write: Callable[[Any], str] = number_text) -> list[Group]:
    """Return the fields that are told, each behind its name."""
    told = [(name, data[field]) for name, field in fields.items() if data.get(field) is not None]
    return [((name, QUIET), (write(value), "")) for name, value in told]


def signed(data: Data, name: str, field: str) -> list[Group]:
    """Return a gain or a loss behind its name, where it is told."""
    value = data.get(field)
    if value is None:
        return []
    number = value if isinstance(value, Decimal | int) and not isinstance(value, bool) else 0
    style, sign = (UP, "+") if number > 0 else (DOWN, "") if number < 0 else ("", "")
    return [((name, QUIET), (f"{sign}{number_text(value)}", style))]


def said(text: Any) -> list[Group]:
    """Return what explains something, in brackets; nothing where it is empty."""
    return [((f"({plain(text)})", WARNING),)] if text else []


def objects_in(value: Any) -> list[Data]:
    """Return the objects of a list; none where it isn't one."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
