"""A model while the market runs: it says the same after a restart, and is silent when it should be."""

import msgspec
import pytest

from tests.trading.learning.kinds import KINDS
from tests.trading.learning.markets import MINUTE, moments, persistent_walk, random_walk, settings, training_data
from trading.learning.calibration import Direction
from trading.learning.definitions import CANDLE_FEATURES
from trading.learning.errors import CandleTableError
from trading.learning.kinds import ModelKind
from trading.learning.labels import LearntLabels
from trading.learning.live_model import LiveModel, ModelPrediction, SilenceChange, SilenceReason
from trading.learning.stored_model import StoredModel, decode, encode
from trading.learning.training import TrainingData, train

_LEARNT, _REVERSED, _COUNT = 5000, 6500, 7500
_DRIFTING = training_data(persistent_walk(4, _COUNT, chance=0.65, reversed_from=_REVERSED))
_WITHIN = 250
"""So many candles after a market has turned, a model must be silent that was right in 65 of 100 cases."""


def _trained(kind: ModelKind, data: TrainingData, until: int) -> StoredModel:
    candles = data.candles.until(until)
    learnt_from = training_data(candles, horizon=data.examples.horizon // MINUTE)
    end = int(candles.close_times()[-1])
    return train(kind, learnt_from, settings(horizon=data.examples.horizon // MINUTE), version=1, trained_at=end)


def _said(live: LiveModel, data: TrainingData, start: int, end: int | None = None) -> list[ModelPrediction]:
    return [live.close(*moment) for moment in list(moments(data))[start:end]]


@pytest.fixture(scope="module", params=KINDS)
def stored(request: pytest.FixtureRequest) -> StoredModel:
    """Return a model of each kind, trained before the market turns."""
    return _trained(request.param, _DRIFTING, _LEARNT)


def test_drift_silences_within_its_window(stored: StoredModel) -> None:
    live = LiveModel(stored, CANDLE_FEATURES)
    before = _said(live, _DRIFTING, _LEARNT, _REVERSED)
    assert not any(each.silence for each in before)
    assert live.take_events() == []
    after = _said(live, _DRIFTING, _REVERSED)
    assert after[_WITHIN].silence is SilenceReason.DRIFT
    assert all(each.silence is SilenceReason.DRIFT for each in after[_WITHIN:])
    (event,) = live.take_events()
    assert (event.before, event.after) == (None, SilenceReason.DRIFT)
    assert "its directions were wrong in 3" in event.explanation


def test_it_counts_the_labels_that_it_learns_live_once_they_are_known_and_one_that_does_not_counts_none(
    stored: StoredModel,
) -> None:
    live = LiveModel(stored, CANDLE_FEATURES)
    counted = []
    for moment in list(moments(_DRIFTING))[_LEARNT : _LEARNT + 3]:
        live.close(*moment)
        counted.append(live.learnt)
    known = [LearntLabels(count=number + 1, newest=time) for number, time in enumerate(_closes(3))]
    assert counted == (known if stored.card.kind is ModelKind.ONLINE else [None] * 3)


def _closes(count: int) -> list[int]:
    closes: list[int] = _DRIFTING.candles.close_times()[_LEARNT : _LEARNT + count].tolist()
    return closes


def test_a_silent_model_says_no_direction_and_a_half(stored: StoredModel) -> None:
    said = _said(LiveModel(stored, CANDLE_FEATURES), _DRIFTING, _LEARNT)
    silent = [each for each in said if each.silence]
    assert silent
    assert {(each.probability, each.direction) for each in silent} == {(0.5, Direction.ABSTAIN)}


def test_what_it_did_not_tell_is_not_held_against_it() -> None:
    """A model without skill is silent, and stays so for that reason, though the market turns."""
    stored = _trained(ModelKind.BOOSTING, _DRIFTING, _LEARNT)
    assert stored.card.calibration is not None
    calibration = msgspec.structs.replace(stored.card.calibration, auc=0.5)
    card = msgspec.structs.replace(stored.card, calibration=calibration)
    live = LiveModel(msgspec.structs.replace(stored, card=card), CANDLE_FEATURES)
    assert {each.silence for each in _said(live, _DRIFTING, _LEARNT)} == {SilenceReason.NO_SKILL}


def test_it_expires(stored: StoredModel) -> None:
    ends = msgspec.structs.replace(stored.card, valid_until=int(_DRIFTING.candles.close_times()[_LEARNT + 10]))
    live = LiveModel(msgspec.structs.replace(stored, card=ends), CANDLE_FEATURES)
    said = _said(live, _DRIFTING, _LEARNT, _LEARNT + 20)
    assert [each.silence for each in said] == [None] * 10 + [SilenceReason.EXPIRED] * 10
    assert [event.after for event in live.take_events()] == [SilenceReason.EXPIRED]


def test_it_is_silent_without_features_and_speaks_again_with_them(stored: StoredModel) -> None:
    live = LiveModel(stored, CANDLE_FEATURES)
    first, second, *_ = list(moments(_DRIFTING))[_LEARNT:]
    assert live.close(first[0], first[1], None).silence is SilenceReason.NO_FEATURES
    assert live.close(*second).silence is None
    changes = [(event.before, event.after) for event in live.take_events()]
    assert changes == [(None, SilenceReason.NO_FEATURES), (SilenceReason.NO_FEATURES, None)]


def test_it_says_for_how_long_it_speaks(stored: StoredModel) -> None:
    moment = list(moments(_DRIFTING))[_LEARNT]
    said = LiveModel(stored, CANDLE_FEATURES).close(*moment)
    assert (said.time, said.until, said.version) == (moment[0], moment[0] + MINUTE, 1)


def test_time_does_not_go_back(stored: StoredModel) -> None:
    live = LiveModel(stored, CANDLE_FEATURES)
    moment = list(moments(_DRIFTING))[_LEARNT]
    live.close(*moment)
    with pytest.raises(CandleTableError):
        live.close(*moment)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_a_random_walk_is_silent(kind: ModelKind) -> None:
    data = training_data(random_walk(21, 3000))
    live = LiveModel(_trained(kind, data, 2500), CANDLE_FEATURES)
    assert {each.silence for each in _said(live, data, 2500)} == {SilenceReason.NO_SKILL}
    assert [type(event) for event in live.take_events()] == [SilenceChange]


@pytest.mark.parametrize("kind", KINDS)
def test_rebuilt_from_what_is_stored_it_says_again_what_it_said(kind: ModelKind) -> None:
    data = training_data(persistent_walk(5, 4000, chance=0.8), horizon=5)
    stored = decode(encode(_trained(kind, data, 3000)))
    first, again = (_said(LiveModel(stored, CANDLE_FEATURES), data, 3000) for _ in range(2))
    assert again == first
    assert Direction.UP in {each.direction for each in first}


def test_live_it_says_what_it_would_have_said_in_training() -> None:
    """An online model that was trained up to a candle goes on live exactly as one trained up to a later candle."""
    data = training_data(persistent_walk(5, 4000, chance=0.8), horizon=5)
    early = LiveModel(_trained(ModelKind.ONLINE, data, 3000), CANDLE_FEATURES)
    late = LiveModel(_trained(ModelKind.ONLINE, data, 3500), CANDLE_FEATURES)
    said = [each.probability for each in _said(late, data, 3500)]
    assert [each.probability for each in _said(early, data, 3000)][500:] == said
    assert set(said) != {0.5}
