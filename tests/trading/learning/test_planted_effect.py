"""An effect of known size is found: as large as it is, with probabilities that come true, and the card says so."""

import pytest

from tests.trading.learning.markets import persistent_walk, settings, training_data
from trading.learning.kinds import ModelKind
from trading.learning.model_card import ModelCard
from trading.learning.training import train

pytestmark = pytest.mark.long

_CHANCE = 0.6


@pytest.fixture(scope="module", params=ModelKind)
def card(request: pytest.FixtureRequest) -> ModelCard:
    """Return the card of a model of a market whose candles go on in their direction in six cases of ten."""
    data = training_data(persistent_walk(3, 8000, chance=_CHANCE))
    return train(request.param, data, settings(), version=1, trained_at=0).card


def test_its_auc_is_the_planted_chance(card: ModelCard) -> None:
    """Of a direction that goes on with a chance of p, the best AUC is p."""
    aucs = [window.auc for window in card.windows if window.auc is not None]
    assert sum(aucs) / len(aucs) == pytest.approx(_CHANCE, abs=0.03)
    assert card.calibration is not None
    assert card.calibration.has_skill


def test_it_speaks_and_is_right_as_often_as_planted(card: ModelCard) -> None:
    last = card.windows[-1]
    assert last.decided > 0.6 * last.examples
    assert last.right == pytest.approx(_CHANCE, abs=0.05)


def test_its_probabilities_come_true(card: ModelCard) -> None:
    """Each tenth of them has 250 outcomes or more, whose share is off by some 3 % by chance."""
    assert card.reliability
    assert all(abs(each.said - each.came) < 0.1 for each in card.reliability)
    errors = [window.calibration_error for window in card.windows if window.calibration_error is not None]
    assert sum(errors) / len(errors) < 0.06
    assert card.reliability[0].came < 0.45
    assert card.reliability[-1].came > 0.55


def test_its_brier_score_is_better_than_always_saying_the_base_rate(card: ModelCard) -> None:
    last = card.windows[-1]
    assert last.brier is not None
    assert last.brier < last.brier_of_base_rate


def test_it_is_judged_beside_what_one_earns_without_it(card: ModelCard) -> None:
    """Candles of a tenth of a per cent don't pay fees of a fifth, however right one is: the card must say so."""
    assert card.break_even is not None
    assert card.break_even > 1
    for window in card.windows:
        assert window.baselines.flat.net_return == 0
        assert window.baselines.hold.trades == 1
        assert window.baselines.last_sign.trades > 100
    assert card.windows[-1].earnings.net_return < 0
