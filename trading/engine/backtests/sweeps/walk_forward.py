"""Whether what was best in one time was so in the next.

Each combination is run once over the whole range; training and test are stretches of its returns. A run knows nothing
of what comes after, so its returns in a test are those that were to be had then; it only goes in with the position that
it had.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from trading.engine.backtests.series import Floats, Integers
from trading.engine.backtests.sweeps.plan import Ranking, WalkForward

BEST_SHARE = 4
"""Who is in the best quarter is among the best: of n, the first n / 4, rounded up."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """One training and the test after it (times in ms): the number of the `best` in training, and its scores in both.

    `rank` is its place in the test, from 1 to `ranked`; equal scores share the better place. `test_return` is what it
    returned there.
    """

    start: int
    train_end: int
    test_end: int
    best: int
    train_score: float | None
    test_score: float | None
    test_return: float
    rank: int
    ranked: int

    @property
    def is_among_best(self) -> bool:
        """Whether the best of the training was in the best quarter of the test."""
        return self.rank <= -(-self.ranked // BEST_SHARE)


class WalkForwardReport(msgspec.Struct, frozen=True, kw_only=True):
    """All windows; `total_return` and `sharpe` are those of following the best of each training through its test.

    `among_best` counts the windows in which the best of the training was in the best quarter of the test.
    """

    windows: tuple[Window, ...]
    rank_by: Ranking
    total_return: float
    sharpe: float | None
    among_best: int


def walk_forward(
    returns: Floats,
    numbers: Sequence[int],
    ends: Integers,
    *,
    start: int,
    windows: WalkForward | None,
    rank_by: Ranking,
    per_year: float,
) -> WalkForwardReport | None:
    """Return the windows of a sweep; None where no window has returns in both of its parts.

    `returns` has a row for each of the combinations of these `numbers`, and a column for each period; these end at
    `ends` (ms), the first begins at `start`. `per_year` of them make a year.
    """
    found, followed = [], []
    for begin, middle, end in _windows(start, ends, windows):
        train, test = returns[:, (ends > begin) & (ends <= middle)], returns[:, (ends > middle) & (ends <= end)]
        if train.shape[1] and test.shape[1]:
            trained, tested = scores(train, rank_by, per_year), scores(test, rank_by, per_year)
            row = int(trained.argmax())
            followed.append(test[row])
            found.append(
                Window(
                    start=begin,
                    train_end=middle,
                    test_end=end,
                    best=numbers[row],
                    train_score=_defined(trained[row]),
                    test_score=_defined(tested[row]),
                    test_return=float(scores(test[[row]], Ranking.TOTAL_RETURN, per_year)[0]),
                    rank=_rank(tested, row),
                    ranked=len(tested),
                )
            )
    if not found:
        return None
    whole = np.concatenate(followed)[np.newaxis]
    return WalkForwardReport(
        windows=tuple(found),
        rank_by=rank_by,
        total_return=float(scores(whole, Ranking.TOTAL_RETURN, per_year)[0]),
        sharpe=_defined(scores(whole, Ranking.SHARPE, per_year)[0]),
        among_best=sum(window.is_among_best for window in found),
    )


def scores(returns: Floats, rank_by: Ranking, per_year: float) -> Floats:
    """Return the score of each row of returns, annualised where it is a ratio; minus infinity where it is undefined."""
    if rank_by is Ranking.TOTAL_RETURN:
        total: Floats = np.prod(1 + returns, axis=1) - 1
        return total
    mean = returns.mean(axis=1)
    if rank_by is Ranking.SORTINO:
        risk = np.sqrt((np.minimum(returns, 0) ** 2).mean(axis=1))
    else:
        risk = returns.std(axis=1, ddof=1) if returns.shape[1] > 1 else np.zeros(len(returns))
    rounding = np.abs(returns).max(axis=1) * 1e-12
    worst = np.full(len(returns), -np.inf)
    ratios: Floats = np.divide(mean * np.sqrt(per_year), risk, out=worst, where=risk > rounding)
    return ratios


def warning_of(report: WalkForwardReport | None, combinations: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a plain warning where the best in sample isn't among the best out of sample; None where it is.

    That is: where in less than half of the windows the best of the training was in the best quarter of the test.
    """
    if report is None or 2 * report.among_best >= len(report.windows):
        return None
    if len(report.windows) > 1:
        return (
            f"What was best in training was in the best quarter of the test after it in {report.among_best} of "
            f"{len(report.windows)} windows only: what did well so far says little of what will."
        )
    window = report.windows[0]
    chosen = ", ".join(f"{name} {value}" for name, value in combinations[window.best].items())
    return (
        f"What was best in training ({chosen}) came {window.rank}. of {window.ranked} in the test after it: "
        "it may have been luck."
    )


def _windows(start: int, ends: Integers, windows: WalkForward | None) -> Iterator[tuple[int, int, int]]:
    """Give the windows; without any the first two thirds of the range and its last third."""
    end = int(ends[-1]) if len(ends) else start
    if windows is None:
        yield start, start + (end - start) * 2 // 3, end
    else:
        yield from windows.windows(start, end)


def _rank(tested: Floats, best: int) -> int:
    """Return the place of the best in the test; where its score is undefined, the last."""
    return int((tested > tested[best]).sum()) + 1 if np.isfinite(tested[best]) else len(tested)


def _defined(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
