"""The two models: the same by the same seed, stored as plain numbers, and refused where they don't fit."""

import msgspec
import numpy as np
import pytest

from tests.trading.learning.kinds import KINDS
from tests.trading.learning.markets import persistent_walk, settings, training_data
from trading.learning.boosting import BoostedModel, BoostedTrees, BoostingParameters, Tree, train_boosting, trees_of
from trading.learning.definitions import BOOK_FEATURES, CANDLE_FEATURES
from trading.learning.errors import FeatureMismatchError, StoredModelError, TooFewExamplesError
from trading.learning.kinds import ModelKind
from trading.learning.live_model import LiveModel
from trading.learning.online import OnlineModel, OnlineParameters, OnlineState
from trading.learning.stored_model import MOST_BYTES, StoredModel, decode, encode
from trading.learning.training import train

_DATA = training_data(persistent_walk(1, 3000, chance=0.6))
_ROWS = list(zip(map(tuple, _DATA.examples.features.tolist()), _DATA.examples.outcomes.tolist(), strict=True))
_PARAMETERS = BoostingParameters(trees=15)


@pytest.fixture(scope="module", params=KINDS)
def stored(request: pytest.FixtureRequest) -> StoredModel:
    """Return a trained model of each kind."""
    return train(request.param, _DATA, settings(), version=3, trained_at=1000)


def test_the_same_seed_gives_the_same_model(stored: StoredModel) -> None:
    again = train(stored.card.kind, _DATA, settings(), version=3, trained_at=1000)
    assert encode(again) == encode(stored)


def test_another_seed_gives_other_trees() -> None:
    first, second = (train_boosting(_DATA.examples, _PARAMETERS, seed=seed) for seed in (1, 2))
    assert first != second


def test_the_trees_say_what_scikit_learn_does() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - long to load where it is only collected

    random = np.random.default_rng(1)
    matrix = random.normal(size=(2000, 5))
    classifier = HistGradientBoostingClassifier(max_iter=25, max_depth=4, early_stopping=False)
    classifier.fit(matrix, matrix[:, 0] * matrix[:, 1] + random.normal(size=2000) > 0)
    model = BoostedModel(trees_of(classifier))
    asked = random.normal(size=(500, 5))
    expected = classifier.decision_function(asked)
    np.testing.assert_allclose(model.trees.scores(asked), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([model.score(tuple(row)) for row in asked.tolist()], expected, rtol=1e-9, atol=1e-12)


def test_too_few_examples_and_outcomes_of_one_kind_train_nothing() -> None:
    examples = _DATA.examples
    with pytest.raises(TooFewExamplesError, match="400 examples"):
        train_boosting(examples.known_by(int(examples.known_at[399])), _PARAMETERS, seed=1)


@pytest.mark.parametrize("learnt", [0, 700])
def test_an_online_model_goes_on_from_its_state_as_if_nothing_had_happened(learnt: int) -> None:
    whole, first = (OnlineModel(CANDLE_FEATURES.names, OnlineParameters()) for _ in range(2))
    for vector, is_up in _ROWS[:learnt]:
        whole.learn(vector, is_up)
        first.learn(vector, is_up)
    stored = msgspec.json.decode(msgspec.json.encode(first.state), type=OnlineState)
    again = OnlineModel.restored(CANDLE_FEATURES.names, OnlineParameters(), stored)
    for vector, is_up in _ROWS[learnt : learnt + 300]:
        assert again.score(vector) == whole.score(vector)
        whole.learn(vector, is_up)
        again.learn(vector, is_up)
    assert again.state == whole.state


def test_one_wild_candle_does_not_overturn_an_online_model() -> None:
    model = OnlineModel(CANDLE_FEATURES.names, OnlineParameters())
    for vector, is_up in _ROWS:
        model.learn(vector, is_up)
    before = np.array(model.state.weights)
    model.learn(tuple(1e6 for _ in CANDLE_FEATURES.names), is_up=False)
    assert np.abs(np.array(model.state.weights) - before).max() < 0.02


def test_what_is_stored_is_read_again(stored: StoredModel) -> None:
    assert decode(encode(stored)) == stored


def test_a_model_of_other_features_is_refused(stored: StoredModel) -> None:
    with pytest.raises(FeatureMismatchError, match="train it anew"):
        LiveModel(stored, BOOK_FEATURES)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"null", b"[" * 100_000, b'{"card":{}}', b"\x80\x04\x95", b" " * (MOST_BYTES + 1)],
    ids=["nothing", "empty", "null", "nested", "half", "a pickle", "too long"],
)
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(StoredModelError):
        decode(data)


def test_a_model_of_another_kind_than_its_card_is_refused(stored: StoredModel) -> None:
    other = ModelKind.ONLINE if stored.card.kind is ModelKind.BOOSTING else ModelKind.BOOSTING
    swapped = msgspec.structs.replace(stored, card=msgspec.structs.replace(stored.card, kind=other))
    with pytest.raises(StoredModelError, match="of another"):
        decode(encode(swapped))


def _tree(**changed: tuple[float, ...]) -> Tree:
    columns = {"features": (0, 0, 0), "lower": (1, 0, 0), "upper": (2, 0, 0), **changed}
    values: dict[str, tuple[float, ...]] = {"thresholds": (0.0, 0.0, 0.0), "values": (0.0, -1.0, 1.0)}
    return msgspec.convert(values | columns, Tree)


@pytest.mark.parametrize(
    "tree",
    [
        _tree(lower=(1, 0)),
        _tree(features=(5, 0, 0)),
        _tree(features=(-1, 0, 0)),
        _tree(lower=(1, 1, 0)),
        _tree(upper=(3, 0, 0)),
        _tree(lower=(-1, 0, 0)),
    ],
    ids=["lengths", "feature", "negative feature", "circle", "beyond", "negative node"],
)
def test_trees_that_lead_nowhere_are_refused(tree: Tree) -> None:
    """Asking them would end in an error, or never."""
    with pytest.raises(StoredModelError):
        BoostedTrees(baseline=0.0, trees=(tree,)).check(5)


def test_a_tree_goes_below_its_threshold_and_above_it() -> None:
    trees = BoostedTrees(baseline=0.5, trees=(_tree(),))
    trees.check(1)
    assert [BoostedModel(trees).score((value,)) for value in (-1.0, 0.0, 0.1)] == [-0.5, -0.5, 1.5]


def test_an_online_state_of_other_features_is_refused() -> None:
    state = OnlineState(examples=1, means=(0.0,), variances=(1.0,), weights=(0.0,), intercept=0.0)
    with pytest.raises(StoredModelError):
        OnlineModel.restored(CANDLE_FEATURES.names, OnlineParameters(), state)
    with pytest.raises(StoredModelError):
        msgspec.structs.replace(state, variances=(-1.0,)).check(1)
