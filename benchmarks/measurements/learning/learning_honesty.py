"""How honest models that learn are: what they find where there is nothing, and how soon it is noticed that they err.

In memory, on random walks and on directions that are right by chance; each round has seeds of its own.
"""

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from benchmarks.options import Options
from tests.trading.learning.markets import random_walk, settings, training_data
from trading.learning.drift import DriftMonitor
from trading.learning.kinds import ModelKind
from trading.learning.labels import ModelDecision, Outcome
from trading.learning.model_card import ModelCard, WindowMetrics
from trading.learning.training import train

_RUNS = 50
_GOOD, _WORSE, _STEADY = 2_000, 4_000, 20_000
"""Directions told before they become wrong more often, how many then, and how many where they never do."""
_SHARES = ((0.65, 0.35), (0.65, 0.5), (0.56, 0.44), (0.56, 0.5))
_WALKS = 20
_CANDLES = 12_000
_HORIZONS = (1, 5)


class DriftDelay(msgspec.Struct, frozen=True, kw_only=True):
    """After how many directions it was noticed that they had become worse, over 50 runs; never counts as 4,000."""

    median: float
    nine_of_ten: float
    not_within_4000: int


class FalseAlarms(msgspec.Struct, frozen=True, kw_only=True):
    """Of 50 runs of 20,000 directions that were as good all along: how many were taken for drift."""

    runs_alarmed: int


class Trainings(msgspec.Struct, frozen=True, kw_only=True):
    """What was found on random walks of 12,000 candles, by both models, at horizons of 1 and 5."""

    trainings: int
    least_auc: float
    most_auc: float
    windows_that_spoke: int
    windows_that_earned: int


def learning_honesty(options: Options) -> dict[str, list[DriftDelay | FalseAlarms | Trainings]]:
    """Measure each case as often as asked."""
    rounds = range(options.rounds)
    rows: dict[str, list[DriftDelay | FalseAlarms | Trainings]] = {
        f"right {before:.0%}, then {since:.0%}": [_delay(before, since, one) for one in rounds]
        for before, since in _SHARES
    }
    rows["right 65% all along"] = [_false_alarms(0.65, one) for one in rounds]
    rows["random walks"] = [_trainings(one) for one in rounds]
    return rows


def _delay(before: float, since: float, number: int) -> DriftDelay:
    delays = [_noticed_after([(before, _GOOD), (since, _WORSE)], seed) for seed in _seeds(number, _RUNS)]
    counted = [_WORSE if delay is None else delay for delay in delays]
    return DriftDelay(
        median=float(np.median(counted)),
        nine_of_ten=float(np.quantile(counted, 0.9, method="higher")),
        not_within_4000=delays.count(None),
    )


def _false_alarms(share: float, number: int) -> FalseAlarms:
    alarmed = [_first_alarm([(share, _STEADY)], seed) is not None for seed in _seeds(number, _RUNS)]
    return FalseAlarms(runs_alarmed=sum(alarmed))


def _noticed_after(shares: Sequence[tuple[float, int]], seed: int) -> int | None:
    """Return how many directions after the first share it was noticed; None where it wasn't."""
    alarm = _first_alarm(shares, seed, after=shares[0][1])
    return None if alarm is None else alarm - shares[0][1]


def _first_alarm(shares: Sequence[tuple[float, int]], seed: int, *, after: int = 0) -> int | None:
    monitor = DriftMonitor()
    for number, outcome in enumerate(_told(shares, seed)):
        if monitor.observe(outcome) is not None and number >= after:
            return number
    return None


def _told(shares: Sequence[tuple[float, int]], seed: int) -> Iterator[Outcome]:
    """Yield outcomes of directions, one a ms, of which each share is right for so many."""
    random = np.random.default_rng(seed)
    rights = np.concatenate([random.random(count) < share for share, count in shares])
    for time, right in enumerate(rights.tolist()):
        decision = ModelDecision(time=time, price=1.0, features=(), score=0.0, probability=0.6, is_spoken=True)
        yield Outcome(decision=decision, known_at=time + 1, change=0.1 if right else -0.1)


def _trainings(number: int) -> Trainings:
    cards = [
        _card(kind, seed=seed, horizon=horizon)
        for seed in _seeds(number, _WALKS)
        for horizon in _HORIZONS
        for kind in ModelKind
    ]
    aucs = [_auc(card.windows) for card in cards]
    spoken = [window for card in cards for window in card.windows if window.decided]
    return Trainings(
        trainings=len(cards),
        least_auc=round(min(aucs), 3),
        most_auc=round(max(aucs), 3),
        windows_that_spoke=len(spoken),
        windows_that_earned=sum(window.earnings.net_return > 0 for window in spoken),
    )


def _card(kind: ModelKind, *, seed: int, horizon: int) -> ModelCard:
    data = training_data(random_walk(seed, _CANDLES), horizon=horizon)
    return train(kind, data, settings(horizon=horizon), version=1, trained_at=0).card


def _auc(windows: Sequence[WindowMetrics]) -> float:
    """Return the mean of the windows' AUC by their examples."""
    known = [(window.auc, window.examples) for window in windows if window.auc is not None]
    return sum(auc * examples for auc, examples in known) / sum(examples for _, examples in known)


def _seeds(number: int, count: int) -> range:
    return range(number * count, (number + 1) * count)
