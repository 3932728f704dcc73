"""Aggregate trades: what one taker traded at one price, as one.

A pure fold over the trades of a symbol; aggregate ids count up from the first.
"""

from collections import deque
from collections.abc import Iterable

import msgspec

from streaming.simulator.market.matching import Trade

_KEPT = 10_000


class AggregateTrade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Consecutive trades of one taker order at one price, from `first_trade_id` to `last_trade_id`."""

    aggregate_id: int
    price: int
    quantity: int
    first_trade_id: int
    last_trade_id: int
    time: int
    buyer_is_maker: bool


class Aggregates:
    """Counts a symbol's aggregate trades and remembers the last ones."""

    def __init__(self, first_aggregate_id: int) -> None:
        self.recent: deque[AggregateTrade] = deque(maxlen=_KEPT)
        self._next_id = first_aggregate_id

    def add(self, trades: Iterable[Trade]) -> list[AggregateTrade]:
        """Gather the trades of a step, which hold whole taker orders; return what they make."""
        groups: list[list[Trade]] = []
        for trade in trades:
            if groups and _belongs(groups[-1][-1], trade):
                groups[-1].append(trade)
            else:
                groups.append([trade])
        made = [self._made(group) for group in groups]
        self.recent.extend(made)
        return made

    def _made(self, group: list[Trade]) -> AggregateTrade:
        aggregate_id = self._next_id
        self._next_id += 1
        return AggregateTrade(
            aggregate_id=aggregate_id,
            price=group[0].price,
            quantity=sum(trade.quantity for trade in group),
            first_trade_id=group[0].trade_id,
            last_trade_id=group[-1].trade_id,
            time=group[0].time,
            buyer_is_maker=group[0].buyer_is_maker,
        )


def _belongs(last: Trade, trade: Trade) -> bool:
    return last.taker_order_id == trade.taker_order_id and last.price == trade.price
