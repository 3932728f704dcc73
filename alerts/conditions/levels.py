"""An ordered index of levels: who must be looked at when a value moves from here to there. Pure.

The order is kept in blocks, so that one more of a hundred thousand levels moves only a few hundred. Most work is put
off: new levels are put in order when the index is next asked, many of them by one sort, and a level that nobody owns
any more stays until there are many of those.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable
from decimal import Decimal
from typing import Generic, TypeVar

_BLOCK = 256
"""Levels in a full block; when it has twice as many it is split."""
_FEW = 64
"""So many new or forsaken levels are never worth putting all in order."""

Owner = TypeVar("Owner", bound=Hashable)


class Levels(Generic[Owner]):
    """Levels, each with its owners; one level may have many, and one owner many levels."""

    def __init__(self) -> None:
        self._owners: dict[Decimal, dict[Owner, None]] = {}
        self._new: list[Decimal] = []
        self._forsaken = 0
        self._highest: list[Decimal] = []
        self._blocks: list[list[Decimal]] = []
        self._owned: list[list[dict[Owner, None]]] = []

    def add(self, level: Decimal, owner: Owner) -> None:
        """Let `owner` be found at `level`; nothing happens where it already is."""
        owners = self._owners.get(level)
        if owners is None:
            self._owners[level] = {owner: None}
            self._new.append(level)
            return
        if not owners:
            self._forsaken -= 1
        owners[owner] = None

    def discard(self, level: Decimal, owner: Owner) -> None:
        """Let `owner` no longer be found at `level`; nothing happens where it isn't."""
        owners = self._owners.get(level)
        if owners is None or owner not in owners:
            return
        del owners[owner]
        if not owners:
            self._forsaken += 1

    def between(self, low: Decimal, high: Decimal) -> dict[Owner, None]:
        """Return the owners of all levels from `low` to `high`, both included, each once and in order."""
        self._put_in_order()
        found: dict[Owner, None] = {}
        first = bisect_left(self._highest, low)
        for block in range(first, len(self._blocks)):
            levels = self._blocks[block]
            start = bisect_left(levels, low) if block == first else 0
            end = bisect_right(levels, high, start)
            for owners in self._owned[block][start:end]:
                found.update(owners)
            if end < len(levels):
                break
        return found

    def _put_in_order(self) -> None:
        if len(self._new) > max(_FEW, len(self._owners) // 4):
            self._sort_all()
        elif self._new:
            for level in self._new:
                self._insert(level)
        self._new.clear()
        if self._forsaken > max(_FEW, len(self._owners) // 2):
            self._drop_forsaken()

    def _sort_all(self) -> None:
        levels = sorted(self._owners)
        owned = [self._owners[level] for level in levels]
        starts = range(0, len(levels), _BLOCK)
        self._blocks = [levels[start : start + _BLOCK] for start in starts]
        self._owned = [owned[start : start + _BLOCK] for start in starts]
        self._highest = [block[-1] for block in self._blocks]

    def _drop_forsaken(self) -> None:
        """Take out the levels without owners, block by block; nothing is compared for that."""
        blocks, all_owned = self._blocks, self._owned
        self._blocks, self._owned = [], []
        for levels, owned in zip(blocks, all_owned, strict=True):
            kept = [number for number, owners in enumerate(owned) if owners]
            if len(kept) < len(levels):
                for number, owners in enumerate(owned):
                    if not owners:
                        del self._owners[levels[number]]
            if kept:
                self._blocks.append([levels[number] for number in kept])
                self._owned.append([owned[number] for number in kept])
        self._highest = [block[-1] for block in self._blocks]
        self._forsaken = 0

    def _insert(self, level: Decimal) -> None:
        if not self._blocks:
            self._blocks, self._owned, self._highest = [[level]], [[self._owners[level]]], [level]
            return
        block = min(bisect_left(self._highest, level), len(self._blocks) - 1)
        levels, owned = self._blocks[block], self._owned[block]
        place = bisect_left(levels, level)
        levels.insert(place, level)
        owned.insert(place, self._owners[level])
        if len(levels) >= 2 * _BLOCK:
            self._blocks[block : block + 1] = [levels[:_BLOCK], levels[_BLOCK:]]
            self._owned[block : block + 1] = [owned[:_BLOCK], owned[_BLOCK:]]
            self._highest.insert(block, levels[_BLOCK - 1])
            block += 1
        self._highest[block] = self._blocks[block][-1]
