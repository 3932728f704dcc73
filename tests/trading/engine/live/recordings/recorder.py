"""Records what it does to a sub-account, as the worker records what reaches one."""

from trading.engine.live.recordings.journal import StepJournal
from trading.engine.live.recordings.recording import RecordedRun, Recording, RecordingStart
from trading.engine.live.recordings.steps import RecordedLine, RecordedStep
from trading.engine.risk.gate import OrderGate


class Recorder:
    """Does what reaches a sub-account, and records it; `gate` is asked as a grid's driver asks it."""

    def __init__(self, start: RecordingStart, *, gate: OrderGate | None = None) -> None:
        self._start = start
        self._lines: list[RecordedLine] = []
        self._journal = StepJournal()
        self.run = RecordedRun(start, gate or _let_pass, journal=self._journal)

    @property
    def recording(self) -> Recording:
        """What was recorded so far."""
        self._lines += self._journal.take()
        return Recording(self._start, tuple(self._lines))

    def do(self, step: RecordedStep) -> None:
        """Do a step; one that raises isn't recorded."""
        self.run.do(step)


def _let_pass(*_: object, is_counted: bool = False) -> None:
    """Refuse nothing."""
