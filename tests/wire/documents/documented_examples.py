"""The examples of a document, and whether what they print has the shape that the document says.

An example is a fence under `<!-- example: name -->`; what it prints stands in the fence under `<!-- printed: name -->`:
lines that must come in this order, with others between them.
"""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec

from tests.wire.documents.fences import FenceKind, fences_of

RUNNABLE = frozenset({"sh", "bash", "console", "html", "python", "js", "javascript", "mjs"})
_ANY = "…"
_SMALL = 1000


class Example(msgspec.Struct, frozen=True):
    """What a reader can run, and the lines that it prints."""

    name: str
    language: str
    source: str
    printed: tuple[str, ...]


class DocumentError(Exception):
    """The document shows what no test runs, or doesn't say what it prints."""


def examples_of(text: str) -> list[Example]:
    """Return all examples of a document; raise `DocumentError` for a fence that is none, or has nothing to compare."""
    found = fences_of(text)
    for fence in found:
        if fence.language in RUNNABLE and fence.kind is not FenceKind.EXAMPLE:
            raise DocumentError(f"no test runs this {fence.language}:\n{fence.body}")
    examples = [
        Example(fence.name, fence.language, fence.body, tuple(printed.body.splitlines()))
        for fence, printed in pairwise(found)
        if (fence.kind, printed.kind) == (FenceKind.EXAMPLE, FenceKind.PRINTED) and printed.name == fence.name
    ]
    named = [fence.name for fence in found if fence.kind]
    if len(named) != 2 * len(examples) or len({example.name for example in examples}) != len(examples):
        raise DocumentError(f"examples and what they print aren't pairs, or share a name: {named}")
    return examples


def missing_line(expected: Sequence[str], printed: Sequence[str]) -> str | None:
    """Return the first line of `expected` that doesn't come, in this order, among `printed`; None where all do."""
    lines = iter(printed)
    return next((line for line in expected if not any(has_shape(one, line) for one in lines)), None)


def has_shape(printed: str, expected: str) -> bool:
    """Return whether a printed line is as expected.

    JSON has the same fields, and the same values but for `…`, fractions and numbers of a thousand and more, which stand
    for any number. In other lines and in texts `…` stands for anything, and a run of spaces for any other.
    """
    if "{" in expected:
        return "{" in printed and _is_same_json(printed, expected)
    return _is_same_text(printed, expected)


def _is_same_text(printed: str, expected: str) -> bool:
    pattern = r"\s+".join(map(_pattern, expected.split()))
    return re.fullmatch(rf"\s*{pattern}\s*", printed) is not None


def _is_same_json(printed: str, expected: str) -> bool:
    label, json_expected = _label_and_json(expected.removeprefix("< "))  # wscat's prompt, which terminals alone show
    label_printed, json_printed = _label_and_json(printed)
    wanted = json.loads(re.sub(rf"(?<=[:\[,]){_ANY}", f'"{_ANY}"', json_expected), parse_float=Decimal)
    try:
        value = json.loads(json_printed, parse_float=Decimal)
    except ValueError:
        return False
    return _is_same_text(label_printed, label) and _matches(value, wanted)


def _label_and_json(line: str) -> tuple[str, str]:
    """Return what stands before an object, or a list of objects, and that."""
    label, rest = line.split("{", 1)
    return label.removesuffix("["), "[{" + rest if label.endswith("[") else "{" + rest


def _matches(value: Any, wanted: Any) -> bool:
    match wanted:
        case "…":
            return True
        case dict():
            fields = isinstance(value, dict) and value.keys() == wanted.keys()
            return fields and all(_matches(value[key], one) for key, one in wanted.items())
        case list():
            return isinstance(value, list) and (wanted == [_ANY] or _match_each(value, wanted))
        case str():
            return isinstance(value, str) and re.fullmatch(_pattern(wanted), value) is not None
        case bool() | None:
            return value is wanted
        case _:
            return _is_number(value) and (isinstance(wanted, Decimal) or wanted >= _SMALL or value == wanted)


def _match_each(values: Sequence[Any], wanted: Sequence[Any]) -> bool:
    return len(values) == len(wanted) and all(map(_matches, values, wanted))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _pattern(text: str) -> str:
    return ".*".join(map(re.escape, text.split(_ANY)))
