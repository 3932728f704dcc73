"""A strategy on a live market: the class that backtests drive by stored candles, driven by those that close now.

1. It is warmed up with stored candles, then takes each that closes: none is left out, none comes twice. Where one is
   missing it is paused, and says which (`missing`); what comes after waits until that has come.
2. It is asked what to do at each candle that closes while it runs. One that comes so late that the candle after it
   should have come, too, is only shown to it: nobody orders now for what was an hour ago.
3. Its orders go through the risk gate; those at the market, and what of the others can be, take from the book with the
   next trade, or by `advance`. An execution is told at once.
4. What it was told besides candles is kept (`take_deliveries`). Built anew, it is told all of it again by `warm_up`,
   and then stands where it stood.
5. Where its code raises, takes too much of the processor, or orders without end, it fails: its orders are cancelled,
   and the fault goes no further.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from streaming.events import Interval
from streaming.indicators.bar import PricesAndVolume
from trading.engine.accounts.settlement import Settlement
from trading.engine.grid.state import PauseReason
from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.state import InstanceFigures
from trading.engine.live.strategies.candles import ClosedCandle
from trading.engine.live.strategies.figures import strategy_figures
from trading.engine.live.strategies.limits import CallBudget, CallGuard, CpuClock, NoGuard, StrategyLimits
from trading.engine.live.strategies.live_strategy import LiveStrategy
from trading.engine.live.strategies.memory import Delivery, StrategyMemory
from trading.engine.live.strategies.run import RunTerms
from trading.engine.live.strategies.state import (
    STRATEGY_STEPS,
    StrategyEvent,
    StrategySignal,
    StrategyState,
    StrategyStep,
)
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.live.triggers import Reach
from trading.engine.matching.book import Book
from trading.engine.orders.order import Order
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.predictions import PredictionSource
from trading.engine.strategies.strategy import Strategy

DEFAULT_LIMITS = StrategyLimits()
_NO_GUARD = NoGuard()


def _unmeasured() -> float:
    return 0.0


class StrategyDriver:
    """Drives a strategy on its own sub-account. All that it does is found in the account's changes, its own events, its
    deliveries and its memory.

    `name` (the strategy's id) begins its orders' names: `{name}-{number}`. `deliveries` are all that were taken of it
    before. `market` is always the last trade's price in ticks, `time` in ms. `cpu_ms` tells the processor's time; by
    default that isn't measured. `guard` ends calls that don't come back; by default none is.
    """

    def __init__(
        self,
        sub_account: PaperSubAccount,
        *,
        name: str,
        strategy: type[Strategy[Any]],
        parameters: msgspec.Struct,
        instrument: Instrument,
        interval: Interval,
        memory: StrategyMemory,
        deliveries: Sequence[Delivery] = (),
        gate: OrderGate | None = None,
        limits: StrategyLimits = DEFAULT_LIMITS,
        cpu_ms: CpuClock = _unmeasured,
        guard: CallGuard = _NO_GUARD,
    ) -> None:
        terms = RunTerms(
            name=name,
            strategy=strategy,
            parameters=parameters,
            instrument=instrument,
            interval=interval,
            settlement=Settlement(instrument, sub_account.account, sub_account.fees),
        )
        budget = CallBudget(limits, cpu_ms, guard)
        self._live = LiveStrategy(sub_account, terms, memory, deliveries, gate=gate, budget=budget)
        self._sub_account = sub_account
        self._instrument = instrument

    @property
    def state(self) -> StrategyState:
        """Where it stands."""
        return self._live.lifecycle.state

    @property
    def reason(self) -> str:
        """Why it is paused, is stopping, has stopped or failed; empty where it needs none."""
        return self._live.lifecycle.memory.reason

    @property
    def closes(self) -> bool:
        """Whether what it holds is to be sold before it ends."""
        return self._live.closes

    @property
    def is_cold(self) -> bool:
        """Whether it waits for `warm_up`: with the last stored candles, or, where it has run, all from `warm_from`."""
        return self._live.lifecycle.takes_candles and self._live.run is None

    @property
    def missing(self) -> tuple[int, int] | None:
        """The first and the last open time (ms) between which it waits for candles; None where it waits for none.

        They go to `see_candle`, in their order; where it `is_cold` to `warm_up`, with all others.
        """
        return self._live.candles.missing if self._live.lifecycle.takes_candles else None

    @property
    def has_more_to_do(self) -> bool:
        """Whether it is to be looked after again soon, though no trade reaches it and no candle has closed."""
        return self.state in {StrategyState.WARMING_UP, StrategyState.STOPPING} or self.missing is not None

    @property
    def takes_candles(self) -> bool:
        """Whether candles are for it: from its warm-up on, until it ends."""
        return self._live.lifecycle.takes_candles

    @property
    def has_advised(self) -> bool:
        """Whether `take_events` will return signals."""
        return any(isinstance(event, StrategySignal) for event in self._live.lifecycle.events)

    def take_predictions(self, source: PredictionSource) -> None:
        """Have what its model says at each candle that it takes from here."""
        self._live.predictions = source

    def start(self, *, time: int) -> None:
        """Go from created to warming up."""
        self._live.lifecycle.step(StrategyStep.WARM_UP, time)

    def warm_up(self, history: Iterable[PricesAndVolume], *, time: int) -> None:
        """Build the strategy with closed candles, oldest first, or tell it again what it was told before.

        Candles before and behind those that it needs do no harm; where some are `missing` for what it was told it
        stays cold. Harmless where it isn't cold.
        """
        deque(self.warming_up(history, time=time), maxlen=0)

    def warming_up(self, history: Iterable[PricesAndVolume], *, time: int) -> Iterator[None]:
        """Do the same step by step, candle by candle: between two of them it is cold, and others may have their turn.

        Who doesn't go on to the end leaves it cold.
        """
        if self.is_cold:
            yield from self._live.warm_up(map(ClosedCandle.of, history), time)

    def lose_past(self, reason: str, history: Iterable[PricesAndVolume], *, time: int) -> None:
        """Begin anew by the candles that there are, as those that it was told are gone; stop where it has orders open,
        holds anything, or was paused by hand. Harmless where it isn't cold.
        """
        if self.is_cold:
            self._live.lose_past(reason, [ClosedCandle.of(candle) for candle in history], time)

    def advance(self, *, market: int, time: int) -> None:
        """Do what stands to be done: begin once it is warm, take new orders from the book, end a stop."""
        self._set_market(market, time)
        if self._live.run is not None:
            self._live.candles.look(time)
            self._live.look_for_missing(time)
        if self.state is StrategyState.WARMING_UP:
            self._live.begin(time)
        self._live.work()

    def see_candle(self, candle: PricesAndVolume, *, market: int | None, time: int) -> bool:
        """Take a candle that has closed; return whether it was the next one.

        One that was taken before is passed over; one that comes too early isn't taken, and what is missing before it
        is noted. `advance` takes from the book what is ordered by it.
        """
        live = self._live
        if not live.lifecycle.takes_candles or live.run is None:
            return False
        self._set_market(market or self._instrument.ticks(candle.close, Rounding.DOWN), time)
        if not live.candles.is_next(candle.open_time):
            live.look_for_missing(time)
            return False
        live.take(ClosedCandle.of(candle), time)
        return True

    def pass_missing(self, *, time: int) -> None:
        """Go on without the candles that are missing: they can't be had. Indicators then go on as if none was."""
        self._live.pass_missing(time)

    def see_book(self, book: Book) -> None:
        """Take the order book as it stands now."""
        self._sub_account.see_book(self._instrument.symbol, book)

    def see_trade(self, *, price: int, quantity: int, time: int) -> None:
        """Execute what a trade reaches, and tell the strategy."""
        self._set_market(price, time)
        self._sub_account.see_trade(self._instrument.symbol, price=price, quantity=quantity, time=time)
        self._live.work()

    def cancel(self, client_order_id: str, *, time: int, reason: str = "") -> Order:
        """Cancel one order by hand; the strategy is told as it is told of an order that has expired: not at all.

        Raise `OrderNotOpenError` where none of that name is open.
        """
        order = self._sub_account.cancel(client_order_id, time=time, reason=reason)
        self._live.hear()
        return order

    def pause(self, reason: PauseReason, *, time: int) -> None:
        """Pause; orders are cancelled or stay as the reason says. Raise `IllegalStrategyStepError` where it can't.

        A strategy that is paused already has the new reason then; that the exchange is down changes nothing of it.
        """
        if self.state is StrategyState.PAUSED:
            if reason is PauseReason.EXCHANGE_DOWN:
                return
            if self.reason == reason:
                raise STRATEGY_STEPS.illegal(self.state, StrategyStep.PAUSE)
        self._live.lifecycle.step(StrategyStep.PAUSE, time, reason)
        if reason.cancels:
            self._live.cancel_all(time)

    def resume(self, *, market: int, time: int) -> None:
        """Go on where it was paused; it is asked again from the next candle on, but for what it still waits for.

        Raise `IllegalStrategyStepError` where it isn't paused.
        """
        self._set_market(market, time)
        self._live.lifecycle.step(StrategyStep.RESUME, time)
        self._live.look_for_missing(time)

    def stop(self, *, time: int, cancel_orders: bool = True, close_position: bool = False, reason: str = "") -> int:
        """Stop; return how many orders were cancelled. It has ended once no order is open and all is closed.

        One that is stopping and still sells what it holds, or waits for its orders, gives that up where it is stopped
        again without `close_position`: its market may be gone. Raise `IllegalStrategyStepError` for any other.
        """
        gives_up = not close_position and (self.closes or self._sub_account.open_orders)
        if self.state is not StrategyState.STOPPING or not gives_up:
            self._live.leave()
            self._live.lifecycle.step(StrategyStep.STOP, time, reason)
        self._live.closes = close_position
        return self._live.cancel_all(time) if cancel_orders else 0

    def fail(self, reason: str, *, time: int) -> None:
        """Stand still for a fault that isn't the strategy's own: orders are cancelled."""
        self._live.fail(reason, time)

    def reach(self) -> Reach:
        """Return at which prices a trade does anything here."""
        return self._sub_account.reach(self._instrument.symbol)

    def figures(self, price: int) -> InstanceFigures:
        """Return how it stands at a price in ticks."""
        return strategy_figures(self._sub_account, self._instrument, price)

    def memory(self) -> StrategyMemory:
        """Return all that is to be remembered besides parameters, deliveries and the sub-account's state."""
        live = self._live
        return replace(
            live.lifecycle.memory,
            candle_cursor=live.candles.cursor,
            orders_named=live.run.known.named if live.run else live.lifecycle.memory.orders_named,
            deliveries=live.log.count,
            candles_digest=live.told.digest,
            closes=live.closes,
        )

    def take_deliveries(self) -> tuple[Delivery, ...]:
        """Return what it was told besides candles since this was last called, in its order: to be stored, behind."""
        deliveries, self._live.log.new = tuple(self._live.log.new), []
        return deliveries

    def take_events(self) -> tuple[StrategyEvent, ...]:
        """Return what happened to the strategy since this was last called, in its order."""
        events = tuple(self._live.lifecycle.events)
        self._live.lifecycle.events.clear()
        return events

    def _set_market(self, market: int, time: int) -> None:
        self._live.execution.market, self._live.execution.time = market, time
