"""The docstrings of events and of what is in them, in the words of clients. Pure."""

import inspect
import re
from collections.abc import Mapping

import msgspec

_QUOTED = re.compile(r"`(\w+)`")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def described(struct: type[msgspec.Struct], names: Mapping[str, str], *more: str) -> list[str]:
    """Return the paragraphs about `struct`, by whose attribute `names` gives what clients call it, and `more`.

    A sentence on an attribute that they are not told is left out.
    """
    untold = {field.name for field in msgspec.structs.fields(struct)} - names.keys()
    found = []
    for paragraph in paragraphs(struct):
        told = [said for said in _SENTENCE_END.split(paragraph) if untold.isdisjoint(_QUOTED.findall(said))]
        found.append(_QUOTED.sub(lambda quoted: f"`{names.get(quoted[1], quoted[1])}`", " ".join(told)))
    return [paragraph for paragraph in [*found, *more] if paragraph]


def paragraphs(declared: type) -> list[str]:
    """Return the paragraphs of a docstring, each on one line."""
    return [" ".join(text.split()) for text in inspect.cleandoc(declared.__doc__ or "").split("\n\n")]
