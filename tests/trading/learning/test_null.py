"""The null test: where there is nothing to learn, a model finds nothing, and says nothing or earns nothing."""

import pytest

from tests.trading.learning.markets import random_walk, settings, training_data
from tests.trading.learning.null import check_null
from trading.learning.kinds import ModelKind
from trading.learning.training import train


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("kind", ModelKind)
def test_on_a_random_walk_a_model_finds_nothing_and_abstains_or_earns_nothing(kind: ModelKind, seed: int) -> None:
    data = training_data(random_walk(seed, 12_000), horizon=5)
    card = train(kind, data, settings(horizon=5), version=1, trained_at=0).card
    aucs = [(window.auc, window.examples) for window in card.windows if window.auc is not None]
    check_null(sum(auc * examples for auc, examples in aucs) / sum(examples for _, examples in aucs))
    assert card.calibration is not None
    assert not card.calibration.has_skill
    assert all(window.decided == 0 or window.earnings.net_return <= 0 for window in card.windows)
