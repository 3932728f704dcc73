"""The takers: orders that trade at once, many tiny, few large; and the informed, who take what has become too cheap.

They know the engine and a fair price, in ticks, and nothing of streams or clocks. All their chance is one generator's.
"""

from math import exp
from random import Random

from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.matching import MatchingEngine
from streaming.simulator.market.order_book import Side

# An order makes about so many trades: fewer and larger orders make the usual number and volume.
_TRADES_OF_AN_ORDER = 1.25
_INFORMED = 0.4  # of all orders
_SIZE_SPREAD = 1.7  # of the logarithm of an order's size
_SIZE_MEAN = exp(_SIZE_SPREAD**2 / 2)
_LARGEST_SIZE = 60.0  # in orders of the mean size
_SLIPPAGE_SHARE, _LEAST_SLIPPAGE = 0.0002, 2  # how much worse than the best price is accepted; at least, in ticks
_LARGEST_SHARE = 0.25  # of what stands on the other side, that one order takes


class Takers:
    """Those who take what the maker offers."""

    def __init__(self, instrument: Instrument, engine: MatchingEngine, chance: Random) -> None:
        self._engine = engine
        self._chance = chance
        self._mean_quantity = instrument.typical_quantity * _TRADES_OF_AN_ORDER
        self._orders_per_second = instrument.trades_per_second / _TRADES_OF_AN_ORDER
        self._slippage = max(_LEAST_SLIPPAGE, round(instrument.reference * _SLIPPAGE_SHARE))
        self._lean = 0.0

    def trade(self, fair: float, start: int, length: int, pace: float, size: float) -> None:
        """Let takers come for `length` ms from `start`, `pace` times as many as usual, orders `size` times as large."""
        self._lean = 0.98 * self._lean + self._chance.gauss(0.0, 0.03)
        count = self._arrivals(self._orders_per_second * pace * length / 1000)
        for time in sorted(start + self._chance.randrange(length) for _ in range(count)):
            self._take(fair, time, size)

    def _take(self, fair: float, time: int, size: float) -> None:
        side, limit = self._side_and_limit(fair)
        available = self._engine.book.side(side.opposite).quantity
        quantity = min(self._quantity(size), int(available * _LARGEST_SHARE))
        if quantity:
            self._engine.take(side, limit, quantity, time)

    def _side_and_limit(self, fair: float) -> tuple[Side, int]:
        """Return which way an order goes and the worst price that it takes."""
        ask, bid = self._engine.book.asks.best, self._engine.book.bids.best
        if self._chance.random() < _INFORMED:
            if ask and ask.price < fair:
                return Side.BUY, int(fair)
            if bid and bid.price > fair:
                return Side.SELL, int(fair) + 1
        if self._chance.random() < 0.5 + self._lean:
            return Side.BUY, (ask.price if ask else int(fair)) + self._slippage
        return Side.SELL, (bid.price if bid else int(fair)) - self._slippage

    def _quantity(self, size: float) -> int:
        drawn = self._chance.lognormvariate(0.0, _SIZE_SPREAD) / _SIZE_MEAN
        return max(1, int(self._mean_quantity * size * min(drawn, _LARGEST_SIZE)))

    def _arrivals(self, mean: float) -> int:
        """Return a Poisson number: how many come when `mean` come on average."""
        count, passed = 0, self._chance.expovariate(1.0)
        while passed < mean:
            count += 1
            passed += self._chance.expovariate(1.0)
        return count
