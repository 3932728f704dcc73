"""A paper exchange that candles are matched on, with the account that a backtest begins with."""

from trading.engine.accounts.account import Account
from trading.engine.accounts.settlement import Fill, Settlement
from trading.engine.amounts import amount_of
from trading.engine.backtests.outcome import LoggedRefusal
from trading.engine.backtests.plan import BacktestPlan, FillRule
from trading.engine.backtests.skipping import CandleReader
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.events import OrderEvent
from trading.engine.matching.exchange import PaperExchange
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order

MOST_REFUSALS = 1000
"""So many refusals of a run are kept, the first ones; the others are counted."""


class CandleExchange:
    """Orders, executions and refusals of one run, and what candles do to them."""

    def __init__(self, plan: BacktestPlan) -> None:
        instrument = plan.instrument
        self.account = Account(instrument.quote, {instrument.quote: amount_of(plan.initial_capital)})
        self.settlement = Settlement(instrument, self.account, plan.fees())
        touching = plan.fills is FillRule.TOUCH
        self.exchange = PaperExchange(instrument, self.settlement, tell=self._take, touching=touching)
        self.orders: list[Order] = []
        self.fills: list[Fill] = []
        self.refusals: list[LoggedRefusal] = []
        self.refusal_count = 0
        self._matcher = CandleMatcher(self.exchange, Slippage(plan.slippage))

    def next_matched(self, reader: CandleReader, start: int, stop: int) -> int:
        """Return the first candle from `start` to before `stop` that changes anything; `stop` where none does."""
        if self.exchange.acts_at_next_price:
            return start
        resting = self.exchange.resting
        return reader.next_reached(start, stop, below=resting.highest_below, above=resting.lowest_above)

    def match(self, reader: CandleReader, index: int) -> tuple[Fill, ...]:
        """Execute what a candle reaches, and return the fills."""
        fills = self._matcher.match(reader.bar(index))
        self.fills += fills
        return fills

    def order(self, number: int) -> Order:
        """Return the order of that number."""
        return self.orders[number - 1]

    def _take(self, event: OrderEvent) -> None:
        order = event.order
        if order.number > len(self.orders):
            self.orders.append(order)
        if event.refusal is not None:
            self.refusal_count += 1
            if self.refusal_count <= MOST_REFUSALS:
                code, message = event.refusal.code, event.refusal.message
                self.refusals.append(LoggedRefusal(time=event.time, order=order.number, code=code, message=message))
