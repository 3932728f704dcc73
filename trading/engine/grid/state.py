"""The states of a grid, and the steps that lead from one to another: any other step raises.

created ── wait ──> waiting_trigger ── begin ──> starting ── run ──> running ── stop ──> stopping ── end ──> stopped
   └───────────────────── begin ───────────────────┘                 │  ↑
                                      pause ──> paused ── resume ────┘──┘   (back to where it was paused)
All that aren't stopped can stop, and fail; one that failed begins anew.
"""

from enum import StrEnum

from trading.engine.transitions import IllegalStepError, Transitions


class GridState(StrEnum):
    """Where a grid stands."""

    CREATED = "created"
    WAITING_TRIGGER = "waiting_trigger"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ERROR = "error"

    @property
    def is_over(self) -> bool:
        """Return whether it will never trade again."""
        return self is GridState.STOPPED

    @property
    def trades_no_more(self) -> bool:
        """Return whether it trades nothing any more: it is over, or has failed, and would have to begin anew."""
        return self.is_over or self is GridState.ERROR

    @property
    def is_stopping(self) -> bool:
        """Return whether it only ends what it has open, and is over then."""
        return self is GridState.STOPPING


class GridStep(StrEnum):
    """What happens to a grid; `RESUME_…` name where a pause ends."""

    WAIT = "wait"
    BEGIN = "begin"
    RUN = "run"
    PAUSE = "pause"
    RESUME_WAITING = "resume waiting"
    RESUME_STARTING = "resume starting"
    RESUME = "resume"
    STOP = "stop"
    END = "end"
    FAIL = "fail"


class PauseReason(StrEnum):
    """Why a grid, or a strategy, is paused; for want of candles only a strategy is.

    While the exchange or a candle is missing its orders stay; else they are cancelled, and a grid's are placed anew.
    """

    USER = "user"
    KILL_SWITCH = "kill_switch"
    EXCHANGE_DOWN = "exchange_down"
    MISSING_CANDLES = "missing_candles"

    @property
    def cancels(self) -> bool:
        """Return whether its orders are cancelled meanwhile."""
        return self not in {PauseReason.EXCHANGE_DOWN, PauseReason.MISSING_CANDLES}


_STOP, _FAIL, _PAUSE = (
    {GridStep.STOP: GridState.STOPPING},
    {GridStep.FAIL: GridState.ERROR},
    {GridStep.PAUSE: GridState.PAUSED},
)


class IllegalGridStepError(IllegalStepError[GridState, GridStep]):
    """A grid can't take `step` from `state`."""


GRID_STEPS = Transitions(
    "a grid",
    {
        GridState.CREATED: {
            GridStep.WAIT: GridState.WAITING_TRIGGER,
            GridStep.BEGIN: GridState.STARTING,
            **_STOP,
            **_FAIL,
        },
        GridState.WAITING_TRIGGER: {GridStep.BEGIN: GridState.STARTING, **_PAUSE, **_STOP, **_FAIL},
        GridState.STARTING: {GridStep.RUN: GridState.RUNNING, **_PAUSE, **_STOP, **_FAIL},
        GridState.RUNNING: {**_PAUSE, **_STOP, **_FAIL},
        GridState.PAUSED: {
            **_PAUSE,
            GridStep.RESUME_WAITING: GridState.WAITING_TRIGGER,
            GridStep.RESUME_STARTING: GridState.STARTING,
            GridStep.RESUME: GridState.RUNNING,
            **_STOP,
            **_FAIL,
        },
        GridState.STOPPING: {GridStep.END: GridState.STOPPED, **_FAIL},
        GridState.ERROR: {GridStep.BEGIN: GridState.STARTING, **_STOP},
    },
    error=IllegalGridStepError,
)
