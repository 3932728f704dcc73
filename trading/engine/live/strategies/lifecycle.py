"""Where a strategy stands that runs live: its state, what is remembered of it, and what is to be told of both."""

from msgspec.structs import replace

from trading.engine.grid.state import PauseReason
from trading.engine.live.strategies.memory import StrategyMemory
from trading.engine.live.strategies.state import (
    STRATEGY_STEPS,
    StrategyEvent,
    StrategySignal,
    StrategyState,
    StrategyStateChange,
    StrategyStep,
)


class LiveStrategyLifecycle:
    """A strategy's `memory`, which is replaced where it changes; `events` are those that nobody has taken yet."""

    def __init__(self, memory: StrategyMemory) -> None:
        self.memory = memory
        self.events: list[StrategyEvent] = []

    @property
    def state(self) -> StrategyState:
        """Where it stands."""
        return self.memory.state

    @property
    def takes_candles(self) -> bool:
        """Whether candles are for it: from its warm-up on, until it ends."""
        return self.state in {StrategyState.WARMING_UP, StrategyState.RUNNING, StrategyState.PAUSED}

    @property
    def decides(self) -> bool:
        """Whether it is asked what to do: also where it waits for what is missing, as that comes later."""
        waits = self.memory.reason in {PauseReason.EXCHANGE_DOWN, PauseReason.MISSING_CANDLES}
        return self.state is StrategyState.RUNNING or (self.state is StrategyState.PAUSED and waits)

    @property
    def waits_for_candles(self) -> bool:
        """Whether it is paused for candles that are missing."""
        return self.state is StrategyState.PAUSED and self.memory.reason == PauseReason.MISSING_CANDLES

    def step(self, step: StrategyStep, time: int, reason: str = "", *, trace: str = "") -> None:
        """Go to the next state; raise `IllegalStrategyStepError` where the step is none."""
        before, state = self.state, STRATEGY_STEPS.next(self.state, step)
        self.memory = replace(self.memory, state=state, reason=str(reason), traceback=trace)
        self.events.append(StrategyStateChange(time=time, before=before, state=state, reason=str(reason)))

    def advise(self, signal: StrategySignal) -> None:
        """Note a signal, by the next number."""
        numbered = replace(signal, number=self.memory.signals + 1)
        self.memory = replace(self.memory, signals=numbered.number, last_signal=numbered)
        self.events.append(numbered)
