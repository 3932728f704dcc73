"""What positions would have earned after fees, and what one earns without a model: flat, hold, last sign."""

from dataclasses import dataclass

import msgspec
import numpy as np

from trading.learning.candles import Booleans, Floats
from trading.learning.examples import Examples


class Earnings(msgspec.Struct, frozen=True, kw_only=True):
    """The return net of fees (0.01 is a per cent), and how often a position was opened."""

    net_return: float
    trades: int


class Baselines(msgspec.Struct, frozen=True, kw_only=True):
    """What is earned without a model: by nothing, by holding throughout, by being long after each rise."""

    flat: Earnings
    hold: Earnings
    last_sign: Earnings


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Examples whose horizons follow each other without overlapping: one can be in the market for each."""

    rows: list[int]
    follows: list[bool]
    """Whether a step begins the moment that the one before it ends."""
    changes: Floats


def steps_of(examples: Examples) -> Steps:
    """Return the first example, the first one after its horizon, and so on."""
    rows: list[int] = []
    follows: list[bool] = []
    row, until = 0, -1
    while row < len(examples):
        decided = int(examples.decided_at[row])
        rows.append(row)
        follows.append(decided == until)
        until = int(examples.known_at[row])
        row = int(np.searchsorted(examples.decided_at, until))
    return Steps(rows, follows, examples.changes[rows])


def earned(steps: Steps, is_long: Booleans, *, fee_rate: float) -> Earnings:
    """Return what it earns to be long in the steps chosen and out of the market otherwise.

    All is bought and sold at the closes; each time costs `fee_rate` of it. A position is kept while steps follow.
    """
    equity, trades, held = 1.0, 0, False
    for wanted, follows, change in zip(is_long.tolist(), steps.follows, steps.changes.tolist(), strict=True):
        if held and not (wanted and follows):
            equity, held = equity * (1 - fee_rate), False
        if wanted:
            if not held:
                equity, trades, held = equity * (1 - fee_rate), trades + 1, True
            equity *= 1 + change
    if held:
        equity *= 1 - fee_rate
    return Earnings(net_return=equity - 1, trades=trades)


def break_even_probability(changes: Floats, *, fee_rate: float) -> float | None:
    """Return the probability p of a rise at which p · rise - (1 - p) · fall = 2 · fee, by the mean rise and fall."""
    rises, falls = changes[changes > 0], changes[changes <= 0]
    if not len(rises) or not len(falls):
        return None
    rise, fall = float(rises.mean()), -float(falls.mean())
    return (fall + 2 * fee_rate) / (rise + fall)


def baselines_of(steps: Steps, *, fee_rate: float) -> Baselines:
    """Return what is earned without a model over the same steps."""
    every = np.ones(len(steps.rows), dtype=bool)
    rose = np.concatenate(([False], steps.changes[:-1] > 0)) & np.array(steps.follows, dtype=bool)
    return Baselines(
        flat=Earnings(net_return=0.0, trades=0),
        hold=earned(steps, every, fee_rate=fee_rate),
        last_sign=earned(steps, rose, fee_rate=fee_rate),
    )
