"""What came of a run: exact, complete, and the same for the same plan and candles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trading.engine.accounts.settlement import Fill
from trading.engine.orders.order import Order
from trading.engine.strategies.context import Signal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holdings:
    """What was owned after each change, as amounts of 10⁻²⁴; the first entry, at candle -1, is what was there at first.

    `candles` are indexes into the series as it was given, of the candles in which the changes were; where one has
    several, its last one holds at its close. Both amounts with what open orders have set aside.
    """

    candles: NDArray[np.int64]
    quote: tuple[int, ...]
    base: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRefusal:
    """An order that was refused, or expired because it couldn't be paid: when (ms), its number and why."""

    time: int
    order: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunOutcome:
    """Everything that a run did, in its order.

    `first_candle` is the index in the series of the first that was traded: those before it are history, which only
    indicators see. `is_partial` where the run was stopped after `candles_done` candles. `warm_up` is the number of
    candles before the first at which all indicators have a value; `signal_count` and `refusal_count` count also those
    beyond what is kept.
    `finer_candles` is in how many candles finer ones decided what was executed.
    """

    orders: tuple[Order, ...]
    fills: tuple[Fill, ...]
    holdings: Holdings
    first_candle: int
    candles_done: int
    is_partial: bool
    path_dependent_fills: int
    finer_candles: int
    warm_up: int
    signals: tuple[Signal, ...]
    signal_count: int
    refusals: tuple[LoggedRefusal, ...]
    refusal_count: int
