"""Many things, a bounded number at a time: what a statement, a frame or a turn takes. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")


def batched(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """Yield `items` in their order, at most `size` at a time; nothing where there are none.

    As Python 3.12's `itertools.batched`, but of a sequence alone, and each batch is a slice of it: of a list, a list.

    >>> list(batched("abcde", 2))
    ['ab', 'cd', 'e']
    """
    return (items[start : start + size] for start in range(0, len(items), size))
