"""What clients say of backtests: to run, find, compare and end them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.commands.values import TIME_AS_GIVEN
from streaming.events import Interval
from streaming.market.selectors import symbol_of_pair
from trading.engine.backtests.sweeps.plan import Ranking
from trading.engine.rates import rate_parts
from trading.events import BacktestState
from trading.parameters import Id, positive

MOST_COMPARED = 5
LEAST_COMPARED = 2
_MOST_VALUES = 200
_LONGEST_DAYS = 3660
GRID = "grid"
"""The strategy that `grid` stands for, with its parameters."""
_MOST_DECIMALS = 8

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Days = Annotated[int, Meta(ge=1, le=_LONGEST_DAYS)]
Values = Annotated[list[Any], Meta(min_length=1, max_length=_MOST_VALUES)]
Time = Annotated[int, TIME_AS_GIVEN]
"""ms since the epoch, or ISO 8601 with its offset from UTC."""


class BacktestId(Parameters, frozen=True):
    """Which backtest."""

    id: Id


class SeriesName(Parameters, frozen=True, kw_only=True):
    """Candles of one symbol; a pair may be written `BTC-USDT` and `BTC/USDT`, too."""

    symbol: Name
    interval: Interval

    @property
    def symbol_name(self) -> str:
        """The symbol as the exchange writes it."""
        return symbol_of_pair(self.symbol)


class NewBacktest(SeriesName, frozen=True, kw_only=True):
    """A strategy, or a grid, over the candles that open from `start` up to, not including, `end`.

    `initial_capital` is in the symbol's quote asset; `fee_rate` and `slippage` are fractions. A limit order is
    filled when a trade goes `through` its price, or already by a `touch`.
    """

    strategy: Name | None = None
    grid: dict[str, Any] | None = None
    start: Time
    end: Time
    initial_capital: Annotated[Decimal, positive(10**12)] = Decimal(1000)
    fee_rate: Decimal = Decimal("0.001")
    slippage: Decimal = Decimal("0.0005")
    params: dict[str, Any] | None = None
    fills: Literal["through", "touch"] = "through"

    def wrong_together(self) -> Mapping[str, str]:
        """Return that it is neither of the two, or both, that it ends before it starts, and which numbers can't be."""
        faults = _amount_faults(self)
        if (self.strategy is None) == (self.grid is None):
            faults["strategy"] = "either strategy or grid is required"
        if self.grid is not None and self.params is not None:
            faults["params"] = "params can't be given for a grid"
        if self.end <= self.start:
            faults["end"] = "end must be after start"
        return faults

    @property
    def strategy_name(self) -> str:
        """The strategy, where a grid is one, too."""
        return GRID if self.strategy is None else self.strategy

    @property
    def strategy_parameters(self) -> Mapping[str, Any]:
        """The strategy's parameters as they were given."""
        return (self.params if self.grid is None else self.grid) or {}

    @property
    def parameters_path(self) -> str:
        """Where they stand, which begins the name of each."""
        return "params" if self.grid is None else "grid"


def _amount_faults(given: NewBacktest) -> dict[str, str]:
    faults = {}
    for name in ("fee_rate", "slippage"):
        try:
            rate_parts(name, getattr(given, name))
        except ValueError as error:
            faults[name] = str(error)
    if -int(given.initial_capital.as_tuple().exponent) > _MOST_DECIMALS:
        faults["initial_capital"] = f"initial_capital must have at most {_MOST_DECIMALS} decimals"
    return faults


class WalkForwardDays(Parameters, frozen=True, kw_only=True):
    """How many days each window trains and tests, and by how many it moves on; by default, by those of a test."""

    train: Days
    test: Days
    step: Days | None = None


class NewSweep(NewBacktest, frozen=True, kw_only=True):
    """A backtest for each combination of values of the strategy's `parameters`; `params` are those that stay.

    Without `walk_forward` the first two thirds of the range are the training, and the last third is the test.
    """

    parameters: dict[str, Values]
    walk_forward: WalkForwardDays | None = None
    rank_by: Ranking = Ranking.SHARPE


class BacktestQuery(Paged, frozen=True, kw_only=True):
    """Which backtests to list; with a `strategy_id`, those over the hours of that live strategy."""

    symbol: Name | None = None
    strategy: Name | None = None
    strategy_id: Id | None = None
    state: BacktestState | None = None

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.symbol is None else symbol_of_pair(self.symbol)


class TradesQuery(Paged, frozen=True, kw_only=True):
    """Which trades of a backtest to return."""

    id: Id


class Comparison(Parameters, frozen=True, kw_only=True):
    """Which backtests to compare."""

    ids: Annotated[list[Id], Meta(min_length=LEAST_COMPARED, max_length=MOST_COMPARED)]

    def wrong_together(self) -> Mapping[str, str]:
        """Return that one is named twice."""
        return {"ids": "ids must differ"} if len(set(self.ids)) < len(self.ids) else {}


class DataQuery(SeriesName, frozen=True, kw_only=True):
    """Of which candles to tell what is stored."""


class ExportQuery(Parameters, frozen=True, kw_only=True):
    """Which backtest to export, and as what."""

    id: Id
    form: Literal["csv", "json"] = "json"
