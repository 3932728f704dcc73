"""The model that is trained anew each night: gradient boosted trees (scikit-learn), kept as plain numbers.

A trained model is a list of small trees, so that is what is stored and asked: no pickle, no class that a stored model
could name, and no call of scikit-learn's, which takes a millisecond for one row: only who trains loads it. The trees
are read from what its classifier keeps private; pyproject.toml bounds its version, and a test compares with what it
says itself.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from trading.learning.candles import Floats, Integers
from trading.learning.definitions import Vector
from trading.learning.errors import StoredModelError, TooFewExamplesError
from trading.learning.examples import Examples

FEWEST_EXAMPLES = 500
_MOST_TREES = 1000
_DEEPEST = 8
Node = float | tuple[int, float, "Node", "Node"]
"""A leaf's value; or a feature, a threshold, and where to go up to it and above it."""


class BoostingParameters(msgspec.Struct, frozen=True, kw_only=True):
    """How many trees there are, how deep, and how carefully each learns.

    `least_in_leaf` is of examples; `features_share` how many features each split may choose from, drawn by the seed.
    """

    trees: int = 60
    depth: int = 3
    learning_rate: float = 0.05
    least_in_leaf: int = 100
    l2: float = 1.0
    features_share: float = 0.7


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A tree's nodes, the root first, each before those that it leads to; `lower` 0 is a leaf, which has a value."""

    features: tuple[int, ...]
    thresholds: tuple[float, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    values: tuple[float, ...]

    def check(self, features: int) -> None:
        """Raise `StoredModelError` where it isn't a tree over so many features."""
        count = len(self.values)
        columns: Sequence[Sequence[object]] = (self.features, self.thresholds, self.lower, self.upper)
        if not 0 < count < 2 ** (_DEEPEST + 1) or any(len(column) != count for column in columns):
            raise StoredModelError("a tree's columns must be of one length")
        if not all(0 <= feature < features for feature in self.features):
            raise StoredModelError(f"a tree asks for a feature that isn't among the {features}")
        for node, (lower, upper) in enumerate(zip(self.lower, self.upper, strict=True)):
            if lower and not (node < lower < count and node < upper < count):
                raise StoredModelError("a tree's nodes must lead to later ones")

    def nested(self) -> Node:
        """Return it in the form in which it is asked."""
        nodes: list[Node] = []
        rows = zip(self.features, self.thresholds, self.lower, self.upper, self.values, strict=True)
        for feature, threshold, lower, upper, value in reversed(list(rows)):
            last = len(self.values) - 1
            nodes.append((feature, threshold, nodes[last - lower], nodes[last - upper]) if lower else value)
        return nodes[-1]


class BoostedTrees(msgspec.Struct, frozen=True, kw_only=True, tag="boosting"):
    """A trained model: the log-odds of a rise are `baseline` and what each tree adds."""

    baseline: float
    trees: tuple[Tree, ...]

    def check(self, features: int) -> None:
        """Raise `StoredModelError` where it isn't a model of so many features."""
        if len(self.trees) > _MOST_TREES:
            raise StoredModelError(f"a model may have {_MOST_TREES} trees")
        for tree in self.trees:
            tree.check(features)

    def scores(self, matrix: Floats) -> Floats:
        """Return the log-odds of a rise for each row of features."""
        total = np.full(len(matrix), self.baseline)
        for tree in self.trees:
            total += _leaves(tree, matrix)
        return total


class BoostedModel:
    """Trained trees, asked for one candle at a time."""

    def __init__(self, trees: BoostedTrees) -> None:
        self.trees = trees
        self._nested = [tree.nested() for tree in trees.trees]

    def score(self, vector: Vector) -> float:
        """Return the log-odds of a rise, which still have to be calibrated."""
        total = self.trees.baseline
        for root in self._nested:
            node = root
            while isinstance(node, tuple):
                node = node[2] if vector[node[0]] <= node[1] else node[3]
            total += node
        return total

    def learn(self, vector: Vector, is_up: bool) -> None:
        """Take an outcome, and leave it at that: it is trained anew each night."""


def train_boosting(examples: Examples, parameters: BoostingParameters, *, seed: int) -> BoostedTrees:
    """Return a model of these examples; the same examples, parameters and seed give the same, number by number.

    It takes one core, so that two trainings don't wait for each other's threads. Raise `TooFewExamplesError` for fewer
    than `FEWEST_EXAMPLES`, or where all outcomes are the same.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - who asks a model does without
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    outcomes = examples.outcomes
    if len(examples) < FEWEST_EXAMPLES or outcomes.all() or not outcomes.any():
        raise TooFewExamplesError(f"{len(examples)} examples: {FEWEST_EXAMPLES} of both kinds are needed")
    classifier = HistGradientBoostingClassifier(
        max_iter=parameters.trees,
        max_depth=parameters.depth,
        learning_rate=parameters.learning_rate,
        min_samples_leaf=parameters.least_in_leaf,
        l2_regularization=parameters.l2,
        max_features=parameters.features_share,
        early_stopping=False,
        random_state=seed,
    )
    with threadpool_limits(1):
        classifier.fit(examples.features, outcomes)
    return trees_of(classifier)


def trees_of(classifier: Any) -> BoostedTrees:
    """Return the trees of a trained `HistGradientBoostingClassifier` as plain numbers."""
    trees = tuple(_tree_of(predictors[0].nodes) for predictors in classifier._predictors)  # noqa: SLF001
    return BoostedTrees(baseline=float(classifier._baseline_prediction[0, 0]), trees=trees)  # noqa: SLF001


def _tree_of(nodes: Any) -> Tree:
    is_split = nodes["is_leaf"] == 0
    return Tree(
        features=tuple(np.where(is_split, nodes["feature_idx"], 0).tolist()),
        thresholds=tuple(np.where(is_split, nodes["num_threshold"], 0.0).tolist()),
        lower=tuple(np.where(is_split, nodes["left"], 0).tolist()),
        upper=tuple(np.where(is_split, nodes["right"], 0).tolist()),
        values=tuple(nodes["value"].tolist()),
    )


def _leaves(tree: Tree, matrix: Floats) -> Floats:
    """Return the value of the leaf that each row comes to."""
    features, thresholds = np.array(tree.features), np.array(tree.thresholds)
    lower, upper = np.array(tree.lower), np.array(tree.upper)
    rows = np.arange(len(matrix))
    nodes: Integers = np.zeros(len(matrix), dtype=np.int64)
    while (is_split := lower[nodes] > 0).any():
        is_lower = matrix[rows, features[nodes]] <= thresholds[nodes]
        nodes = np.where(is_split, np.where(is_lower, lower[nodes], upper[nodes]), nodes)
    found: Floats = np.array(tree.values)[nodes]
    return found
