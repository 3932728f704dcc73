"""Which of many sub-accounts a trade reaches: found by its price, without a look at the others."""

import sys
from collections import defaultdict
from collections.abc import Hashable, Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)
ALWAYS = sys.maxsize
"""A `below` that every trade is under: the next one is waited for, whatever its price."""


class Reach(NamedTuple):
    """A trade at or under `below` ticks, or at or over `above`, does something; None: none on this side does."""

    below: int | None = None
    above: int | None = None

    def wider(self, other: "Reach") -> "Reach":
        """Return what reaches either of the two."""
        below = [bound for bound in (self.below, other.below) if bound is not None]
        above = [bound for bound in (self.above, other.above) if bound is not None]
        return Reach(max(below, default=None), min(above, default=None))


class PriceTriggers(Generic[Key]):
    """The reaches of one symbol's sub-accounts, each by its key. A tick costs by what it reaches, not by what rests."""

    def __init__(self) -> None:
        self._reaches: dict[Key, Reach] = {}
        self._falling: _Bounds[Key] = _Bounds()
        self._rising: _Bounds[Key] = _Bounds()

    def __len__(self) -> int:
        """Return how many have a reach."""
        return len(self._reaches)

    def set(self, key: Key, reach: Reach) -> None:
        """Note where a sub-account is reached now; an empty reach takes it out."""
        before = self._reaches.get(key, Reach())
        if reach == before:
            return
        self._falling.move(key, _negative(before.below), _negative(reach.below))
        self._rising.move(key, before.above, reach.above)
        if reach == Reach():
            del self._reaches[key]
        else:
            self._reaches[key] = reach

    def discard(self, key: Key) -> None:
        """Take a sub-account out."""
        self.set(key, Reach())

    def reached(self, price: int) -> list[Key]:
        """Return whom a trade at this price reaches, the first reached first; changes nothing."""
        falling = list(self._falling.up_to(-price))
        if not falling:
            return list(self._rising.up_to(price))
        return list(dict.fromkeys((*falling, *self._rising.up_to(price))))


class _Bounds(Generic[Key]):
    """Keys by the bound at or over which each is reached: a heap of the bounds, which may name some that are gone."""

    def __init__(self) -> None:
        self._keys: defaultdict[int, dict[Key, None]] = defaultdict(dict)
        self._heap: list[int] = []

    def move(self, key: Key, before: int | None, after: int | None) -> None:
        """Take a key from one bound to another; None is nowhere."""
        if before == after:
            return
        if before is not None:
            keys = self._keys[before]
            del keys[key]
            if not keys:
                del self._keys[before]
        if after is not None:
            if after not in self._keys:
                heappush(self._heap, after)
            self._keys[after][key] = None
        self._tidy()

    def up_to(self, price: int) -> Iterator[Key]:
        """Give the keys whose bound a price is at or over, the lowest bound first."""
        for bound in self._bounds_up_to(price):
            yield from self._keys.get(bound, ())

    def _bounds_up_to(self, price: int) -> list[int]:
        """Return the bounds up to a price: in a heap none is lower than the one above it, so the others aren't seen."""
        heap, found, places = self._heap, set[int](), [0]
        while places:
            place = places.pop()
            if place < len(heap) and heap[place] <= price:
                found.add(heap[place])
                places += (2 * place + 1, 2 * place + 2)
        return sorted(found)

    def _tidy(self) -> None:
        """Drop bounds that are gone: those at the top, and all once they are the most."""
        while self._heap and self._heap[0] not in self._keys:
            heappop(self._heap)
        if len(self._heap) > 2 * len(self._keys) + 16:
            self._heap = list(self._keys)
            heapify(self._heap)


def _negative(bound: int | None) -> int | None:
    return None if bound is None else -bound
