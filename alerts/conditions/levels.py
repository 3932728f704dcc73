"""An ordered index of levels: who must be looked at when a value moves from here to there. Pure.

The order is kept in blocks, so that one more of a hundred thousand levels moves only a few hundred. Putting new levels
in order is put off until the index is next asked: many of them cost one sort. Nothing is looked up by its level, since
the hash of a decimal costs more than all else.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Generic, TypeVar

from streaming.batches import batched

_BLOCK = 256
"""Levels in a full block; when it has twice as many it is split."""
_FEW = 64
"""So many new levels are never worth sorting all."""

Owner = TypeVar("Owner", bound=Hashable)


class Levels(Generic[Owner]):
    """Levels with their owners; there may be many at one level, and many levels of one owner."""

    def __init__(self) -> None:
        self._new: list[tuple[Decimal, Owner]] = []
        self._size = 0
        self._highest: list[Decimal] = []
        self._blocks: list[list[Decimal]] = []
        self._owners: list[list[Owner]] = []

    def add(self, level: Decimal, owner: Owner) -> None:
        """Let `owner` be found at `level`."""
        self._new.append((level, owner))

    def owners(self) -> dict[Owner, None]:
        """Return the owners of all levels, each once."""
        return dict.fromkeys(chain(chain.from_iterable(self._owners), (owner for _, owner in self._new)))

    def between(self, low: Decimal, high: Decimal) -> dict[Owner, None]:
        """Return the owners of all levels from `low` to `high`, both included, each once and in order."""
        if self._new:
            self._put_in_order()
        found: dict[Owner, None] = {}
        first = bisect_left(self._highest, low)
        for block in range(first, len(self._blocks)):
            levels = self._blocks[block]
            start = bisect_left(levels, low) if block == first else 0
            end = bisect_right(levels, high, start)
            found.update(dict.fromkeys(self._owners[block][start:end]))
            if end < len(levels):
                break
        return found

    def drop(self, is_gone: Callable[[Owner], bool]) -> None:
        """Take out the levels of owners that are gone; nothing is compared for that."""
        self._new = [pair for pair in self._new if not is_gone(pair[1])]
        self._arrange([pair for pair in self._pairs() if not is_gone(pair[1])])

    def _pairs(self) -> list[tuple[Decimal, Owner]]:
        return list(zip(chain.from_iterable(self._blocks), chain.from_iterable(self._owners), strict=True))

    def _put_in_order(self) -> None:
        new, self._new = self._new, []
        if len(new) > max(_FEW, self._size // 4):
            self._arrange(sorted(self._pairs() + new, key=itemgetter(0)))
        else:
            for level, owner in new:
                self._insert(level, owner)

    def _arrange(self, pairs: list[tuple[Decimal, Owner]]) -> None:
        """Put pairs, which are in order, into full blocks."""
        parts = list(batched(pairs, _BLOCK))
        self._blocks = [[level for level, _ in part] for part in parts]
        self._owners = [[owner for _, owner in part] for part in parts]
        self._highest = [levels[-1] for levels in self._blocks]
        self._size = len(pairs)

    def _insert(self, level: Decimal, owner: Owner) -> None:
        if not self._blocks:
            self._arrange([(level, owner)])
            return
        block = min(bisect_left(self._highest, level), len(self._blocks) - 1)
        levels, owners = self._blocks[block], self._owners[block]
        index = bisect_right(levels, level)
        levels.insert(index, level)
        owners.insert(index, owner)
        self._size += 1
        if len(levels) >= 2 * _BLOCK:
            self._blocks[block : block + 1] = [levels[:_BLOCK], levels[_BLOCK:]]
            self._owners[block : block + 1] = [owners[:_BLOCK], owners[_BLOCK:]]
            self._highest.insert(block, levels[_BLOCK - 1])
            block += 1
        self._highest[block] = self._blocks[block][-1]
