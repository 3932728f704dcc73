"""A pair of a following exchange: whose market it follows, and by how much its prices differ.

Prices are whole numbers of the pair's own tick, quantities whole numbers of the followed instrument's step.
"""

import msgspec

from streaming.simulator.market.instruments import Instrument, decimal_text
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.order_book import Side

_PARTS = 2_000_000  # half a millionth is the least part of a spread on each side
_DECIMALS = 8


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """What trades here as `base` against `quote`, as `source` does on the exchange that is followed.

    `tick` is in hundred-millionths of the quote asset. `premium` is by how many millionths prices are above those
    followed, and `spread` by how many bids and asks are further apart.
    """

    base: str
    quote: str
    source: Instrument
    tick: int
    premium: int = 0
    spread: int = 0

    @property
    def price_decimals(self) -> int:
        """How many decimals a price has."""
        return _DECIMALS - (len(str(self.tick)) - len(str(self.tick).rstrip("0")))

    @property
    def tick_text(self) -> str:
        """The tick, as a price."""
        return self.price_text(1)

    def price_of(self, side: Side, ticks: int) -> int:
        """Return the price here of who buys or sells there at `ticks`; bids are rounded down and asks up."""
        if side is Side.BUY:
            return self._scaled(ticks, -self.spread) // (_PARTS * self.tick)
        return -(-self._scaled(ticks, self.spread) // (_PARTS * self.tick))

    def middle_of(self, ticks: int) -> int:
        """Return the price here between bids and asks, rounded to the tick."""
        whole = _PARTS * self.tick
        return (self._scaled(ticks, 0) + whole // 2) // whole

    def amount_of(self, amount: int) -> int:
        """Return what was paid here, in ticks times steps, for an amount that was paid there."""
        return self._scaled(amount, 0) // (_PARTS * self.tick)

    def trade_of(self, trade: Trade) -> Trade:
        """Return a trade as it is made here: a buyer's at the ask, a seller's at the bid."""
        side = Side.BUY if trade.buyer_is_maker else Side.SELL
        return msgspec.structs.replace(trade, price=self.price_of(side, trade.price))

    def price_text(self, ticks: int) -> str:
        """Return a price with all its decimals."""
        return with_decimals(ticks * self.tick, self.price_decimals)

    def quantity_text(self, steps: int) -> str:
        """Return a quantity of the base asset with eight decimals."""
        return decimal_text(steps * self.source.step)

    def average(self, amount: int, steps: int) -> int:
        """Return the average price of `steps` that cost `amount`, in ticks, rounded down; 0 of nothing."""
        return amount // steps if steps else 0

    def _scaled(self, ticks: int, spread: int) -> int:
        return ticks * self.source.tick * (_PARTS + 2 * self.premium + spread)


def with_decimals(units: int, decimals: int) -> str:
    """Return hundred-millionths with so many decimals, at most eight; what is beyond is cut.

    >>> with_decimals(9_523_450_000_000, 1), with_decimals(150_000_000, 0)
    ('95234.5', '1')
    """
    return decimal_text(units)[: decimals - _DECIMALS or None].removesuffix(".")
