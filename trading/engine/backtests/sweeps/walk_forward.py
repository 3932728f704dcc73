"""Whether what was best in one time was so in the next.

Each combination is run once over the whole range; training and test are stretches of its returns. A run knows nothing
of what comes after, so its returns in a test are those that were to be had then; it only goes in with the position that
it had.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trading.engine.backtests.series import Floats, Integers
from trading.engine.backtests.sweeps.plan import Ranking, WalkForward

BEST_SHARE = 4
"""Who is in the best quarter is among the best: of n, the first n / 4, rounded up."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """One training and the test after it (times in ms): the number of the `best` in training, and its scores in both.

    `rank` is its place in the test, from 1 to `ranked`; equal scores share the better place. `test_return` is what it
    returned there. Where nothing in the training tells one from another, as where none has traded, there is no best:
    none is followed, and the return is 0.
    """

    start: int
    train_end: int
    test_end: int
    ranked: int
    best: int | None = None
    train_score: float | None = None
    test_score: float | None = None
    test_return: float = 0.0
    rank: int | None = None

    @property
    def is_among_best(self) -> bool:
        """Whether the best of the training was in the best quarter of the test."""
        return self.rank is not None and self.rank <= -(-self.ranked // BEST_SHARE)


class WalkForwardReport(msgspec.Struct, frozen=True, kw_only=True):
    """All windows; `total_return` and `sharpe` are those of following the best of each training through its test.

    It is followed only until the test of the next window begins, so that no day counts twice. `among_best` counts the
    windows in which the best of the training was in the best quarter of the test.
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
    found: list[Window] = []
    rows: list[int | None] = []
    for begin, middle, end in _windows(start, ends, windows):
        train, test = returns[:, _within(ends, begin, middle)], returns[:, _within(ends, middle, end)]
        if train.shape[1] and test.shape[1]:
            trained = scores(train, rank_by, per_year)
            row = best_row(train, trained)
            window = Window(start=begin, train_end=middle, test_end=end, ranked=len(test))
            rows.append(row)
            if row is not None:
                tested = scores(test, rank_by, per_year)
                window = replace(
                    window,
                    best=numbers[row],
                    train_score=_defined(trained[row]),
                    test_score=_defined(tested[row]),
                    test_return=float(_totals(test[row])),
                    rank=_rank(tested, row),
                )
            found.append(window)
    if not found:
        return None
    whole = _followed(returns, ends, found, rows)
    return WalkForwardReport(
        windows=tuple(found),
        rank_by=rank_by,
        total_return=float(_totals(whole)),
        sharpe=_defined(scores(whole[np.newaxis], Ranking.SHARPE, per_year)[0]),
        among_best=sum(window.is_among_best for window in found),
    )


def scores(returns: Floats, rank_by: Ranking, per_year: float) -> Floats:
    """Return the score of each row of returns, annualised where it is a ratio; minus infinity where it is undefined."""
    if rank_by is Ranking.TOTAL_RETURN:
        return _totals(returns)
    mean = returns.mean(axis=1)
    if rank_by is Ranking.SORTINO:
        risk = np.sqrt((np.minimum(returns, 0) ** 2).mean(axis=1))
    else:
        risk = returns.std(axis=1, ddof=1) if returns.shape[1] > 1 else np.zeros(len(returns))
    rounding = np.abs(returns).max(axis=1) * 1e-12
    worst = np.full(len(returns), -np.inf)
    ratios: Floats = np.divide(mean * np.sqrt(per_year), risk, out=worst, where=risk > rounding)
    return ratios


def best_row(returns: Floats, found: Floats) -> int | None:
    """Return the row of these returns with the highest of the scores that were found.

    None where no score is defined, or all returns are 0, as where none has traded: then any row would be as good.
    """
    best = int(found.argmax())
    return best if np.isfinite(found[best]) and returns.any() else None


def warning_of(report: WalkForwardReport | None, combinations: Sequence[Mapping[str, Any]]) -> str | None:
    """Return a plain warning where the best in sample isn't among the best out of sample; None where it is.

    That is: where in less than half of the windows that have a best of the training it was in the best quarter of the
    test.
    """
    if report is None:
        return None
    decided = [(best, window) for window in report.windows if (best := window.best) is not None]
    if 2 * report.among_best >= len(decided):
        return None
    if len(decided) > 1:
        return (
            f"What was best in training was in the best quarter of the test after it in {report.among_best} of "
            f"{len(decided)} windows only: what did well so far says little of what will."
        )
    best, window = decided[0]
    chosen = ", ".join(f"{name} {value}" for name, value in combinations[best].items())
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


def _within(ends: Integers, start: int, end: int) -> NDArray[np.bool_]:
    """Return which periods end after `start`, and at `end` at the latest."""
    return (ends > start) & (ends <= end)


def _followed(returns: Floats, ends: Integers, found: Sequence[Window], rows: Sequence[int | None]) -> Floats:
    """Return what following the rows through the tests of their windows returned, each until the next test begins.

    Without a row nothing is done.
    """
    untils = [*(window.train_end for window in found[1:]), found[-1].test_end]
    parts = []
    for window, until, row in zip(found, untils, rows, strict=True):
        within = _within(ends, window.train_end, min(window.test_end, until))
        parts.append(np.zeros(int(within.sum())) if row is None else returns[row, within])
    return np.concatenate(parts)


def _totals(returns: Floats) -> Floats:
    """Return what the returns of each row, or of the one that there is, come to, one after the other."""
    total: Floats = np.prod(1 + returns, axis=-1) - 1
    return total


def _rank(tested: Floats, best: int) -> int:
    """Return the place of the best in the test; where its score is undefined, the last."""
    return int((tested > tested[best]).sum()) + 1 if np.isfinite(tested[best]) else len(tested)


def _defined(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
