"""A strategy on a live market at work: candles and news of its orders are told to it, and what it does is kept.

Between two calls of `work` nothing happens by itself; what a strategy is told to do is in `driver.py`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from trading.engine.grid.state import PauseReason
from trading.engine.live.strategies.candle_digest import (
    FILTERS_CHANGED,
    CandleDigest,
    deliveries_needed,
    lost_past,
    untold,
    without_past,
)
from trading.engine.live.strategies.candle_sequence import CandleSequence
from trading.engine.live.strategies.candles import ClosedCandle
from trading.engine.live.strategies.execution import DeliveryLog, PaperExecutionClient
from trading.engine.live.strategies.lifecycle import LiveStrategyLifecycle
from trading.engine.live.strategies.limits import CallBudget
from trading.engine.live.strategies.memory import (
    AskedChanged,
    Begun,
    Delivery,
    GapPassed,
    OrdersChanged,
    Predicted,
    StrategyFilters,
    StrategyMemory,
)
from trading.engine.live.strategies.recovery import OTHERWISE, STANDS_ELSEWHERE, Recovery, known_candles
from trading.engine.live.strategies.run import RunTerms, StrategyFaultError, StrategyRun
from trading.engine.live.strategies.sale import NOTHING_TO_SELL, PositionSale
from trading.engine.live.strategies.state import STRATEGY_STEPS, StrategyState, StrategyStep
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.candles import MOST_CANDLES
from trading.engine.strategies.predictions import PredictionSource


class LiveStrategy:
    """A strategy's life, its run, and its orders on a sub-account.

    `run` is None until it is warmed up, and once it is over.
    """

    def __init__(
        self,
        sub_account: PaperSubAccount,
        terms: RunTerms,
        memory: StrategyMemory,
        deliveries: Sequence[Delivery],
        *,
        gate: OrderGate | None,
        budget: CallBudget,
    ) -> None:
        self.sub_account = sub_account
        self.terms = terms
        self.lifecycle = LiveStrategyLifecycle(memory)
        self.closes = memory.closes
        self.candles = CandleSequence(terms.interval, memory.candle_cursor)
        self.log = DeliveryLog(memory.deliveries, memory.candle_cursor)
        self.run: StrategyRun | None = None
        self._deliveries = deliveries_needed(deliveries, memory)
        self._untold = untold(deliveries)
        self.told = CandleDigest(memory.candles_digest)
        self._is_asked = True
        self._warmed_with = self._signals_before = 0
        self.predictions: PredictionSource | None = None
        tell = self.lifecycle.events.append
        self.execution = PaperExecutionClient(
            sub_account, terms.instrument, gate=gate, log=self.log, budget=budget, tell=tell
        )
        self._recovery = Recovery(terms, execution=self.execution, budget=budget, tell=self.lifecycle.advise)
        self._sale = PositionSale(self.execution, terms.instrument, terms.name, tell=tell)

    def look_for_missing(self, time: int) -> None:
        """Pause where a candle is missing; it goes on by itself once that has come."""
        if self.candles.missing is not None and self.lifecycle.state is StrategyState.RUNNING:
            self.lifecycle.step(StrategyStep.PAUSE, time, PauseReason.MISSING_CANDLES)

    def pass_missing(self, time: int) -> None:
        """Go on without candles that are missing."""
        if self.run is None or self.candles.missing is None:
            return
        self.candles.pass_missing()
        if self.lifecycle.waits_for_candles:
            self.lifecycle.step(StrategyStep.RESUME, time)

    def fail(self, reason: str, time: int, *, trace: str = "") -> None:
        """Stand still for a fault: orders are cancelled."""
        self.leave()
        self.lifecycle.step(StrategyStep.FAIL, time, reason, trace=trace)
        self.cancel_all(time)

    def leave(self) -> None:
        """Tell the strategy nothing any more: it is over."""
        if self.run is not None:
            self.lifecycle.memory = replace(self.lifecycle.memory, orders_named=self.run.known.named)
        self.run = None

    def cancel_all(self, time: int) -> int:
        """Cancel all orders, for the reason why it stands still; return how many."""
        orders = self.sub_account.open_orders
        for _, order in orders:
            self.sub_account.cancel(order.request.client_order_id, time=time, reason=self.lifecycle.memory.reason)
        self.execution.time = max(self.execution.time, time)
        self.hear()
        return len(orders)

    # -- warm-up --------------------------------------------------------------------------------------------------

    def warm_up(self, candles: Iterable[ClosedCandle], time: int) -> Iterator[None]:
        """Build the strategy; one that has run before is told again what it was told: so much of it at each step."""
        history = list(candles)
        filters = self.lifecycle.memory.filters
        if filters is not None and not filters.has_units_of(self.terms.instrument):
            self.lose_past(FILTERS_CHANGED, history, time)
            return
        try:
            if self.lifecycle.memory.started_at is not None:
                yield from self._tell_again(history)
            else:
                self._build(history)
        except StrategyFaultError as fault:
            is_otherwise = fault.reason.startswith(OTHERWISE)
            if is_otherwise and (lost := lost_past(history, self.lifecycle.memory, self._deliveries, self.terms)):
                self.lose_past(lost, history, time)
            else:
                self.fail(fault.reason, time, trace=fault.trace)

    def lose_past(self, reason: str, candles: Iterable[ClosedCandle], time: int) -> None:
        """Begin anew, by other candles or filters, where it has nothing open; where it has, or is paused, stop."""
        if self.lifecycle.decides and not self.execution.has_anything_open:
            self.lifecycle.memory = without_past(self.lifecycle.memory, deliveries=self.log.count)
            self._deliveries, self._untold, self._is_asked = (), [], True
            self.lifecycle.step(StrategyStep.WARM_UP, time, f"{reason}; it starts anew")
            deque(self.warm_up(candles, time), maxlen=0)  # it has run no more: that is one step
        else:
            self.lifecycle.step(StrategyStep.STOP, time, reason)
            self.cancel_all(time)

    def begin(self, time: int) -> None:
        """Let it begin, where all that it looks at is there."""
        run, cursor = self.run, self.candles.cursor
        if run is None or cursor is None or not run.is_warm or self.candles.missing is not None:
            return
        begun = Begun(
            after=cursor,
            candles=self._warmed_with,
            time=time,
            market=self.execution.market,
            held=self.execution.held,
            orders_named=run.known.named,
            signals=self._signals_before,
        )
        self.log.add(begun)
        self.lifecycle.memory = replace(
            self.lifecycle.memory, started_at=time, filters=StrategyFilters.of(self.terms.instrument)
        )
        self.lifecycle.step(StrategyStep.RUN, time)
        self._call(lambda: run.begin(begun), time)

    def _build(self, candles: Sequence[ClosedCandle]) -> None:
        """Build it, with the last candles before its first one."""
        history = candles[-MOST_CANDLES:]
        self.candles = CandleSequence(self.terms.interval, None)
        self._signals_before = self.lifecycle.memory.signals
        self.run = self._recovery.new_run(history)
        self.run.known.named = self.lifecycle.memory.orders_named
        self._warmed_with, self.told = len(history), CandleDigest.of(history[:-1])
        if history:
            self.lifecycle.memory = replace(self.lifecycle.memory, warm_from=history[0].open_time)
            self._note_candle(history[-1])

    def _tell_again(self, candles: Sequence[ClosedCandle]) -> Iterator[None]:
        """Let it stand where it stood; where candles are missing for that, they are noted, and nothing is done."""
        memory, deliveries = self.lifecycle.memory, self._deliveries
        known = known_candles(candles, memory, deliveries, self.terms.interval)
        if known.missing is not None:
            self.candles.missing = known.missing
            return
        run, is_asked = yield from self._recovery.recovered(known, deliveries, memory, after=self.log.after)
        self._check_open_orders(run)
        self.run, self._is_asked = run, is_asked
        filters = memory.filters or StrategyFilters.of(self.terms.instrument)
        self.lifecycle.memory = replace(self.lifecycle.memory, filters=filters)
        self.candles.missing = None
        if self.lifecycle.waits_for_candles:
            self.candles.expect()

    def _check_open_orders(self, run: StrategyRun) -> None:
        """Raise `StrategyFaultError` where it knows of other open orders than there are."""
        there = {order.request.client_order_id for _, order in self.sub_account.open_orders}
        ended = {event.order.request.client_order_id for news in self._untold for event in news.events} - there
        if run.known.open_names - ended != there:
            raise StrategyFaultError(STANDS_ELSEWHERE)

    # -- candles and orders ---------------------------------------------------------------------------------------

    def take(self, candle: ClosedCandle, time: int) -> None:
        """Take the next candle, of which the sequence knows that it is."""
        self._tell_untold()
        run = self.run
        if run is None:
            return
        if self.candles.expected not in {None, candle.open_time}:
            self.log.add(GapPassed(after=self.log.after, until=candle.open_time))
        if self.lifecycle.state is StrategyState.WARMING_UP:
            self._warmed_with += 1
        is_asked = self.lifecycle.decides and not self.candles.is_late(candle.open_time, time)
        if is_asked != self._is_asked and self.lifecycle.memory.started_at is not None:
            self.log.add(AskedChanged(after=self.log.after, is_asked=is_asked))
            self._is_asked = is_asked
        prediction = None if self.predictions is None else self.predictions.at(candle)
        if is_asked and prediction is not None:
            self.log.add(Predicted(after=self.log.after, prediction=prediction))
        run.show(candle)
        self._note_candle(candle)
        if self.lifecycle.waits_for_candles and self.candles.missing is None:
            self.lifecycle.step(StrategyStep.RESUME, time)
        if is_asked:
            self._call(lambda: run.ask(candle, prediction), time)

    def work(self) -> None:
        """Let new orders take from the book, and tell what happened, until nothing more does."""
        self._tell_untold()
        again = True
        while again:
            symbol = self.terms.instrument.symbol
            self.sub_account.take_new(symbol, market=self.execution.market, time=self.execution.time)
            again = self._end_stop() if self.lifecycle.state is StrategyState.STOPPING else self.hear()

    def hear(self) -> bool:
        """Tell the strategy what happened to its orders; return whether it may have ordered for it."""
        if not self.lifecycle.takes_candles:
            self.execution.heard.clear()
            return False
        news = self.execution.take_news(is_told=self.run is not None and not self._untold)
        if self.run is None or self._untold:
            self._untold += [] if news is None else [news]
            news = self._untold_together()
        return news is not None and self._tell(news)

    def _tell(self, news: OrdersChanged) -> bool:
        run, called = self.run, list[bool]()
        if run is not None:
            self._call(lambda: called.append(run.hear(news)), self.execution.time)
        return any(called)

    def _tell_untold(self) -> None:
        """Tell it what happened to its orders before it stood again where it had stood."""
        if self._untold and self.run is not None:
            self.hear()

    def _untold_together(self) -> OrdersChanged | None:
        """Return all that it is still to be told as one, and keep that it is told; None while nobody is there to hear.

        Told one by one, it would cancel an order of which the next news are that it has ended.
        """
        if self.run is None or not self._untold:
            return None
        events = tuple(event for news in self._untold for event in news.events)
        news = replace(self._untold[-1], events=events, is_untold=False)
        self._untold.clear()
        self.log.add(news)
        return news

    def _note_candle(self, candle: ClosedCandle) -> None:
        self.told.add(candle)
        self.candles.take(candle.open_time)
        self.log.after = candle.open_time
        if self.lifecycle.memory.warm_from is None:
            self.lifecycle.memory = replace(self.lifecycle.memory, warm_from=candle.open_time)

    def _call(self, call: Callable[[], None], time: int) -> None:
        """Let the strategy do something; where that goes wrong, it fails."""
        try:
            call()
        except StrategyFaultError as fault:
            if STRATEGY_STEPS.can(self.lifecycle.state, StrategyStep.FAIL):
                self.fail(fault.reason, time, trace=fault.trace)

    def _end_stop(self) -> bool:
        """End once no order is open, and all is sold where that is asked for; return whether it is being sold."""
        self.execution.heard.clear()
        if self.sub_account.open_orders:
            return False
        named = self.lifecycle.memory.orders_named
        sale = self._sale.sell(named) if self.closes else NOTHING_TO_SELL
        self.lifecycle.memory = replace(self.lifecycle.memory, orders_named=named + sale.is_named)
        if not sale.is_over:
            return sale.is_named
        reasons = filter(None, (self.lifecycle.memory.reason, sale.reason))
        self.lifecycle.step(StrategyStep.END, self.execution.time, "; ".join(reasons))
        return False
