"""Executes a paper exchange's orders against candles: the rules of fills in backtests (docs/backtests.md).

1. What waits for the next price (market orders, stops that were reached) is executed at the open, with slippage; so is
   what the open has gone past already, a limit at the open, which is the better price for it.
2. The price then goes the candle's path. A limit is executed at its price once the price has gone a tick through it
   (or, where asked for, has touched it), a stop at its stop price with slippage.
3. Where a limit is reached whose cancel group has a stop within the rest of the candle, the stop is executed first.
4. No price lies outside of the candle, and no more is executed than was traded in it: a stop for which nothing is left
   waits for the next price.
"""

from itertools import pairwise

from msgspec.structs import replace

from streaming.events import Side
from trading.engine.accounts.settlement import Fill
from trading.engine.fees import Liquidity
from trading.engine.matching.candle_path import PriceBar, price_path
from trading.engine.matching.exchange import PaperExchange
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order
from trading.engine.orders.types import OrderType, TimeInForce


class CandleMatcher:
    """Matches one exchange's orders, candle by candle."""

    def __init__(self, exchange: PaperExchange, slippage: Slippage) -> None:
        self._exchange = exchange
        self._slippage = slippage
        self._bar = PriceBar(open=0, high=0, low=0, close=0, volume=0, time=0)
        self._volume_left = 0
        self._fills: list[tuple[Fill, bool]] = []
        self._depends_on_path = False

    def match(self, bar: PriceBar) -> tuple[Fill, ...]:
        """Execute what a candle reaches; return the fills, with those marked that depend on its path.

        They depend on it where orders were executed while the price fell and while it rose, or a stop before a limit:
        which extreme came first is not known.
        """
        self._bar, self._volume_left, self._fills, self._depends_on_path = bar, bar.volume, [], False
        self._open()
        at_open = len(self._fills)
        resting = self._exchange.resting
        if resting.reached(bar.low, falling=True) or resting.reached(bar.high, falling=False):
            self._go_along(bar)
            if not self._volume_left:
                self._trigger_stops(bar)
        depends = self._depends_on_path or len({falling for _, falling in self._fills[at_open:]}) > 1
        fills = [fill for fill, _ in self._fills]
        return tuple(fills[:at_open] + [_marked(fill) for fill in fills[at_open:]] if depends else fills)

    def _go_along(self, bar: PriceBar) -> None:
        """Let the price go the candle's path."""
        path = (bar.open, *price_path(bar))
        for leg, (start, end) in enumerate(pairwise(path)):
            self._move(start, end, rest=path[leg + 1 :])

    def _open(self) -> None:
        """Execute what waits for the next price, then what the open has gone past; expire what wanted this one."""
        price = self._bar.open
        for order in list(self._exchange.waiting):
            if order.state.is_open:  # an order of its group may have ended it
                self._take(order, price, falling=False)
        for falling in (True, False):
            while self._volume_left and (reached := self._exchange.resting.reached(price, falling=falling)):
                self._reach(reached, price, falling=falling)
        for order in self._exchange.may_not_wait:
            self._exchange.expire(order, time=self._bar.time)

    def _move(self, start: int, end: int, *, rest: tuple[int, ...]) -> None:
        """Let the price go from `start` to `end`; `rest` are the points that it goes to from there on."""
        falling = end < start
        position = start
        while self._volume_left and (order := self._exchange.resting.reached(end, falling=falling)):
            stop = self._stop_of_group(order, lowest=min(position, *rest), highest=max(position, *rest))
            if stop:
                self._depends_on_path = True
                self._reach(stop, stop.request.stop_price, falling=not falling)
                continue
            reached_at = order.request.stop_price if order.is_stop else order.request.price
            self._reach(order, position, falling=falling)
            position = min(position, reached_at) if falling else max(position, reached_at)

    def _reach(self, order: Order, position: int, *, falling: bool) -> None:
        """Let the market, which comes from `position`, reach an order."""
        request = order.request
        if not order.is_stop:
            self._execute_limit(order, position, falling=falling)
            return
        price = max(request.stop_price, position) if request.side is Side.BUY else min(request.stop_price, position)
        self._exchange.trigger(order, time=self._bar.time)
        if request.type is OrderType.STOP:
            self._take(order, price, falling=falling)
        elif request.price >= price if request.side is Side.BUY else request.price <= price:
            self._execute(order, price, Liquidity.TAKER, falling=falling)
        self._expire_impatient(order)

    def _trigger_stops(self, bar: PriceBar) -> None:
        """Trigger the stops in a candle of which nothing is left to execute them: they wait for the next open."""
        for price, falling in ((bar.low, True), (bar.high, False)):
            for order in self._exchange.resting.all_reached(price, falling=falling):
                if order.is_stop:
                    self._exchange.trigger(order, time=bar.time)
                    self._expire_impatient(order)

    def _expire_impatient(self, order: Order) -> None:
        """End a stop that was reached and may not wait, where something of it is left."""
        if order.state.is_open and order.request.time_in_force is not TimeInForce.GOOD_TILL_CANCELLED:
            self._exchange.expire(order, time=self._bar.time)

    def _execute_limit(self, order: Order, position: int, *, falling: bool) -> None:
        """Execute a limit order at its price, or at the market's where that is better already."""
        request = order.request
        price = min(request.price, position) if request.side is Side.BUY else max(request.price, position)
        liquidity = Liquidity.MAKER if price == request.price else Liquidity.TAKER
        self._execute(order, price, liquidity, falling=falling)

    def _take(self, order: Order, price: int, *, falling: bool) -> None:
        """Execute an order at the market's price with slippage, within the candle."""
        slipped = self._slippage.price(order.request.side, price)
        within = max(self._bar.low, min(slipped, self._bar.high))
        self._execute(order, within, Liquidity.TAKER, falling=falling)

    def _execute(self, order: Order, price: int, liquidity: Liquidity, *, falling: bool) -> None:
        whole = order.request.time_in_force is TimeInForce.FILL_OR_KILL
        if whole and self._exchange.wanted(order, price) > self._volume_left:
            self._exchange.expire(order, time=self._bar.time)
            return
        fill = self._exchange.execute(
            order, ticks=price, most=self._volume_left, liquidity=liquidity, time=self._bar.time
        )
        if fill:
            self._volume_left -= fill.quantity
            self._fills.append((fill, falling))

    def _stop_of_group(self, order: Order, *, lowest: int, highest: int) -> Order | None:
        """Return the stop within these prices that would have been executed instead of a limit order of its group."""
        if order.is_stop:
            return None
        return next(
            (
                other
                for other in self._exchange.others_of_group(order)
                if other.is_stop and lowest <= other.request.stop_price <= highest
            ),
            None,
        )


def _marked(fill: Fill) -> Fill:
    return replace(fill, depends_on_path=True)
