"""Recovery of a strategy: it is built anew and told again what it was told before, so that it stands where it stood.

Candles come from the market's history, everything else from its deliveries. Its orders are answered as they were
answered then, none is placed again; where it orders something else than it did then, that is a fault: what it does
hangs on more than what it is told (the machine's clock, chance), or its code or its candles aren't the same.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

import msgspec

from streaming.events import Interval
from streaming.events.intervals import next_open_time
from trading.engine.live.strategies.candles import ClosedCandle
from trading.engine.live.strategies.execution import PaperExecutionClient
from trading.engine.live.strategies.limits import CallBudget, CallEndedError
from trading.engine.live.strategies.memory import (
    AskedChanged,
    Begun,
    Delivery,
    GapPassed,
    OrderForeseen,
    OrdersChanged,
    OwnOrderCancelled,
    OwnOrderHeldBack,
    OwnOrderPlaced,
    Predicted,
    StrategyMemory,
)
from trading.engine.live.strategies.run import RunTerms, StrategyFaultError, StrategyRun
from trading.engine.live.strategies.state import StrategySignal
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import Refusal
from trading.engine.strategies.predictions import Prediction

OTHERWISE = "told again what it was told, it decided otherwise"
"""How a reason begins where a strategy can't be brought back to where it stood."""
STANDS_ELSEWHERE = f"{OTHERWISE}: it stands elsewhere than it did"


class RecoverableRun(Protocol):
    """A strategy's run."""

    def begin(self, begun: Begun) -> None:
        """Let it begin."""

    def show(self, candle: ClosedCandle) -> None:
        """Show it a candle."""

    def ask(self, candle: ClosedCandle, prediction: Prediction | None = None) -> None:
        """Let it decide by one, and what its model said of it."""

    def hear(self, changed: OrdersChanged) -> bool:
        """Tell it what happened to its orders."""
        ...


class KnownCandles(msgspec.Struct, frozen=True, kw_only=True):
    """The candles of a strategy that was left: those of its warm-up, and those behind.

    `missing` are the first and the last open time (ms) between which some aren't known. `signals` is how many it had
    given before.
    """

    signals: int = 0
    history: Sequence[ClosedCandle] = ()
    told: Sequence[ClosedCandle] = ()
    missing: tuple[int, int] | None = None


def known_candles(
    candles: Iterable[ClosedCandle], memory: StrategyMemory, deliveries: Sequence[Delivery], interval: Interval
) -> KnownCandles:
    """Return which of some candles a strategy was warmed up with and told, and which of those are missing."""
    begun = deliveries[0]
    if not isinstance(begun, Begun) or memory.warm_from is None or memory.candle_cursor is None:
        raise StrategyFaultError("what it was told isn't stored whole")
    first, last = memory.warm_from, memory.candle_cursor
    gaps = {gap.after: gap.until for gap in deliveries if isinstance(gap, GapPassed)}
    known = [one for one in candles if first <= one.open_time <= last and not _is_within(one.open_time, gaps)]
    history = [one for one in known if one.open_time <= begun.after]
    told = [one for one in known if one.open_time > begun.after]
    if len(history) != begun.candles or history[-1].open_time != begun.after:
        return KnownCandles(missing=(first, begun.after))
    missing = _hole([history[-1], *told], last, gaps, interval)
    return KnownCandles(signals=begun.signals, history=history, told=told, missing=missing)


