"""Who trades: a maker that keeps a ladder of orders around the fair price, and takers that come and go.

They know the engine and a fair price, in ticks, and nothing of streams or clocks. All their chance is one generator's.
"""

from math import exp
from random import Random

from streaming.simulator.instruments import Instrument
from streaming.simulator.matching import MatchingEngine
from streaming.simulator.order_book import BookSide, Level, Side

_ORDERS_A_SIDE = 70
_NEW_ORDERS_A_STEP = 4
_LADDER_SHARE = 0.0004  # the mean distance of an order from the fair price, relative to it
_SHORTEST_LADDER = 15  # ticks
_FURTHEST = 5  # ladder lengths away from the fair price an order is given up
_NEAR_ORDERS = 0.4  # the part of the orders that crowd at the top of the book,
_NEAR = 0.01  # so much nearer than the others
_CHANGES_OF_MIND = 0.5  # a step and side
_SPREAD_SHARE = 0.000002
_SIZE_SPREAD = 1.1  # of the logarithm of a taker's size
_SIZE_MEAN = exp(_SIZE_SPREAD**2 / 2)
_LARGEST_SHARE = 0.25  # of what stands on the other side, that one taker takes


class Maker:
    """Keeps both sides of a book full around a fair price."""

    def __init__(self, instrument: Instrument, engine: MatchingEngine, chance: Random) -> None:
        self._engine = engine
        self._chance = chance
        self._typical_quantity = instrument.typical_quantity
        self._ladder = max(_SHORTEST_LADDER, round(instrument.reference * _LADDER_SHARE))
        self._half_spread = max(0.6, instrument.reference * _SPREAD_SHARE)

    def open_market(self, fair: float, time: int) -> None:
        """Put up the whole ladder at once."""
        for side in Side:
            while self._engine.book.side(side).order_count < _ORDERS_A_SIDE:
                self._place(side, fair, time)

    def requote(self, fair: float, time: int) -> None:
        """Withdraw what stands too near the fair price or too far from it, and put up new orders."""
        for side in Side:
            standing = self._engine.book.side(side)
            self._withdraw_stale(standing, fair)
            self._withdraw_far(standing, fair)
            self._change_mind(standing)
            if self._is_top_missing(standing, fair):
                self._place(side, fair, time, at_top=True)
            missing = _ORDERS_A_SIDE - standing.order_count
            for _ in range(min(missing, max(_NEW_ORDERS_A_STEP, missing // 4))):
                self._place(side, fair, time)

    def _is_top_missing(self, standing: BookSide, fair: float) -> bool:
        best, near = standing.best, 2 * self._half_spread + _NEAR * self._ladder
        return best is None or abs(best.price - self._touch(standing.side, fair)) > near

    def _withdraw_stale(self, standing: BookSide, fair: float) -> None:
        nearest = self._touch(standing.side, fair)
        while (best := standing.best) and _is_better(standing.side, best.price, nearest):
            self._withdraw(best)

    def _withdraw_far(self, standing: BookSide, fair: float) -> None:
        while (worst := standing.worst) and abs(worst.price - fair) > _FURTHEST * self._ladder:
            self._withdraw(worst)

    def _change_mind(self, standing: BookSide) -> None:
        """Withdraw one order near the top, now and then, where it is most crowded."""
        near = list(standing.levels(12))
        if near and self._chance.random() < _CHANGES_OF_MIND:
            level = max(near, key=lambda level: len(level.orders) + self._chance.random())
            self._engine.cancel(next(iter(level.orders)))

    def _withdraw(self, level: Level) -> None:
        for order_id in list(level.orders):
            self._engine.cancel(order_id)

    def _place(self, side: Side, fair: float, time: int, *, at_top: bool = False) -> None:
        closeness = _NEAR if at_top or self._chance.random() < _NEAR_ORDERS else 1.0
        distance = int(self._chance.expovariate(1.0) ** 1.5 * self._ladder * 0.7 * closeness)
        away = -distance if side is Side.BUY else distance
        price = max(1, self._touch(side, fair) + away)
        size = self._chance.lognormvariate(0.0, 0.8) * (1.0 + distance / self._ladder)
        self._engine.limit(side, price, max(1, int(self._typical_quantity * size)), time)

    def _touch(self, side: Side, fair: float) -> int:
        """Return the best price that the maker offers on a side."""
        if side is Side.BUY:
            return int(fair - self._half_spread)
        return int(fair + self._half_spread) + 1


class Takers:
    """Orders that trade at once: many small, some large; and the informed, who take what has become too cheap."""

    def __init__(self, instrument: Instrument, engine: MatchingEngine, chance: Random) -> None:
        self._engine = engine
        self._chance = chance
        self._typical_quantity = instrument.typical_quantity
        # An order makes about 1.5 trades, and the informed make some besides.
        self._orders_per_second = instrument.trades_per_second * 0.5
        self._informed_per_second = instrument.trades_per_second * 0.4
        self._lean = 0.0

    def trade(self, fair: float, start: int, length: int, pace: float) -> None:
        """Let takers come for `length` ms from `start`, `pace` times as many as usual."""
        self._lean = 0.98 * self._lean + self._chance.gauss(0.0, 0.03)
        count = self._arrivals(self._orders_per_second * pace * length / 1000)
        times = sorted(start + self._chance.randrange(length) for _ in range(count + 1))
        if self._chance.random() < self._informed_per_second * pace * length / 1000:
            self._take_what_is_cheap(fair, times[0])
        for time in times[1:]:
            self._take(time)

    def _take(self, time: int) -> None:
        side = Side.BUY if self._chance.random() < 0.5 + self._lean else Side.SELL
        available = self._engine.book.side(side.opposite).quantity
        wanted = self._typical_quantity * self._chance.lognormvariate(0.0, _SIZE_SPREAD) / _SIZE_MEAN
        quantity = min(max(1, int(wanted)), int(available * _LARGEST_SHARE))
        if quantity:
            self._engine.take(side, None, quantity, time)

    def _take_what_is_cheap(self, fair: float, time: int) -> None:
        book = self._engine.book
        if (ask := book.asks.best) and ask.price < fair:
            self._engine.take(Side.BUY, int(fair), self._informed_quantity(ask), time)
        elif (bid := book.bids.best) and bid.price > fair:
            self._engine.take(Side.SELL, int(fair) + 1, self._informed_quantity(bid), time)

    def _informed_quantity(self, level: Level) -> int:
        return max(1, int(level.quantity * self._chance.uniform(0.2, 1.0)))

    def _arrivals(self, mean: float) -> int:
        """Return a Poisson number: how many come when `mean` come on average."""
        count, passed = 0, self._chance.expovariate(1.0)
        while passed < mean:
            count += 1
            passed += self._chance.expovariate(1.0)
        return count


def _is_better(side: Side, price: int, than: int) -> bool:
    return price > than if side is Side.BUY else price < than
