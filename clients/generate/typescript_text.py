"""What all declarations of TypeScript that are made have in common: comments, unions of literals, imports."""

import re
from collections.abc import Iterable, Sequence

from clients.generate.descriptions import WIDTH, wrapped

_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)


def comment(paragraphs: list[str]) -> list[str]:
    """Return the lines of a comment."""
    lines = wrapped(paragraphs, width=WIDTH - len(" * "))
    if len(lines) == 1 and len(lines[0]) <= WIDTH - len("/**  */"):
        return [f"/** {lines[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def translated(paragraphs: Iterable[str]) -> list[str]:
    """Return what is said of Python's values as it is of JavaScript's."""
    return [re.sub(r"\bNone\b", "null", paragraph) for paragraph in paragraphs]


def one_of(options: Sequence[str]) -> str:
    """Return a union, to stand after the `=` of a type: on one line where it is short."""
    on_one_line = " " + " | ".join(options)
    is_short = len(on_one_line) <= WIDTH - len("export type NotificationKind =;")
    return on_one_line if is_short else "".join(f"\n  | {option}" for option in options)


def imported(names: Iterable[str], file: str) -> str:
    """Return the line that imports types from a file; nothing for none."""
    listed = ", ".join(names)
    return f'import type {{ {listed} }} from "{file}";' if listed else ""


def words_of(text: str) -> set[str]:
    """Return the words outside comments, among which are the names of the types that a file needs."""
    return set(re.findall(r"\w+", _COMMENT.sub("", text)))
