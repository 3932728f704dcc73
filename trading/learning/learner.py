"""A model that is asked at each candle's close, and learns what became of its answers once their horizon has passed.

Live, in backtests and while training, the same few lines decide when a label enters.
"""

from typing import Protocol

from trading.learning.calibration import Calibration
from trading.learning.definitions import Vector
from trading.learning.labels import LabelQueue, LearntLabels, ModelDecision, Outcome

HALF = 0.5


class Model(Protocol):
    """What can be asked, and may learn."""

    def score(self, vector: Vector) -> float:
        """Return the log-odds of a rise, which still have to be calibrated."""
        ...

    def learn(self, vector: Vector, is_up: bool) -> None:
        """Learn what became of a candle with these features."""
        ...


class CalibrationSource(Protocol):
    """Where the calibration comes from that is good now."""

    @property
    def calibration(self) -> Calibration | None: ...

    def observe(self, outcome: Outcome) -> None:
        """Take what became of a score."""
        ...


class Learner:
    """One model of one symbol and interval, as time goes on."""

    def __init__(self, model: Model, calibrations: CalibrationSource, queue: LabelQueue) -> None:
        self._model = model
        self._calibrations = calibrations
        self._queue = queue
        self._learnt = LearntLabels()

    @property
    def learnt(self) -> LearntLabels:
        """What it has learnt since it was made."""
        return self._learnt

    @property
    def calibration(self) -> Calibration | None:
        """The calibration that is good now; None while there were too few outcomes."""
        return self._calibrations.calibration

    def close(self, time: int, price: float) -> Outcome | None:
        """Take a candle's close, and learn from the decision whose horizon ends with it; return what became of it."""
        outcome = self._queue.close(time, price)
        if outcome is not None:
            self._calibrations.observe(outcome)
            self._model.learn(outcome.decision.features, outcome.is_up)
            self._learnt = LearntLabels(count=self._learnt.count + 1, newest=outcome.known_at)
        return outcome

    def assess(self, vector: Vector) -> tuple[float, float]:
        """Return the model's score and the probability of a rise: a half where nothing is known of its scores yet."""
        score = self._model.score(vector)
        calibration = self._calibrations.calibration
        return score, HALF if calibration is None else calibration.probability(score)

    def wait_for(self, decision: ModelDecision) -> None:
        """Let a decision upon the candle that closed last wait for its horizon to pass."""
        self._queue.add(decision)
