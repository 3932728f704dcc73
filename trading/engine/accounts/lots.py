"""A ledger of lots: what was bought when and for how much, so that each realised amount names what it closed.

First in, first out. A lot that is closed in parts gives each part its share of the cost rounded down, and the rest to
what remains, so that shares always add up to the cost.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec


class ClosedLot(msgspec.Struct, frozen=True, gc=False):
    """A part of a lot that was given away: `opened_by` names the execution that brought it; amounts of asset, quote."""

    opened_by: int
    amount: int
    cost: int


@dataclass(slots=True)
class _Lot:
    opened_by: int
    amount: int
    cost: int


class InsufficientLotsError(Exception):
    """More was to be given away than the ledger holds; nothing was changed."""


class LotLedger:
    """The lots of one asset."""

    def __init__(self) -> None:
        self._lots: deque[_Lot] = deque()
        self._amount = 0
        self._cost = 0

    @property
    def amount(self) -> int:
        """How much of the asset there is."""
        return self._amount

    @property
    def cost(self) -> int:
        """What all of it cost, in quote."""
        return self._cost

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Give what each lot was opened by, its amount and its cost, oldest first."""
        return ((lot.opened_by, lot.amount, lot.cost) for lot in self._lots)

    def open(self, opened_by: int, amount: int, cost: int) -> None:
        """Add what came in by an execution, for `cost` with its fees."""
        if amount <= 0:
            raise ValueError("a lot must hold something")
        self._lots.append(_Lot(opened_by, amount, cost))
        self._amount += amount
        self._cost += cost

    def close(self, amount: int) -> tuple[ClosedLot, ...]:
        """Give away `amount` of the oldest lots, and return them; raise `InsufficientLotsError` where there is less."""
        if amount > self._amount:
            raise InsufficientLotsError(f"{amount} is more than the {self._amount} that are there")
        closed = []
        while amount:
            part = self._close_oldest(amount)
            amount -= part.amount
            closed.append(part)
        return tuple(closed)

    def _close_oldest(self, most: int) -> ClosedLot:
        lot = self._lots[0]
        amount = min(most, lot.amount)
        cost = lot.cost * amount // lot.amount
        lot.amount -= amount
        lot.cost -= cost
        if not lot.amount:
            self._lots.popleft()
        self._amount -= amount
        self._cost -= cost
        return ClosedLot(lot.opened_by, amount, cost)
