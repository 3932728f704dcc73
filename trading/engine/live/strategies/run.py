"""A strategy at work: built from its class, shown candles, asked what to do, and told what became of its orders.

Live, and as it is told again what it was told before, are the same here but for the client that answers its orders.
"""

import traceback
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.accounts.settlement import Settlement
from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.strategies.broker import ExecutionClient, LiveBroker
from trading.engine.live.strategies.candles import ClosedCandle, LastCandles, ReadingKey, RunningReading, reading_key
from trading.engine.live.strategies.foreign_values import (
    MOST_HORIZON,
    MOST_VERSION,
    storable_confidence,
    storable_count,
    storable_text,
)
from trading.engine.live.strategies.limits import CallBudget, CallEndedError, CallGuard
from trading.engine.live.strategies.memory import Begun, OrdersChanged
from trading.engine.live.strategies.orders import KnownOrders
from trading.engine.live.strategies.state import StrategySignal
from trading.engine.strategies.candles import MOST_CANDLES, CandleColumns
from trading.engine.strategies.context import Context, IndicatorReading
from trading.engine.strategies.errors import CannotTradeError
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.predictions import Prediction
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy

_LONGEST_REASON = 300
_LONGEST_TRACEBACK = 8_000


class StrategyFaultError(Exception):
    """A strategy can't go on: a `reason` in words and, where its own code raised, the `trace` of that."""

    def __init__(self, reason: str, trace: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.trace = trace


class KnownMarket:
    """The market as a strategy knows it: `time` in ms, which never goes back, and the last `price` in ticks."""

    def __init__(self) -> None:
        self.time = 0
        self.price = 0

    def now_ms(self) -> int:
        """Return the market's time in ms since the epoch."""
        return self.time

    def move(self, time: int, price: int) -> None:
        """Go on to a time and, where it is known, a price."""
        self.time, self.price = max(self.time, time), price or self.price


class RunTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is run, on what, and on which terms; `name` is the id by which its orders are named."""

    name: str
    strategy: type[Strategy[Any]]
    parameters: msgspec.Struct
    instrument: Instrument
    interval: Interval
    settlement: Settlement


class StrategyRun:
    """One strategy from its warm-up on, with `history`, the candles that had closed by then, oldest first.

    `tell` is given its signals. Each call raises `StrategyFaultError` where the strategy can't go on.
    """

    def __init__(
        self,
        terms: RunTerms,
        history: Sequence[ClosedCandle],
        *,
        execution: ExecutionClient,
        budget: CallBudget,
        tell: Callable[[StrategySignal], None],
    ) -> None:
        self.known = KnownOrders(terms.name)
        self.market = KnownMarket()
        self.broker = LiveBroker(
            terms.instrument, terms.settlement, known=self.known, execution=execution, last=self.market
        )
        self._instrument = terms.instrument
        self._budget = budget
        self._context = _LiveContext(terms, history, market=self.market, broker=self.broker, budget=budget, tell=tell)
        if history:
            self._move_to(history[-1])
        made: list[Strategy[Any]] = []
        self._call(lambda: made.append(terms.strategy(terms.parameters, self._context)))
        self._context.forget_history()
        self._strategy = made[0]
        self._hears_of_fills = terms.strategy.on_fill is not Strategy.on_fill

    @property
    def is_warm(self) -> bool:
        """Whether all its indicators have a value."""
        return all(reading.value is not None for reading in self._context.readings.values())

    def begin(self, begun: Begun) -> None:
        """Let it begin."""
        self.known.held, self.known.named = begun.held, begun.orders_named
        self.market.move(begun.time, begun.market)
        self._call(self._strategy.on_start)

    def show(self, candle: ClosedCandle) -> None:
        """Let its data and indicators go on by a candle that has closed."""
        self._context.add(candle)
        self._move_to(candle)

    def ask(self, candle: ClosedCandle, prediction: Prediction | None = None) -> None:
        """Let it decide by a candle that it was shown, and what its model says of it."""
        self._context.prediction = prediction
        self._call(self._strategy.on_candle, candle)
        self._context.prediction = None

    def hear(self, changed: OrdersChanged) -> bool:
        """Tell it what happened to its orders; return whether it was called for it."""
        self.market.move(changed.time, changed.market)
        fills = self.known.note_changed(changed)
        if not self._hears_of_fills:
            return False
        for order, fill in fills:
            told = OrderFill(PlacedOrder(order, self._instrument), fill, self._instrument)
            self._call(self._strategy.on_fill, told)
        return bool(fills)

    def _move_to(self, candle: ClosedCandle) -> None:
        self.market.move(candle.close_time, self._instrument.ticks(candle.close, Rounding.DOWN))

    def _call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call the strategy's own code, whatever that does."""
        self._budget.begin()
        guard = self._budget.guard
        try:
            fault = _fault_of(guard, function, *arguments)
        except CallEndedError as ended:  # also by the guard, wherever it comes in between
            fault = StrategyFaultError(ended.reason)
        except MemoryError:  # as what it raised was told
            fault = StrategyFaultError(guard.out_of_memory)
        finally:
            guard.end()
        over = self._budget.end(self.market.time)
        if fault is not None or over:
            raise fault or StrategyFaultError(over)


class _LiveContext(Context):
    """The context of a strategy that runs live."""

    def __init__(
        self,
        terms: RunTerms,
        history: Sequence[ClosedCandle],
        *,
        market: KnownMarket,
        broker: LiveBroker,
        budget: CallBudget,
        tell: Callable[[StrategySignal], None],
    ) -> None:
        self.clock: KnownMarket = market
        self.instrument = terms.instrument
        self.interval = terms.interval
        self.broker: LiveBroker = broker
        self.readings: dict[ReadingKey, RunningReading] = {}
        self._history = history
        self._candles = LastCandles()
        self._budget = budget
        self._tell = tell
        for candle in history[-MOST_CANDLES:]:
            self._candles.add(candle)

    @property
    def data(self) -> CandleColumns:
        """The last closed candles."""
        return self._candles.columns()

    def indicator(self, name: str, /, *, output: str = "", **parameters: Decimal | float) -> IndicatorReading:
        """Return an indicator's output on closed candles; one asked for later than in the constructor begins empty."""
        key = reading_key(name, output, parameters)
        if key not in self.readings:
            self.readings[key] = RunningReading(key, self._history)
        return self.readings[key]

    def signal(
        self,
        action: SignalAction,
        confidence: Decimal = Decimal(1),
        reason: str = "",
        *,
        prediction: Prediction | None = None,
    ) -> None:
        """Tell what should be done."""
        self._budget.count_signal()
        advised, sure = SignalAction(action), storable_confidence(confidence)
        told = StrategySignal(
            time=self.clock.time,
            action=advised,
            price=self.instrument.price(self.clock.price),
            confidence=sure,
            reason=storable_text(str(reason)[:_LONGEST_REASON]),
            horizon=1 if prediction is None else storable_count("horizon", prediction.horizon, most=MOST_HORIZON),
            model_version=None
            if prediction is None
            else storable_count("version", prediction.version, most=MOST_VERSION),
        )
        self._budget.guard.hold()
        try:
            self._tell(told)
        finally:
            self._budget.guard.release()

    def add(self, candle: ClosedCandle) -> None:
        """Take the next candle."""
        self._candles.add(candle)
        for reading in self.readings.values():
            reading.add(candle)

    def forget_history(self) -> None:
        """Keep no candles but the last ones."""
        self._history = ()


def _fault_of(guard: CallGuard, function: Callable[..., object], *arguments: Any) -> StrategyFaultError | None:
    """Call a function within a guard; return what it raised, as that is told."""
    guard.begin()
    try:
        function(*arguments)
    except (KeyboardInterrupt, CallEndedError):
        raise
    except MemoryError as raised:
        guard.end()  # there may be too little left to tell of it
        return StrategyFaultError(
            guard.out_of_memory, "".join(traceback.format_tb(raised.__traceback__))[-_LONGEST_TRACEBACK:]
        )
    except BaseException as raised:  # noqa: BLE001 - also what would end the process: it is foreign code
        return StrategyFaultError(_reason_of(raised), _trace_of(raised))
    finally:
        guard.end()
    return None


def _reason_of(raised: BaseException) -> str:
    told = storable_text("".join(traceback.format_exception_only(raised))).strip()  # says so where there is no text
    if isinstance(raised, CannotTradeError):
        return told.partition(": ")[2][:_LONGEST_REASON]
    return f"its code failed by {told}"[:_LONGEST_REASON]


def _trace_of(raised: BaseException) -> str:
    return storable_text("".join(traceback.format_exception(raised))[-_LONGEST_TRACEBACK:])
