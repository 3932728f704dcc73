"""Asking versions of models: candle by candle while the market runs, or over the candles of a backtest. Pure.

It takes the extra `learning`, of which each version loads what it needs: only who asks a model imports this.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from streaming.indicators.bar import PricesAndVolume
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.predictions import Prediction
from trading.learning.calibration import Direction
from trading.learning.candles import CandleTable, Floats, complete_rows
from trading.learning.definitions import FeatureSet, Vector, feature_set_of
from trading.learning.features import HISTORY_NEEDED, RunningFeatures, feature_matrix
from trading.learning.labels import LearntLabels
from trading.learning.live_model import LiveModel, ModelPrediction, SilenceChange, SilenceReason
from trading.learning.model_card import ModelCard
from trading.learning.stored_model import decode
from trading.price_models.states import READY_MS, LiveState

_KEPT = 32
"""So many of the last answers are kept: strategies on one model ask one after the other."""
_DIGITS = Decimal("0.0001")
_LIVE_STATES = {
    None: LiveState.SPEAKING,
    SilenceReason.NO_FEATURES: LiveState.NO_FEATURES,
    SilenceReason.NO_SKILL: LiveState.NO_SKILL,
}
BookAt = Callable[[int], float | None]
"""Returns the imbalance of the order book when the candle of that last ms closed; None where nobody noted it."""


class AskedModel:
    """One version of a model as time goes on. Built anew and told all candles since its training, it says the same.

    One that learnt from books is told them by `book_at`, and says nothing where one isn't known. Raise
    `FeatureMismatchError` for a version of other features, `StoredModelError` for what is none.
    """

    def __init__(self, stored: bytes, book_at: BookAt = lambda _: None) -> None:
        model = decode(stored)
        self._card = model.card
        self._set = feature_set_of(model.card.feature_digest)
        self._book_at = book_at
        self._live = LiveModel(model, self._set)
        self._features = RunningFeatures(self._set, interval=model.card.interval)
        self._next = model.card.data_end - HISTORY_NEEDED * model.card.interval
        self._is_behind = True
        self._said: OrderedDict[int, Prediction | None] = OrderedDict()
        self._newest: ModelPrediction | None = None

    @property
    def books_needed_from(self) -> int | None:
        """From which close (ms) on it asks for books; None where it asks for none."""
        return self._card.data_end if self._set.needs_book else None

    @property
    def asked_from(self) -> int:
        """The first time (ms) at which a candle that closes asks it."""
        return _asked_from(self._card)

    @property
    def needed_from(self) -> int | None:
        """From which open time (ms) on it waits for candles of the past; None where it has all."""
        return self._next if self._is_behind else None

    @property
    def live_state(self) -> LiveState | None:
        """Whether it speaks, or why it says nothing for now.

        None while it waits for candles, before it was asked, and where it is silent until another version comes.
        """
        if self._is_behind or self._newest is None:
            return None
        return _LIVE_STATES.get(self._newest.silence)

    @property
    def learnt(self) -> LearntLabels | None:
        """What it has learnt since its training; None while it waits for candles, and where it doesn't learn live."""
        return None if self._is_behind else self._live.learnt

    def at(self, candle: StrategyCandle) -> Prediction | None:
        """Return what it says at the close of the next candle; nothing where candles before it are missing."""
        if self._is_behind or candle.open_time > self._next:
            self._is_behind = True
        elif candle.open_time == self._next:
            self._take(candle)
        return self._said.get(candle.open_time)

    def warm_up(self, candles: Iterable[PricesAndVolume]) -> None:
        """Take the closed candles of the past, oldest first, which are all that there are; those it had do no harm."""
        deque(self.warming_up(candles), maxlen=0)

    def warming_up(self, candles: Iterable[PricesAndVolume]) -> Iterator[None]:
        """Do the same candle by candle: between two of them it is behind, and others may have their turn.

        Several may do so at a time, each by all candles that there are. Who doesn't go on to the end leaves it behind.
        """
        has_taken = False
        for candle in candles:
            if candle.open_time >= self._next:
                self._take(candle)
                has_taken = True
                yield
        if has_taken:
            self._is_behind = False

    def take_changes(self) -> list[SilenceChange]:
        """Return when it fell silent or spoke again since this was last asked."""
        return self._live.take_events()

    def _take(self, candle: PricesAndVolume) -> None:
        close_time = candle.open_time + self._card.interval - 1
        book = self._book_at(close_time) if self._set.needs_book else None
        vector = self._features.close(candle, book)  # type: ignore[arg-type]  # none looks at what only streams tell
        self._next = close_time + 1
        if candle.open_time >= self._card.data_end:
            told = self._live.close(close_time, float(candle.close), vector)
            self._said[candle.open_time], self._newest = prediction_of(self._card, told), told
            if len(self._said) > _KEPT:
                self._said.popitem(last=False)


def predictions_over(
    candles: CandleTable, versions: Sequence[bytes], *, start: int, book_imbalance: Floats | None = None
) -> dict[int, Prediction]:
    """Return what versions, oldest first, said at candles that open from `start` (ms) on, each until the next is asked.

    None is asked of candles that it may have learnt from, nor one that learnt from books where `book_imbalance`, which
    has a value for each candle, doesn't tell of them (NaN, or None at all). Raise as `AskedModel` does.
    """
    models = [decode(stored) for stored in versions]
    sets = {model.card.feature_digest: feature_set_of(model.card.feature_digest) for model in models}
    features = {digest: _features_over(each, candles, book_imbalance) for digest, each in sets.items()}
    closes = candles.close_times()
    said: dict[int, Prediction] = {}
    for number, stored in enumerate(models):
        live, card = LiveModel(stored, sets[stored.card.feature_digest]), stored.card
        vectors = features[card.feature_digest]
        known_from = max(start, _asked_from(card))
        until = _asked_from(models[number + 1].card) if number + 1 < len(models) else int(closes[-1]) + 1
        first, last = candles.open_time.searchsorted(card.data_end), closes.searchsorted(until)
        for row in range(int(first), int(last)):
            time, price = int(closes[row]), float(candles.close[row])
            told = live.close(time, price, vectors(row))
            prediction = prediction_of(card, told)
            if prediction is not None and time >= known_from:
                said[int(candles.open_time[row])] = prediction
    return said


def _asked_from(card: ModelCard) -> int:
    return card.trained_at + READY_MS


def _features_over(
    feature_set: FeatureSet, candles: CandleTable, book_imbalance: Floats | None
) -> Callable[[int], Vector | None]:
    """Return what gives the features at a candle's row, None where they aren't known."""
    matrix = feature_matrix(feature_set, candles, book_imbalance)
    complete = complete_rows(matrix)
    return lambda row: tuple(matrix[row].tolist()) if complete[row] else None


def prediction_of(card: ModelCard, told: ModelPrediction) -> Prediction | None:
    """Return what a strategy is told: nothing where the model is silent, or abstains."""
    if told.direction is Direction.ABSTAIN:
        return None
    is_rise = told.direction is Direction.UP
    probability = told.probability if is_rise else 1 - told.probability
    return Prediction(
        model=card.kind.value,
        version=card.version,
        horizon=card.horizon,
        is_rise=is_rise,
        probability=Decimal(probability).quantize(_DIGITS),
    )
