"""The model that learns from each candle: logistic regression by stochastic gradient descent (river).

Features are brought to one scale by their running mean and variance, which too learn only with a label. So nothing of a
candle reaches the model before its horizon has passed.
"""

import math
from collections.abc import Sequence
from typing import Self

import msgspec

from trading.learning.definitions import Vector
from trading.learning.errors import StoredModelError

_FURTHEST = 5.0
"""A feature counts as at most so many standard deviations: one candle of a crash doesn't overturn all weights."""
_LEAST_PROBABILITY = 1e-9


class OnlineParameters(msgspec.Struct, frozen=True, kw_only=True):
    """How fast it learns, and how strongly weights are drawn to 0 (per example)."""

    learning_rate: float = 0.002
    l2: float = 0.001


class OnlineState(msgspec.Struct, frozen=True, kw_only=True, tag="online"):
    """All that it has learnt, in the order of the features."""

    examples: int
    means: tuple[float, ...]
    variances: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def check(self, features: int) -> None:
        """Raise `StoredModelError` where it isn't the state of a model of so many features."""
        columns = (self.means, self.variances, self.weights)
        if any(len(column) != features for column in columns) or self.examples < 0:
            raise StoredModelError(f"an online model of {features} features needs a mean, variance and weight of each")
        if min(self.variances, default=0.0) < 0:
            raise StoredModelError("a variance must not be below 0")


class OnlineModel:
    """Learns from one example after another; what it says changes with each."""

    def __init__(self, names: Sequence[str], parameters: OnlineParameters) -> None:
        from river.linear_model import LogisticRegression  # noqa: PLC0415 - whoever asks another model does without
        from river.optim import SGD  # noqa: PLC0415
        from river.preprocessing import StandardScaler  # noqa: PLC0415

        self._names = tuple(names)
        rate = parameters.learning_rate
        self._scaler = StandardScaler()
        self._logistic = LogisticRegression(optimizer=SGD(rate), l2=parameters.l2, intercept_lr=rate)
        self._examples = 0

    @classmethod
    def restored(cls, names: Sequence[str], parameters: OnlineParameters, state: OnlineState) -> Self:
        """Return the model as it stood when its state was taken: it goes on exactly as if nothing had happened."""
        from river.utils import VectorDict  # noqa: PLC0415 - as above

        state.check(len(names))
        model = cls(names, parameters)
        model._examples = state.examples
        model._scaler.counts.update(dict.fromkeys(names, state.examples))
        model._scaler.means.update(zip(names, state.means, strict=True))
        model._scaler.vars.update(zip(names, state.variances, strict=True))
        # river gives weights to read only; pyproject.toml bounds its version, and a test restores.
        model._logistic._weights = VectorDict(dict(zip(names, state.weights, strict=True)))  # noqa: SLF001
        model._logistic.intercept = state.intercept
        model._logistic.optimizer.n_iterations = state.examples
        return model

    @property
    def state(self) -> OnlineState:
        """All that it has learnt."""
        weights = self._logistic.weights
        return OnlineState(
            examples=self._examples,
            means=tuple(self._scaler.means.get(name, 0.0) for name in self._names),
            variances=tuple(self._scaler.vars.get(name, 0.0) for name in self._names),
            weights=tuple(float(weights.get(name, 0.0)) for name in self._names),
            intercept=float(self._logistic.intercept),
        )

    def score(self, vector: Vector) -> float:
        """Return the log-odds of a rise, which still have to be calibrated."""
        probability = self._logistic.predict_proba_one(self._scaled(vector))[True]
        bounded = min(1 - _LEAST_PROBABILITY, max(_LEAST_PROBABILITY, probability))
        return math.log(bounded / (1 - bounded))

    def learn(self, vector: Vector, is_up: bool) -> None:
        """Learn what became of a candle with these features."""
        self._scaler.learn_one(dict(zip(self._names, vector, strict=True)))
        self._logistic.learn_one(self._scaled(vector), is_up)
        self._examples += 1

    def _scaled(self, vector: Vector) -> dict[str, float]:
        scaled = self._scaler.transform_one(dict(zip(self._names, vector, strict=True)))
        return {name: max(-_FURTHEST, min(_FURTHEST, value)) for name, value in scaled.items()}
