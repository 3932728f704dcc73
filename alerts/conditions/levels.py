"""An ordered index of levels: who must be looked at when a value moves from here to there. Pure.

Levels are kept in blocks, so that adding or taking out one of a hundred thousand moves only a few hundred.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from decimal import Decimal
from typing import Generic, TypeVar

_BLOCK = 512
"""Levels in a block when it is split in two halves; a good size where comparing costs as much as moving dozens."""

Owner = TypeVar("Owner", bound=Hashable)


class Levels(Generic[Owner]):
    """Levels, each with its owners; one level may have many, and one owner many levels."""

    def __init__(self) -> None:
        self._highest: list[Decimal] = []
        self._levels: list[list[Decimal]] = []
        self._owners: list[list[dict[Owner, None]]] = []

    def __bool__(self) -> bool:
        return bool(self._highest)

    def add(self, level: Decimal, owner: Owner) -> None:
        """Let `owner` be found at `level`; nothing happens where it already is."""
        if not self._highest:
            self._insert_block(0, [level], [{owner: None}])
            return
        block = min(bisect_left(self._highest, level), len(self._highest) - 1)
        levels = self._levels[block]
        place = bisect_left(levels, level)
        if place < len(levels) and levels[place] == level:
            self._owners[block][place][owner] = None
            return
        levels.insert(place, level)
        self._owners[block].insert(place, {owner: None})
        self._highest[block] = levels[-1]
        if len(levels) >= _BLOCK:
            self._split(block)

    def discard(self, level: Decimal, owner: Owner) -> None:
        """Let `owner` no longer be found at `level`; nothing happens where it isn't."""
        block = bisect_left(self._highest, level)
        if block == len(self._highest):
            return
        levels = self._levels[block]
        place = bisect_left(levels, level)
        if levels[place] != level:
            return
        owners = self._owners[block][place]
        owners.pop(owner, None)
        if not owners:
            self._remove(block, place)

    def between(self, low: Decimal, high: Decimal) -> list[Owner]:
        """Return the owners of all levels from `low` to `high`, both included; one of two such levels comes twice."""
        found: list[Owner] = []
        first = bisect_left(self._highest, low)
        for block in range(first, len(self._highest)):
            levels = self._levels[block]
            start = bisect_left(levels, low) if block == first else 0
            end = bisect_right(levels, high, start)
            for owners in self._owners[block][start:end]:
                found.extend(owners)
            if end < len(levels):
                break
        return found

    def _remove(self, block: int, place: int) -> None:
        levels = self._levels[block]
        del levels[place], self._owners[block][place]
        if levels:
            self._highest[block] = levels[-1]
        else:
            del self._highest[block], self._levels[block], self._owners[block]

    def _split(self, block: int) -> None:
        levels, owners = self._levels[block], self._owners[block]
        half = len(levels) // 2
        self._insert_block(block + 1, levels[half:], owners[half:])
        del levels[half:], owners[half:]
        self._highest[block] = levels[-1]

    def _insert_block(self, block: int, levels: list[Decimal], owners: list[dict[Owner, None]]) -> None:
        self._highest.insert(block, levels[-1])
        self._levels.insert(block, levels)
        self._owners.insert(block, owners)
