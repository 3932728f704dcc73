"""A new version of a model, trained and judged: what a night's training does for one symbol."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version as version_of

import numpy as np

from trading.learning.boosting import BoostedTrees, train_boosting
from trading.learning.calibration import Calibration, RollingCalibration, RollingState
from trading.learning.candles import CandleTable, Floats, complete_rows
from trading.learning.definitions import BOOK_FEATURES, CANDLE_FEATURES, FeatureSet
from trading.learning.earnings import break_even_probability
from trading.learning.evaluation import reliability_of, window_metrics
from trading.learning.examples import Examples, examples_of
from trading.learning.features import feature_matrix
from trading.learning.kinds import ModelKind
from trading.learning.labels import LabelQueue, ModelDecision
from trading.learning.leaks import check_features
from trading.learning.learner import Learner
from trading.learning.model_card import ModelCard
from trading.learning.online import OnlineModel, OnlineState
from trading.learning.settings import LearningSettings
from trading.learning.stored_model import StoredModel
from trading.learning.walk_forward import HeldOutWindow, JudgedWindow, calibration_of, walk_forward, windows_of

_CHECKED_CANDLES = 1000
"""Features of so many of the last candles are checked: those of all would take as long as the training."""
_CUTS = (0.3, 0.6, 0.9)
_LEAST_BOOKS = 0.9
"""The share of closes at which the book is to be known."""
_LIBRARIES = ("river", "scikit-learn", "numpy", "ta-lib")


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """What a version is made of: a symbol's closed candles, and what is computed from them.

    `book_imbalance` has a value for each candle, NaN where the book wasn't known.
    """

    symbol: str
    candles: CandleTable
    feature_set: FeatureSet
    matrix: Floats
    examples: Examples
    book_imbalance: Floats | None = None

    @classmethod
    def of(
        cls,
        symbol: str,
        candles: CandleTable,
        feature_set: FeatureSet,
        *,
        horizon: int,
        book_imbalance: Floats | None = None,
    ) -> "TrainingData":
        """Return it with its features and labels; `horizon` in candles.

        Raise `LeakError` where features of the last candles hang on later ones.
        """
        _check_features(feature_set, candles, book_imbalance)
        matrix = feature_matrix(feature_set, candles, book_imbalance)
        examples = examples_of(candles, matrix, horizon=horizon)
        return cls(symbol, candles, feature_set, matrix, examples, book_imbalance if feature_set.needs_book else None)

    def digest(self) -> str:
        """Return SHA-256 of all that it learns from, in hexadecimal: the candles, and the books where they count."""
        candles = self.candles.digest()
        if self.book_imbalance is None:
            return candles
        return hashlib.sha256(candles.encode() + np.ascontiguousarray(self.book_imbalance).tobytes()).hexdigest()


def feature_set_for(book_imbalance: Floats | None) -> FeatureSet:
    """Return by what is to be learnt: with the book where it is known at nine closes of ten, without it otherwise.

    Where it isn't known nothing can be learnt of the candle, and nothing said at its close.
    """
    if book_imbalance is None or not len(book_imbalance):
        return CANDLE_FEATURES
    return BOOK_FEATURES if np.isfinite(book_imbalance).mean() >= _LEAST_BOOKS else CANDLE_FEATURES


@dataclass(frozen=True, slots=True, eq=False)
class _Learnt:
    """What came of a training, whichever the model."""

    model: OnlineState | BoostedTrees
    judged: Sequence[JudgedWindow]
    calibration: Calibration | None
    rolling: RollingState | None = None
    waiting: tuple[ModelDecision, ...] = ()


def train(
    kind: ModelKind, data: TrainingData, settings: LearningSettings, *, version: int, trained_at: int
) -> StoredModel:
    """Return a new version of a model, good from `trained_at` (ms) on.

    Raise `TooFewExamplesError` where there is not enough to learn from and to judge by.
    """
    plan, interval = settings.walk_forward, data.candles.interval
    windows = windows_of(data.examples, plan, horizon=settings.horizon, interval=interval)
    learn = _learn_online if kind is ModelKind.ONLINE else _learn_boosting
    learnt = learn(data, settings, windows)
    return StoredModel(
        card=_card(kind, data, settings, learnt, version=version, trained_at=trained_at),
        settings=settings,
        model=learnt.model,
        rolling=learnt.rolling,
        waiting=learnt.waiting,
    )


def _check_features(feature_set: FeatureSet, candles: CandleTable, book_imbalance: Floats | None) -> None:
    first = max(0, len(candles) - _CHECKED_CANDLES)

    def features_of(part: CandleTable) -> Floats:
        book = None if book_imbalance is None else book_imbalance[first : first + len(part)]
        return feature_matrix(feature_set, part, book)

    last = candles.between(first, len(candles))
    check_features(features_of, last, cuts=[cut for share in _CUTS if (cut := int(share * len(last)))])


def _learn_boosting(data: TrainingData, settings: LearningSettings, windows: Sequence[HeldOutWindow]) -> _Learnt:
    def scores_of(train_on: Examples, test: Examples) -> Floats:
        return train_boosting(train_on, settings.boosting, seed=settings.seed).scores(test.features)

    judged = walk_forward(data.examples, windows, scores_of, overlap=settings.horizon)
    calibration = calibration_of([(each.scores, each.examples.outcomes) for each in judged], overlap=settings.horizon)
    model = train_boosting(data.examples, settings.boosting, seed=settings.seed)
    return _Learnt(model, judged, calibration)


def _learn_online(data: TrainingData, settings: LearningSettings, windows: Sequence[HeldOutWindow]) -> _Learnt:
    model = OnlineModel(data.feature_set.names, settings.online)
    rolling = RollingCalibration(settings.rolling)
    queue = LabelQueue(horizon=settings.horizon, interval=data.candles.interval)
    said = _learn_through(Learner(model, rolling, queue), data)
    judged = [_judged(said, data, window) for window in windows]
    return _Learnt(model.state, judged, rolling.calibration, rolling.state, queue.waiting)


def _learn_through(learner: Learner, data: TrainingData) -> Floats:
    """Return, for each candle, the score and probability that were said of it, and whether there was skill."""
    said = np.full((len(data.candles), 3), np.nan)
    complete = complete_rows(data.matrix)
    rows = zip(data.candles.close_times().tolist(), data.candles.close.tolist(), data.matrix.tolist(), strict=True)
    for row, (time, price, features) in enumerate(rows):
        learner.close(time, price)
        if complete[row]:
            vector = tuple(features)
            score, probability = learner.assess(vector)
            learner.wait_for(
                ModelDecision(time=time, price=price, features=vector, score=score, probability=probability)
            )
            calibration = learner.calibration
            is_skilled = calibration is not None and calibration.has_skill
            said[row] = score, np.nan if calibration is None else probability, is_skilled
    return said


def _judged(said: Floats, data: TrainingData, window: HeldOutWindow) -> JudgedWindow:
    test = data.examples.decided_between(window.start, window.end)
    rows = np.searchsorted(data.candles.close_times(), test.decided_at)
    scores, probabilities, has_skill = said[rows].T
    return JudgedWindow(window, test, scores, probabilities, has_skill > 0)


def _card(
    kind: ModelKind, data: TrainingData, settings: LearningSettings, learnt: _Learnt, *, version: int, trained_at: int
) -> ModelCard:
    parameters = settings.online if kind is ModelKind.ONLINE else settings.boosting
    times, terms = data.candles.open_time, {"fee_rate": settings.fee_rate, "abstain_within": settings.abstain_within}
    return ModelCard(
        version=version,
        kind=kind,
        symbol=data.symbol,
        interval=data.candles.interval,
        horizon=settings.horizon,
        feature_digest=data.feature_set.digest,
        feature_names=data.feature_set.names,
        data_start=int(times[0]),
        data_end=int(times[-1]) + data.candles.interval,
        data_digest=data.digest(),
        candles=len(data.candles),
        examples=len(data.examples),
        seed=settings.seed,
        parameters={name: float(getattr(parameters, name)) for name in parameters.__struct_fields__},
        libraries={name: version_of(name) for name in _LIBRARIES},
        trained_at=trained_at,
        valid_until=trained_at + settings.valid_for,
        break_even=break_even_probability(data.examples.changes, fee_rate=settings.fee_rate),
        windows=tuple(window_metrics(each, overlap=settings.horizon, **terms) for each in learnt.judged),
        calibration=learnt.calibration,
        reliability=reliability_of(learnt.judged),
        **terms,
    )
