"""The states of a strategy that runs live, the steps from one to another (any other raises), and what it tells.

created ── warm up ──> warming_up ── run ──> running ── stop ──> stopping ── end ──> stopped
                                             │     ↑
                              pause ──> paused ── resume
One that is running or paused warms up anew where its past was replaced. All that aren't stopping or stopped can stop,
all that aren't stopped can fail. One that failed can only stop.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

from trading.engine.orders.order import OrderRequest
from trading.engine.strategies.signals import SignalAction
from trading.engine.transitions import IllegalStepError, Transitions


class StrategyState(StrEnum):
    """Where a strategy stands."""

    CREATED = "created"
    WARMING_UP = "warming_up"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ERROR = "error"

    @property
    def is_over(self) -> bool:
        """Return whether it will never trade again."""
        return self is StrategyState.STOPPED

    @property
    def trades_no_more(self) -> bool:
        """Return whether it trades nothing any more: it is over, or has failed, and can only be stopped."""
        return self.is_over or self is StrategyState.ERROR

    @property
    def is_stopping(self) -> bool:
        """Return whether it only ends what it has open, and is over then."""
        return self is StrategyState.STOPPING


class StrategyStep(StrEnum):
    """What happens to a strategy."""

    WARM_UP = "warm up"
    RUN = "run"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    END = "end"
    FAIL = "fail"


_STOP, _FAIL, _PAUSE, _ANEW = (
    {StrategyStep.STOP: StrategyState.STOPPING},
    {StrategyStep.FAIL: StrategyState.ERROR},
    {StrategyStep.PAUSE: StrategyState.PAUSED},
    {StrategyStep.WARM_UP: StrategyState.WARMING_UP},
)


class IllegalStrategyStepError(IllegalStepError[StrategyState, StrategyStep]):
    """A strategy can't take `step` from `state`."""


STRATEGY_STEPS = Transitions(
    "a strategy",
    {
        StrategyState.CREATED: {**_ANEW, **_STOP, **_FAIL},
        StrategyState.WARMING_UP: {StrategyStep.RUN: StrategyState.RUNNING, **_STOP, **_FAIL},
        StrategyState.RUNNING: {**_PAUSE, **_ANEW, **_STOP, **_FAIL},
        StrategyState.PAUSED: {**_PAUSE, StrategyStep.RESUME: StrategyState.RUNNING, **_ANEW, **_STOP, **_FAIL},
        StrategyState.STOPPING: {StrategyStep.END: StrategyState.STOPPED, **_FAIL},
        StrategyState.ERROR: _STOP,
    },
    error=IllegalStrategyStepError,
)


class StrategyStateChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A strategy went from one state to another at `time` (ms; a pause for another reason: to the same)."""

    time: int
    before: StrategyState
    state: StrategyState
    reason: str


class StrategySignal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A strategy advised something at `time` (ms), while its symbol's last candle had closed at `price`.

    `number` counts its signals from 1; 0 before it is counted.
    It speaks of the close `horizon` candles later; `model_version` is of the model that it went by, None where by none.
    """

    time: int
    action: SignalAction
    price: Decimal
    confidence: Decimal
    reason: str
    number: int = 0
    horizon: int = 1
    model_version: int | None = None


class StrategyOrderRefusal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order of a strategy was held back before the exchange: a `RiskCode`, or `STRATEGY_PAUSED` and the like."""

    time: int
    request: OrderRequest
    code: str
    message: str


StrategyEvent = StrategyStateChange | StrategySignal | StrategyOrderRefusal
