"""Many things, a bounded number at a time: what a statement, a frame or a turn takes. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def in_portions(items: Sequence[_Item], most: int) -> Iterator[Sequence[_Item]]:
    """Yield `items` in their order, at most so many at a time; nothing where there are none.

    >>> list(in_portions("abcde", 2))
    ['ab', 'cd', 'e']
    """
    return (items[start : start + most] for start in range(0, len(items), most))
