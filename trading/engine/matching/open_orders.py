"""The open orders of one instrument, in the order in which a moving price reaches them.

A falling price reaches limit buys and stop sells, the highest first; a rising one limit sells and stop buys, the lowest
first; at one price the older order comes first.
"""

import sys
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from streaming.events import Side
from trading.engine.orders.order import Order

_Key = tuple[int, int]
_LAST = sys.maxsize


class OpenOrders:
    """Orders that rest. A limit is reached once the price has gone a tick through it, or where `touching`, at it."""

    def __init__(self, *, touching: bool = False) -> None:
        self._through = 0 if touching else 1
        self._orders: dict[int, Order] = {}
        self._falling: list[_Key] = []
        self._rising: list[_Key] = []

    def __len__(self) -> int:
        return len(self._orders)

    def __iter__(self) -> Iterator[Order]:
        """Give the orders, oldest first."""
        return iter(list(self._orders.values()))

    def add(self, order: Order) -> None:
        """Let an order rest; one whose stop was reached rests as the limit order that it has become."""
        self._orders[order.number] = order
        keys, key = self._place(order)
        insort(keys, key)

    def remove(self, order: Order) -> None:
        """Take an order away."""
        del self._orders[order.number]
        keys, key = self._place(order)
        del keys[bisect_left(keys, key)]

    def __contains__(self, order: object) -> bool:
        return isinstance(order, Order) and order.number in self._orders

    @property
    def highest_below(self) -> int | None:
        """The price, in ticks, at or below which a falling market reaches an order next; None where there is none."""
        return -self._falling[0][0] if self._falling else None

    @property
    def lowest_above(self) -> int | None:
        """The price, in ticks, at or above which a rising market reaches an order next; None where there is none."""
        return self._rising[0][0] if self._rising else None

    def reached(self, price: int, *, falling: bool) -> Order | None:
        """Return the first order that a market falling or rising to `price` reaches; None where it reaches none."""
        keys = self._falling if falling else self._rising
        if keys and keys[0][0] <= (-price if falling else price):
            return self._orders[keys[0][1]]
        return None

    def all_reached(self, price: int, *, falling: bool) -> list[Order]:
        """Return all orders that a market falling or rising to `price` reaches, the first reached first."""
        keys = self._falling if falling else self._rising
        end = bisect_right(keys, (-price if falling else price, _LAST))
        return [self._orders[number] for _, number in keys[:end]]

    def trigger(self, order: Order) -> int:
        """Return the price, in ticks, at which an order is reached."""
        request = order.request
        if order.is_stop:
            return request.stop_price
        return request.price - self._through if request.side is Side.BUY else request.price + self._through

    def waits_for_fall(self, order: Order) -> bool:
        """Return whether a falling market reaches an order."""
        return (order.request.side is Side.BUY) is not order.is_stop

    def _place(self, order: Order) -> tuple[list[_Key], _Key]:
        trigger = self.trigger(order)
        if self.waits_for_fall(order):
            return self._falling, (-trigger, order.number)
        return self._rising, (trigger, order.number)
