"""The docstrings of the server's declarations, in the words of clients."""

import inspect
import re
import textwrap
from collections.abc import Mapping
from enum import Enum

import msgspec

WIDTH = 120
NOTICE = "Made by `make format` from the server's declarations; `make check` fails where it is out of date."
_QUOTED = re.compile(r"`(\w+)`")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def described(struct: type[msgspec.Struct], names: Mapping[str, str], *more: str) -> list[str]:
    """Return the paragraphs about `struct`, by whose attribute `names` gives what clients call it, and `more`.

    A sentence on an attribute that they are not told is left out.
    """
    untold = {field.name for field in msgspec.structs.fields(struct)} - names.keys()
    paragraphs = []
    for paragraph in _paragraphs(struct):
        told = [said for said in _SENTENCE_END.split(paragraph) if untold.isdisjoint(_QUOTED.findall(said))]
        paragraphs.append(_QUOTED.sub(lambda found: f"`{names.get(found[1], found[1])}`", " ".join(told)))
    return [paragraph for paragraph in [*paragraphs, *more] if paragraph]


def description_of(enum: type[Enum]) -> list[str]:
    """Return the paragraphs about an enum."""
    return _paragraphs(enum)


def wrapped(paragraphs: list[str], *, width: int) -> list[str]:
    """Return paragraphs as lines, with an empty one between them."""
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += ["", *textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)]
    return lines[1:]


def _paragraphs(declared: type) -> list[str]:
    return [" ".join(text.split()) for text in inspect.cleandoc(declared.__doc__ or "").split("\n\n")]
