"""What is to be tested: a strategy with its parameters, on what, from when to when, with what money and costs."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.fees import FeeAsset, FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.strategies.predictions import PredictionsByTime


class FillRule(StrEnum):
    """When a limit counts as reached: once the price has gone a tick through it, or as soon as it has touched it."""

    THROUGH = "through"
    TOUCH = "touch"


class BacktestPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One backtest. Times in ms, `start` included, `end` excluded; `initial_capital` is of quote, and above 0.

    Rates such as 0.001 for 0.1 %. `parameters` are those of the strategy, by name. `seed` is for what draws by chance:
    the bootstrap of the result. `predictions` are what models said, by the value of the strategy's `model_parameter`.
    """

    strategy: str
    parameters: Mapping[str, Any]
    instrument: Instrument
    interval: Interval
    start: int
    end: int
    initial_capital: Decimal = Decimal(1000)
    maker_fee: Decimal = Decimal("0.001")
    taker_fee: Decimal = Decimal("0.001")
    charged_in: FeeAsset = FeeAsset.QUOTE
    slippage: Decimal = Decimal("0.0005")
    fills: FillRule = FillRule.THROUGH
    seed: int = 0
    predictions: Mapping[str, PredictionsByTime] = {}

    def __post_init__(self) -> None:
        """Raise `ValueError` where there is no money to trade with."""
        if self.initial_capital <= 0:
            raise ValueError("initial_capital must be greater than 0")

    def fees(self) -> FeeSchedule:
        """Return the fees as the engine charges them; raise `ValueError` for a rate that is none."""
        return FeeSchedule(maker=self.maker_fee, taker=self.taker_fee, charged_in=self.charged_in)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is: `done` of `total` candles, at `time` (ms): fills so far, and what all is worth (quote)."""

    done: int
    total: int
    time: int
    fills: int
    equity: Decimal


Report = Callable[[Progress], bool]
"""Told of progress, every few milliseconds at the most; answers whether to go on."""
