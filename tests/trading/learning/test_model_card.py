"""Model cards: what they say of a training."""

import pytest

from tests.trading.learning.markets import MINUTE, persistent_walk, settings, training_data
from trading.learning.definitions import CANDLE_FEATURES
from trading.learning.errors import SettingsError, TooFewExamplesError
from trading.learning.kinds import ModelKind
from trading.learning.model_card import ModelCard
from trading.learning.settings import LearningSettings
from trading.learning.training import train

_DATA = training_data(persistent_walk(2, 2500, chance=0.55), horizon=3)


@pytest.fixture(scope="module")
def card() -> ModelCard:
    """Return the first version's card."""
    return train(ModelKind.BOOSTING, _DATA, settings(horizon=3, seed=7), version=1, trained_at=5000).card


def test_it_says_what_the_model_was_made_of(card: ModelCard) -> None:
    times = _DATA.candles.open_time
    assert (card.data_start, card.data_end) == (times[0], times[-1] + MINUTE)
    assert (card.candles, card.examples) == (2500, len(_DATA.examples))
    assert card.data_digest == _DATA.candles.digest()
    assert (card.feature_digest, card.feature_names) == (CANDLE_FEATURES.digest, CANDLE_FEATURES.names)
    assert (card.seed, card.horizon, card.interval, card.parameters["trees"]) == (7, 3, MINUTE, 20)
    assert set(card.libraries) == {"river", "scikit-learn", "numpy", "ta-lib"}


def test_other_candles_have_another_hash() -> None:
    assert _DATA.candles.until(2499).digest() != _DATA.candles.digest()


@pytest.mark.long
def test_its_windows_follow_each_other_to_the_end(card: ModelCard) -> None:
    starts, ends = [each.start for each in card.windows], [each.end for each in card.windows]
    assert starts[1:] == ends[:-1]
    assert ends[-1] == _DATA.examples.decided_at[-1] + 1
    assert sum(each.examples for each in card.windows) == len(_DATA.examples) - len(_DATA.examples) // 2


def test_it_expires_after_its_time(card: ModelCard) -> None:
    assert card.valid_until == 5000 + settings().valid_for
    assert not card.is_expired(card.valid_until - 1)
    assert card.is_expired(card.valid_until)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"horizon": 0}, "horizon must be at least 1"),
        ({"fee_rate": 1.0}, "fee_rate must be"),
        ({"abstain_within": 0.5}, "abstain_within must be"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        LearningSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ModelKind)
def test_a_history_that_is_too_short_is_refused(kind: ModelKind) -> None:
    with pytest.raises(TooFewExamplesError):
        train(kind, training_data(_DATA.candles.until(30)), settings(), version=1, trained_at=0)
