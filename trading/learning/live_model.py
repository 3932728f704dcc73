"""A model while the market runs: at each candle's close a probability and a direction, or silence and its reason."""

from enum import StrEnum

import msgspec

from trading.learning.boosting import BoostedModel, BoostedTrees
from trading.learning.calibration import Direction, FixedCalibration, RollingCalibration, direction_of
from trading.learning.definitions import FeatureSet, Vector
from trading.learning.drift import Drift, DriftMonitor
from trading.learning.kinds import ModelKind
from trading.learning.labels import LabelQueue, LearntLabels, ModelDecision
from trading.learning.learner import HALF, CalibrationSource, Learner, Model
from trading.learning.online import OnlineModel
from trading.learning.stored_model import StoredModel


class SilenceReason(StrEnum):
    """Why a model says nothing; the first that holds."""

    EXPIRED = "expired"
    DRIFT = "drift"
    NO_FEATURES = "no_features"
    NO_SKILL = "no_skill"


class ModelPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says at a candle's close (`time`, ms) of the price at `until`.

    `probability` is that of a rise, a half where it is silent; within its band it abstains, which is no silence.
    """

    time: int
    until: int
    version: int
    probability: float
    direction: Direction
    silence: SilenceReason | None = None


class SilenceChange(msgspec.Struct, frozen=True, kw_only=True):
    """A model fell silent (`after`), speaks again (None), or is silent for another reason."""

    time: int
    version: int
    before: SilenceReason | None
    after: SilenceReason | None
    explanation: str


class LiveModel:
    """A version of a model of one symbol and interval. Built from what is stored and told all candles since, it says
    again what it said: so it recovers. Drift silences it for good, until another version is trained.
    """

    def __init__(self, stored: StoredModel, feature_set: FeatureSet) -> None:
        """Go on from what is stored; raise `FeatureMismatchError` where it was trained on other features."""
        self._card = card = stored.card
        feature_set.check(card.feature_digest)
        self._model, self._calibrations = parts_of(stored)
        self._queue = LabelQueue(horizon=card.horizon, interval=card.interval, waiting=stored.waiting)
        self._learner = Learner(self._model, self._calibrations, self._queue)
        self._drifts = DriftMonitor()
        self._drift: Drift | None = None
        self._silence: SilenceReason | None = None
        self._events: list[SilenceChange] = []

    def close(self, time: int, price: float, vector: Vector | None) -> ModelPrediction:
        """Take a candle's close with its features; learn what is known by now, then say what comes.

        Raise `CandleTableError` where the time doesn't go forward.
        """
        outcome = self._learner.close(time, price)
        if outcome is not None and self._drift is None:
            self._drift = self._drifts.observe(outcome)
        score, probability = (0.0, HALF) if vector is None else self._learner.assess(vector)
        silence = self._silence_at(time, vector)
        direction = direction_of(probability, abstain_within=self._card.abstain_within)
        is_spoken = silence is None and direction is not Direction.ABSTAIN
        if vector is not None:
            decision = ModelDecision(
                time=time, price=price, features=vector, score=score, probability=probability, is_spoken=is_spoken
            )
            self._learner.wait_for(decision)
        self._tell(time, silence)
        return ModelPrediction(
            time=time,
            until=time + self._card.horizon * self._card.interval,
            version=self._card.version,
            probability=probability if silence is None else HALF,
            direction=direction if silence is None else Direction.ABSTAIN,
            silence=silence,
        )

    @property
    def learnt(self) -> LearntLabels | None:
        """What it has learnt since its training; None of a model that learns in trainings alone."""
        return self._learner.learnt if self._card.kind is ModelKind.ONLINE else None

    def take_events(self) -> list[SilenceChange]:
        """Return when it fell silent or spoke again since this was last asked."""
        events, self._events = self._events, []
        return events

    def _silence_at(self, time: int, vector: Vector | None) -> SilenceReason | None:
        if self._card.is_expired(time):
            return SilenceReason.EXPIRED
        if self._drift is not None:
            return SilenceReason.DRIFT
        if vector is None:
            return SilenceReason.NO_FEATURES
        calibration = self._learner.calibration
        return None if calibration is not None and calibration.has_skill else SilenceReason.NO_SKILL

    def _tell(self, time: int, silence: SilenceReason | None) -> None:
        if silence is not self._silence:
            explanation = self._explanation(silence)
            self._events.append(
                SilenceChange(
                    time=time, version=self._card.version, before=self._silence, after=silence, explanation=explanation
                )
            )
            self._silence = silence

    def _explanation(self, silence: SilenceReason | None) -> str:
        if silence is SilenceReason.DRIFT and self._drift is not None:
            before, since = (f"{100 * share:.0f} %" for share in (self._drift.before, self._drift.since))
            return f"its directions were wrong in {before} of cases, and are in {since} since the market changed"
        return {
            None: "it speaks again",
            SilenceReason.EXPIRED: "it is too old: it has to be trained anew",
            SilenceReason.NO_FEATURES: "too few candles since the start or a gap, or no order book",
            SilenceReason.NO_SKILL: "what it said lately was no better than chance",
        }.get(silence, "")


def parts_of(stored: StoredModel) -> tuple[Model, CalibrationSource]:
    """Return a stored model and its calibration as they go on."""
    card, settings = stored.card, stored.settings
    if isinstance(stored.model, BoostedTrees):
        return BoostedModel(stored.model), FixedCalibration(card.calibration)
    model = OnlineModel.restored(card.feature_names, settings.online, stored.model)
    return model, RollingCalibration(settings.rolling, stored.rolling)
