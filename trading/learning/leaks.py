"""Checks that fail where features or folds tell the future, whoever made them."""

from collections.abc import Callable, Sequence

import numpy as np

from trading.learning.candles import CandleTable, Floats
from trading.learning.errors import LeakError
from trading.learning.examples import Examples


def check_features(compute: Callable[[CandleTable], Floats], candles: CandleTable, *, cuts: Sequence[int]) -> None:
    """Raise `LeakError` where a candle's features are others once later candles are known.

    Compute them over the first so many candles of each of `cuts`, and compare with those over all: a label among them
    shows, and so does a normalisation over the whole series.
    """
    whole = compute(candles)
    for cut in cuts:
        part = compute(candles.until(cut))
        changed = np.flatnonzero(~np.isclose(part, whole[:cut], rtol=1e-9, atol=1e-12, equal_nan=True).all(axis=1))
        if len(changed):
            raise LeakError(
                f"the features of candle {changed[0]} change with candles from {cut} on: they tell the future"
            )


def check_fold(train: Examples, test: Examples) -> None:
    """Raise `LeakError` where a label that is learnt from wasn't known at the first decision that is judged."""
    if len(train) and len(test) and train.known_at.max() > test.decided_at.min():
        raise LeakError(
            f"a label known at {train.known_at.max()} would be learnt from to judge a decision at "
            f"{test.decided_at.min()}: leave a gap of at least the horizon, and don't shuffle"
        )