class DeliveredExecutionClient:
    """Answers a strategy's orders as they were answered before; `fault` says what it did otherwise."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self.waiting = deque(deliveries)
        self.fault = ""

    def place(self, request: OrderRequest) -> OwnOrderPlaced | OwnOrderHeldBack:
        """Return what became of the order."""
        match self._next():
            case OwnOrderPlaced() as answer if answer.order.request == request:
                return answer
            case OwnOrderHeldBack() as answer if answer.request == request:
                return answer
        raise self._different(f"it now orders {request.client_order_id}, which it didn't then")

    def cancel(self, name: str) -> OwnOrderCancelled:
        """Return the order as it then was."""
        match self._next():
            case OwnOrderCancelled() as answer if answer.order.request.client_order_id == name:
                return answer
        raise self._different(f"it now cancels {name}, which it didn't then")

    def foresee(self, request: OrderRequest, *, number: int, before: Refusal | None) -> OrderForeseen | None:
        """Return what the question was answered, where that was kept: of what ran before these were, nothing is."""
        answer = self.waiting[0] if self.waiting else None
        if not isinstance(answer, OrderForeseen) or answer.number != number:
            return None
        self.waiting.popleft()
        return answer

    def _next(self) -> Delivery | None:
        return self.waiting.popleft() if self.waiting and not self.fault else None

    def _different(self, how: str) -> CallEndedError:
        self.fault = self.fault or f"{OTHERWISE}: {how}"
        return CallEndedError(self.fault)


class DeliveryReplay:
    """Tells one run its candles and deliveries again; `is_asked` says whether it is asked at the next candle."""

    def __init__(self, run: RecoverableRun, execution: DeliveredExecutionClient) -> None:
        self.is_asked = True
        self._prediction: Prediction | None = None
        self._run = run
        self._execution = execution

    def tell(self, candles: Iterable[ClosedCandle]) -> Iterator[None]:
        """Tell all of it, candle by candle; raise `StrategyFaultError` where it fails, or decides otherwise."""
        begun = self._execution.waiting.popleft()
        assert isinstance(begun, Begun)  # noqa: S101 - known_candles has looked
        self._run.begin(begun)
        self._tell_deliveries(begun.after)
        for candle in candles:
            self._run.show(candle)
            prediction, self._prediction = self._prediction, None
            if self.is_asked:
                self._run.ask(candle, prediction)
            self._tell_deliveries(candle.open_time)
            yield
        if self._execution.waiting:
            raise StrategyFaultError("what it was told isn't stored in its order")

    def _tell_deliveries(self, after: int) -> None:
        """Tell what came between a candle and the next one."""
        self._check()
        while self._execution.waiting and self._execution.waiting[0].after == after:
            delivery = self._execution.waiting.popleft()
            match delivery:
                case OrdersChanged():
                    self._run.hear(delivery)
                case AskedChanged():
                    self.is_asked = delivery.is_asked
                case Predicted():
                    self._prediction = delivery.prediction
                case OwnOrderPlaced() | OwnOrderHeldBack() | OwnOrderCancelled() | OrderForeseen():
                    raise StrategyFaultError(f"{OTHERWISE}: {_then(delivery)}, which it doesn't now")
            self._check()

    def _check(self) -> None:
        if self._execution.fault:
            raise StrategyFaultError(self._execution.fault)


class RecoveredRun(NamedTuple):
    """A run that stands where it stood; `is_asked` is whether it is asked what to do at the candle that comes next."""

    run: StrategyRun
    is_asked: bool


class Recovery:
    """Builds the runs of one strategy: new ones, and ones that are told again what it was told.

    What it orders and advises while it is told again is neither placed nor told: `execution` and `tell` have what it
    does from then on.
    """

    def __init__(
        self,
        terms: RunTerms,
        *,
        execution: PaperExecutionClient,
        budget: CallBudget,
        tell: Callable[[StrategySignal], None],
    ) -> None:
        self._terms = terms
        self._execution = execution
        self._budget = budget
        self._tell = tell
        self._signals_again: int | None = None

    def new_run(self, history: Sequence[ClosedCandle]) -> StrategyRun:
        """Return a strategy that is warmed up with candles, oldest first."""
        return StrategyRun(self._terms, history, execution=self._execution, budget=self._budget, tell=self._note_signal)

    def recovered(
        self, known: KnownCandles, deliveries: Sequence[Delivery], memory: StrategyMemory, *, after: int
    ) -> Generator[None, None, RecoveredRun]:
        """Return a run that was told all again, candle by candle; the last delivery came `after` that candle (ms).

        Raise `StrategyFaultError` where it fails, or decides otherwise than it did.
        """
        if vars(self._terms.strategy).get("keeps_nothing"):
            run = self.new_run(known.history)
            for candle in known.told:
                run.show(candle)
                yield
            stands, signals = RecoveredRun(run, take_up(run, deliveries, after)), memory.signals
        else:
            stands, signals = yield from self._told_again(known, deliveries)
        if (signals, stands.run.known.named) != (memory.signals, memory.orders_named):
            raise StrategyFaultError(STANDS_ELSEWHERE)
        return stands

    def _told_again(
        self, known: KnownCandles, deliveries: Sequence[Delivery]
    ) -> Generator[None, None, tuple[RecoveredRun, int]]:
        """Return a run that was told all again, and how many signals it has given."""
        execution = DeliveredExecutionClient(deliveries)
        self._signals_again, self._budget.is_measured = known.signals, False
        try:
            run = self.new_run(known.history)
            run.broker.execution = execution
            replay = DeliveryReplay(run, execution)
            yield from replay.tell(known.told)
            signals = self._signals_again
        finally:
            self._signals_again, self._budget.is_measured = None, True
        run.broker.execution = self._execution
        return RecoveredRun(run, replay.is_asked), signals

    def _note_signal(self, signal: StrategySignal) -> None:
        if self._signals_again is None:
            self._tell(signal)
        else:
            self._signals_again += 1


def take_up(run: StrategyRun, deliveries: Sequence[Delivery], cursor: int) -> bool:
    """Let a strategy that keeps nothing of its own stand where it stood, with all candles up to `cursor`.

    Nothing is asked of it. Return whether it is asked at the candle that comes next.
    """
    is_asked = True
    for delivery in deliveries:
        match delivery:
            case Begun():
                run.known.held, run.known.named = delivery.held, delivery.orders_named
            case AskedChanged():
                is_asked = delivery.is_asked
            case OwnOrderPlaced() | OwnOrderHeldBack():
                run.known.next_name()
                run.known.note_placed(delivery, chosen_name="")
            case OwnOrderCancelled():
                run.known.note_cancelled(delivery)
            case OrdersChanged():
                run.known.note_changed(delivery)
                run.market.move(delivery.time, delivery.market if delivery.after == cursor else 0)
    return is_asked


def _then(delivery: OwnOrderPlaced | OwnOrderHeldBack | OwnOrderCancelled | OrderForeseen) -> str:
    match delivery:
        case OwnOrderHeldBack(request=request):
            return f"it then ordered {request.client_order_id}"
        case OwnOrderPlaced(order=order):
            return f"it then ordered {order.request.client_order_id}"
        case OwnOrderCancelled(order=order):
            return f"it then cancelled {order.request.client_order_id}"
    return "it then asked what would refuse an order"


def _is_within(open_time: int, gaps: dict[int, int]) -> bool:
    return any(after < open_time < until for after, until in gaps.items())


def _hole(
    candles: Sequence[ClosedCandle], last: int, gaps: dict[int, int], interval: Interval
) -> tuple[int, int] | None:
    """Return the first and the last open time of the first hole in candles that should go up to `last`."""
    for before, candle in pairwise(candles):
        expected = gaps.get(before.open_time) or next_open_time(interval, before.open_time)
        if candle.open_time != expected:
            return expected, candle.open_time
    end = candles[-1].open_time
    return None if end == last else (gaps.get(end) or next_open_time(interval, end), last)
