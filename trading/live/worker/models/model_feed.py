"""What the strategies on one model share: the version in use, and until it is ready the one before it. No database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import structlog

from streaming.indicators.bar import PricesAndVolume
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.predictions import Prediction
from trading.learning.labels import LearntLabels
from trading.price_models.selectors import ModelName
from trading.price_models.states import LIVE_SILENCES, READY_MS, LiveState, SilencedFor

if TYPE_CHECKING:
    from trading.learning.live_model import SilenceChange
    from trading.price_models.inference import AskedModel

_LASTING = {reason.value for reason in (SilencedFor.EXPIRED, SilencedFor.DRIFT)}
"""Why a version that falls silent stays so until another comes; it may speak again after any other reason."""
logger = structlog.get_logger(__name__)


class ModelFeed:
    """What the strategies on one model share: the version in use, or none while there is none that may speak.

    A version is asked from its time on, as a backtest asks it, once it has been told its past; the one that was asked
    before it goes on until that time, or for `READY_MS` where that has passed. Then nothing is said until it is ready.
    One whose own code fails is asked no more, for its `fault`; one that found no memory left is none, to be used anew.
    """

    def __init__(self, name: ModelName) -> None:
        self._name = name
        self.version_id = self.fault = ""
        self._model: AskedModel | None = None
        self._former: AskedModel | None = None
        self._asked_since: int | None = None
        self._former_until = 0
        self._behind_since: int | None = None
        self._unused_for = ""
        self._silence: SilenceChange | None = None
        self._noted: LearntLabels | None = None

    @property
    def name(self) -> ModelName:
        """Which model it is."""
        return self._name

    @property
    def needed_from(self) -> int | None:
        """From which open time (ms) on it waits for candles of the past; None where it waits for none."""
        return min((first for model in self._told if (first := model.needed_from) is not None), default=None)

    def use(self, version_id: str, model: "AskedModel | None", *, now: int, unused_for: str = "") -> None:
        """Ask this version as soon as it is its time; None for none, from `now` (ms) on, which is so for a reason."""
        before = self._model if self._asked_since is not None or self._former is None else self._former
        self._former, self._asked_since = None if model is None else before, None
        self._former_until = 0 if model is None else max(model.asked_from, now + READY_MS)
        self._behind_since, self._unused_for, self.fault = None, unused_for, ""
        self.version_id, self._model, self._silence, self._noted = version_id, model, None, None

    def at(self, candle: StrategyCandle) -> Prediction | None:
        """Return what is said at the close of the next candle."""
        model, former = self._model, self._former
        if model is None:
            return None
        said = self._said(model, candle)
        if self._asked_since is None and model.needed_from is None and candle.close_time >= model.asked_from:
            self._asked_since = model.asked_from if former is None else candle.close_time
        if self._asked_since is not None and candle.close_time >= self._asked_since:
            return said
        if former is None:
            return None
        before = self._said(former, candle)
        return before if former.asked_from <= candle.close_time < self._former_until else None

    def warming_up(self, history: Iterable[PricesAndVolume], last: Iterable[PricesAndVolume]) -> Iterator[None]:
        """Take all candles of the past that there are, step by step, and then those that were told meanwhile."""
        for model in self._told:
            try:
                yield from model.warming_up(history)
                for candle in last:
                    model.at(candle)
            except Exception as error:
                if self._drop(model, error):
                    logger.exception("a model fails at its past", model=self._name)

    def _said(self, model: "AskedModel", candle: StrategyCandle) -> Prediction | None:
        try:
            return model.at(candle)
        except Exception as error:
            if self._drop(model, error):
                logger.exception("a model fails at a candle", model=self._name)
            return None

    def _drop(self, model: "AskedModel", error: Exception) -> bool:
        """Ask a model no more, as how much of a candle it has taken isn't known; return whether it was asked."""
        was_asked = model in self._told
        if model is self._former:
            self._former = None
        elif model is self._model:
            self._model = self._former = None
            if isinstance(error, MemoryError):  # another may have taken all, for a moment
                self.version_id = ""
            else:
                self.fault = self._unused_for = f"it fails when it is asked: {error!r}"
        return was_asked

    @property
    def _told(self) -> "Sequence[AskedModel]":
        """Those that are told candles: the version, and who is asked until that is."""
        both = (self._model, self._former if self._asked_since is None else None)
        return [model for model in both if model is not None]

    def live_state(self, now: int) -> LiveState | None:
        """Return whether the version speaks at `now` (ms), or why it says nothing for now; None where it isn't known.

        That it waits for candles is no silence before it has for `READY_MS`.
        """
        model = self._model
        if model is None:
            return None
        if model.needed_from is None:
            self._behind_since = None
            return model.live_state
        self._behind_since = now if self._behind_since is None else self._behind_since
        return LiveState.NO_CANDLES if now - self._behind_since >= READY_MS else None

    def silence(self, now: int) -> str | None:
        """Return why nothing is said at `now` (ms), in words; empty where something is, None where it isn't known."""
        if self._model is None:
            return self._unused_for or None
        state = self.live_state(now)
        return None if state is None else LIVE_SILENCES.get(state, "")

    @property
    def learnt(self) -> LearntLabels | None:
        """What the version has learnt since its training that wasn't noted yet; None where there is nothing to note."""
        learnt = None if self._model is None else self._model.learnt
        return None if learnt == self._noted else learnt

    def note_learnt(self, learnt: LearntLabels) -> None:
        """Know that this is stored."""
        self._noted = learnt

    def lasting_silence(self) -> "SilenceChange | None":
        """Return when and why the version fell silent until another comes; None where it didn't.

        It is returned again until another version, or none, is asked: what couldn't be stored of it is stored then.
        """
        for change in () if self._model is None else self._model.take_changes():
            if change.after is not None and change.after.value in _LASTING:
                self._silence = change
        return self._silence
