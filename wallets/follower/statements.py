"""Statements of a bounded length, however much is stored or asked for."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_CHUNK = 500
_Item = TypeVar("_Item")


def in_chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Yield items in parts that one statement takes."""
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
