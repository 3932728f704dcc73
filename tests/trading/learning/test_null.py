"""The null test: where there is nothing to learn, a model finds nothing, and says nothing or earns nothing."""

import pytest

from tests.trading.learning.markets import random_walk, settings, training_data
from tests.trading.learning.null import check_null
from trading.learning.candles import CandleTable
from trading.learning.kinds import ModelKind
from trading.learning.settings import LearningSettings
from trading.learning.training import train

pytestmark = pytest.mark.long


def _check_finds_nothing(kind: ModelKind, walk: CandleTable, choices: LearningSettings) -> None:
    """Fail where a model of a random walk has an AUC far from a half, says that it has skill, or earns anything."""
    data = training_data(walk, horizon=choices.horizon)
    card = train(kind, data, choices, version=1, trained_at=0).card
    aucs = [(window.auc, window.examples) for window in card.windows if window.auc is not None]
    check_null(sum(auc * examples for auc, examples in aucs) / sum(examples for _, examples in aucs))
    assert card.calibration is not None
    assert not card.calibration.has_skill
    assert all(window.decided == 0 or window.earnings.net_return <= 0 for window in card.windows)


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("kind", ModelKind)
def test_on_a_random_walk_a_model_finds_nothing_and_abstains_or_earns_nothing(kind: ModelKind, seed: int) -> None:
    _check_finds_nothing(kind, random_walk(seed, 12_000), settings(horizon=5))


@pytest.mark.parametrize("kind", ModelKind)
def test_nor_does_one_that_is_trained_as_by_default(kind: ModelKind) -> None:
    """Labels over 15 candles overlap: of 20,000 candles there are as many that tell anything as of 6,667 over 5."""
    _check_finds_nothing(kind, random_walk(13, 20_000), LearningSettings())
