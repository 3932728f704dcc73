"""An account: what is free and locked of each asset, what it cost, and what was realised. No short positions.

What holds after every step, exactly: the quote and the cost of all lots, less what was realised, are the equity at the
start. So the change of equity is always what was realised, net of fees, and what is not yet realised. What is moved in
or out later counts as if it had been so from the start, lots at what they cost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from trading.engine.accounts.lots import ClosedLot, LotLedger
from trading.engine.amounts import ONE

START = 0
"""What the lots name that were there from the start, or were moved in: executions are numbered from 1."""
Lot = tuple[int, int, int]
"""The execution that opened it, its amount and its cost."""


class InsufficientBalanceError(Exception):
    """There is too little of `asset` free: `wanted` and `free` are amounts. Nothing was changed."""

    def __init__(self, asset: str, *, wanted: int, free: int) -> None:
        super().__init__(f"too little {asset} is free")
        self.asset = asset
        self.wanted = wanted
        self.free = free


class Account:
    """Balances in amounts of 10⁻²⁴; `quote` is the asset that gains and losses are counted in.

    `prices` are of the other assets at the start, as amounts of quote for one whole unit. `executions` counts them;
    `fees` is what all fees were worth in quote.
    """

    def __init__(self, quote: str, balances: Mapping[str, int], prices: Mapping[str, int] | None = None) -> None:
        self.quote = quote
        self.realised = 0
        self.executions = 0
        self.fees = 0
        self._free: defaultdict[str, int] = defaultdict(int, balances)
        self._locked: defaultdict[str, int] = defaultdict(int)
        self._lots: defaultdict[str, LotLedger] = defaultdict(LotLedger)
        for asset, amount in balances.items():
            if asset != quote and amount:
                self._lots[asset].open(START, amount, value_of(amount, (prices or {})[asset]))
        self.equity_at_start = self.equity(prices or {})

    @classmethod
    def restored(
        cls,
        quote: str,
        *,
        free: Mapping[str, int],
        locked: Mapping[str, int],
        lots: Mapping[str, Iterable[Lot]],
        equity_at_start: int,
        realised: int,
    ) -> "Account":
        """Return an account as it was left: with balances, lots (oldest first) and what it has realised."""
        account = cls(quote, {})
        account._free.update(free)
        account._locked.update(locked)
        for asset, held in lots.items():
            account._open_lots(asset, held)
        account.equity_at_start, account.realised = equity_at_start, realised
        return account

    @property
    def assets(self) -> tuple[str, ...]:
        """The assets of which something was ever held, in the order of their names."""
        return tuple(sorted({*self._free, *self._locked}))

    def free(self, asset: str) -> int:
        """Return how much of an asset isn't set aside."""
        return self._free[asset]

    def locked(self, asset: str) -> int:
        """Return how much of an asset is set aside for open orders."""
        return self._locked[asset]

    def total(self, asset: str) -> int:
        """Return how much there is of an asset."""
        return self._free[asset] + self._locked[asset]

    def cost(self, asset: str) -> int:
        """Return what all that is held of an asset cost, with fees; of the quote, itself."""
        return self.total(asset) if asset == self.quote else self._lots[asset].cost

    def equity(self, prices: Mapping[str, int]) -> int:
        """Return what all is worth at `prices` (amounts of quote for one whole unit of each asset that is held)."""
        return self.total(self.quote) + sum(value_of(lots.amount, prices[asset]) for asset, lots in self._held())

    def unrealised(self, prices: Mapping[str, int]) -> int:
        """Return by how much what is held is worth more than it cost."""
        return sum(value_of(lots.amount, prices[asset]) - lots.cost for asset, lots in self._held())

    def lock(self, asset: str, amount: int) -> None:
        """Set an amount aside; raise `InsufficientBalanceError` where less is free."""
        self.take_free(asset, amount)
        self._locked[asset] += amount

    def release(self, asset: str, amount: int) -> None:
        """Free what was set aside."""
        self._locked[asset] -= amount
        self._free[asset] += amount

    def take_free(self, asset: str, amount: int) -> None:
        """Take an amount out of what is free; raise `InsufficientBalanceError` where less is."""
        if amount > self._free[asset]:
            raise InsufficientBalanceError(asset, wanted=amount, free=self._free[asset])
        self._free[asset] -= amount

    def take_locked(self, asset: str, amount: int) -> None:
        """Take an amount out of what was set aside."""
        self._locked[asset] -= amount

    def give(self, asset: str, amount: int) -> None:
        """Add to what is free."""
        self._free[asset] += amount

    def open_lot(self, asset: str, *, opened_by: int, amount: int, cost: int) -> None:
        """Note what an amount that came in cost, with fees."""
        self._lots[asset].open(opened_by, amount, cost)

    def close_lots(self, asset: str, amount: int, *, proceeds: int) -> tuple[ClosedLot, ...]:
        """Note that an amount went away for `proceeds`, net of fees; return which lots it closed."""
        closed = self._lots[asset].close(amount)
        self.realised += proceeds - sum(lot.cost for lot in closed)
        return closed

    def lots(self, asset: str) -> tuple[Lot, ...]:
        """Return the lots of an asset, oldest first."""
        return tuple(self._lots[asset]) if asset in self._lots else ()

    def move_in(self, quote: int, lots: Mapping[str, Iterable[Lot]] | None = None) -> None:
        """Add what comes from elsewhere: an amount of quote, and lots that keep their cost."""
        self.give(self.quote, quote)
        self.equity_at_start += quote
        for asset, held in (lots or {}).items():
            amount, cost = self._open_lots(asset, [(START, amount, cost) for _, amount, cost in held])
            self.give(asset, amount)
            self.equity_at_start += cost

    def move_out(self, quote: int, assets: Mapping[str, int] | None = None) -> Mapping[str, tuple[Lot, ...]]:
        """Take out an amount of quote and amounts of other assets; return the lots that these were, oldest first.

        Raise `InsufficientBalanceError` where less is free; nothing was changed then.
        """
        wanted = {self.quote: quote, **(assets or {})}
        for asset, amount in wanted.items():
            if amount > self._free[asset]:
                raise InsufficientBalanceError(asset, wanted=amount, free=self._free[asset])
        for asset, amount in wanted.items():
            self.take_free(asset, amount)
        closed = {asset: self._lots[asset].close(amount) for asset, amount in (assets or {}).items()}
        moved = {asset: tuple((lot.opened_by, lot.amount, lot.cost) for lot in lots) for asset, lots in closed.items()}
        self.equity_at_start -= quote + sum(cost for lots in moved.values() for _, _, cost in lots)
        return moved

    def _open_lots(self, asset: str, lots: Iterable[Lot]) -> tuple[int, int]:
        """Add lots; return how much they are, and what they cost."""
        ledger = self._lots[asset]
        amount, cost = ledger.amount, ledger.cost
        for opened_by, lot, lot_cost in lots:
            ledger.open(opened_by, lot, lot_cost)
        return ledger.amount - amount, ledger.cost - cost

    def _held(self) -> list[tuple[str, LotLedger]]:
        return [(asset, lots) for asset, lots in self._lots.items() if lots.amount]


def value_of(amount: int, price: int) -> int:
    """Return what an amount is worth at a price for one whole unit; what is finer than an amount is dropped."""
    return amount * price // ONE
