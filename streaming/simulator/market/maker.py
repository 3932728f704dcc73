"""The maker: whose orders make the book, dense near the touch, thinner and larger away from it.

It knows the engine and a fair price, in ticks, and nothing of streams or clocks. All its chance is one generator's.
Distances are counted in ticks from the best price that it offers on a side.
"""

from math import exp, log, sqrt
from random import Random

from streaming.simulator.market.instruments import Instrument
from streaming.simulator.market.matching import MatchingEngine
from streaming.simulator.market.order_book import BookSide, Level, Side

_ORDERS_A_SIDE = 450
_FURTHEST_SHARE = 0.012  # how far orders stand from the touch, relative to the price,
_FEWEST_TICKS = 300  # and at least
_CROWDED_TICKS = 60  # within so many ticks orders stand evenly; beyond, the gaps grow with the distance,
_EVEN_TICKS = 300  # unless there are only so many prices: then orders stand evenly at all of them
_PATIENCE_SHARE = 0.000008  # how far the fair price may stray before all orders near the touch move after it,
_LEAST_PATIENCE = 0.6  # and at least, in ticks: more than half a tick, so that a price between two doesn't flicker

_RENEWED = 2  # orders withdrawn and put up again a step and side, anywhere
_TOP_LEVELS = 12  # so many levels are wanted near the touch: within a share of the price, and of ticks at least,
_TOP_SHARE, _FEWEST_TOP_TICKS = 0.000003, 13
_NEW_AT_TOP = 5  # and so many of them come a step
_NEARNESS = 1.5  # how much rather orders near the touch are withdrawn than others
_RETURNS_TO_TOP = 0.85  # how likely the best price is offered again in the step in which it was taken

# Sizes of orders, in trades of the usual size.
_SMALL_MEDIAN, _SMALL_SPREAD = 0.5, 1.3  # of a logarithmic normal
_FAR_GROWTH = 12.0  # how much larger the furthest orders are
_TOP_MEDIAN, _TOP_SPREAD = 20.0, 1.0  # of orders that offer the best price again
_WALLS, _WALL_SIZES = 0.05, (50.0, 320.0)  # the share of walls, and how large they are
_FINE_TICK = 0.00004  # relative to the price; where ticks are coarser there are fewer prices, with more at each


class Maker:
    """Keeps both sides of a book full around a fair price."""

    def __init__(self, instrument: Instrument, engine: MatchingEngine, chance: Random) -> None:
        self._engine = engine
        self._chance = chance
        self._typical_quantity = instrument.typical_quantity
        self._crowding = 1 + 1 / (instrument.reference * _FINE_TICK)
        self._furthest = max(_FEWEST_TICKS, round(instrument.reference * _FURTHEST_SHARE))
        self._crowded = max(_CROWDED_TICKS, _EVEN_TICKS * _FEWEST_TICKS / self._furthest)
        self._top_ticks = max(_FEWEST_TOP_TICKS, round(instrument.reference * _TOP_SHARE))
        self._patience = max(_LEAST_PATIENCE, instrument.reference * _PATIENCE_SHARE)
        self._centre = float(instrument.reference)

    def open_market(self, fair: float, time: int) -> None:
        """Put up all orders at once."""
        self._centre = fair
        for side in Side:
            standing = self._engine.book.side(side)
            self._offer_top(side, time)
            while standing.order_count < _ORDERS_A_SIDE:
                self._place(side, self._distance(self._furthest), time)

    def requote(self, fair: float, time: int) -> None:
        """Follow the fair price where it strayed, withdraw what stands wrong, and put up new orders."""
        if abs(fair - self._centre) > self._patience:
            self._centre = fair
        for side in Side:
            self._withdraw_stale(self._engine.book.side(side))
        for side in Side:
            self._renew(self._engine.book.side(side), time)

    def _renew(self, standing: BookSide, time: int) -> None:
        touch = self._touch(standing.side)
        if self._is_top_missing(standing, touch) and self._chance.random() < _RETURNS_TO_TOP:
            self._offer_top(standing.side, time)
        near = sum(abs(level.price - touch) <= self._top_ticks for level in standing.levels(_TOP_LEVELS))
        for _ in range(min(_NEW_AT_TOP, _TOP_LEVELS - near)):
            distance = self._distance(self._top_ticks)
            if not standing.quantity_at(self._price(standing.side, distance)):
                self._place(standing.side, distance, time)
        missing = _ORDERS_A_SIDE - standing.order_count
        for _ in range(max(_RENEWED, missing // 4)):
            self._place(standing.side, self._distance(self._furthest), time)
        while standing.order_count > _ORDERS_A_SIDE:
            self._change_mind(standing)

    def _withdraw_stale(self, standing: BookSide) -> None:
        """Withdraw what is better than the fair price allows."""
        touch = self._touch(standing.side)
        while (best := standing.best) and _is_better(standing.side, best.price, touch):
            self._withdraw(best)

    def _change_mind(self, standing: BookSide) -> None:
        """Withdraw what stands too far away; else any order but the best, rather where it is near or crowded."""
        worst = standing.worst
        if worst and abs(worst.price - self._touch(standing.side)) > self._furthest:
            self._withdraw(worst)
            return
        one, other = self._any_level(standing), self._any_level(standing)
        crowded = one if len(one.orders) >= len(other.orders) else other
        self._engine.cancel(next(iter(crowded.orders)))

    def _any_level(self, standing: BookSide) -> Level:
        others = len(standing) - 1
        return standing.level(min(others, 1 + int(others * self._chance.random() ** _NEARNESS)))

    def _withdraw(self, level: Level) -> None:
        for order_id in list(level.orders):
            self._engine.cancel(order_id)

    def _offer_top(self, side: Side, time: int) -> None:
        size = _TOP_MEDIAN * self._crowding * self._chance.lognormvariate(0.0, _TOP_SPREAD)
        self._put_up(side, 0, size, time)

    def _is_top_missing(self, standing: BookSide, touch: int) -> bool:
        return standing.best is None or standing.best.price != touch

    def _place(self, side: Side, distance: int, time: int) -> None:
        if self._chance.random() < _WALLS:
            size = self._chance.uniform(*_WALL_SIZES)
        else:
            growth = 1 + _FAR_GROWTH * sqrt(distance / self._furthest)
            size = _SMALL_MEDIAN * self._crowding * growth * self._chance.lognormvariate(0.0, _SMALL_SPREAD)
        self._put_up(side, distance, size, time)

    def _put_up(self, side: Side, distance: int, size: float, time: int) -> None:
        self._engine.limit(side, self._price(side, distance), max(1, int(self._typical_quantity * size)), time)

    def _price(self, side: Side, distance: int) -> int:
        away = -distance if side is Side.BUY else distance
        return max(1, self._touch(side) + away)

    def _distance(self, reach: int) -> int:
        """Draw how far from the touch an order stands, 1 to `reach`."""
        ways = log(1 + reach / self._crowded)
        return 1 + int(self._crowded * (exp(self._chance.random() * ways) - 1))

    def _touch(self, side: Side) -> int:
        """Return the best price that the maker offers on a side: the ticks around the fair price."""
        return int(self._centre) if side is Side.BUY else int(self._centre) + 1


def _is_better(side: Side, price: int, than: int) -> bool:
    return price > than if side is Side.BUY else price < than
