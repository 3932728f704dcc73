"""What clients say of live strategies: to start, stop and find them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.events import Interval
from streaming.market.selectors import symbol_of_pair
from trading.backtests.strategies import parameter_faults, strategy_faults
from trading.engine.amounts import amount_fault
from trading.engine.live.strategies.state import StrategyState
from trading.parameters import Id, Pair, positive

DEFAULT_INVESTMENT = Decimal(1000)
MOST_INVESTMENT = 10**9
_LONGEST_NAME = 64
PATH = "params"
_REQUIRED = ("strategy", "symbol", "interval")

Name = Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]


class StrategyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """All that a strategy is started with; `backtest_id` is the backtest that it is a copy of."""

    strategy: str
    symbol_name: str
    interval: Interval
    strategy_parameters: Mapping[str, Any]
    investment: Decimal
    account: str | None = None
    backtest_id: str | None = None

    def faults(self) -> Mapping[str, str]:
        """Return that there is no such strategy, or what is wrong with its parameters, each as `params.fast`."""
        fault = amount_fault("investment", self.investment)
        faults = strategy_faults(self.strategy) or parameter_faults(self.strategy, self.strategy_parameters, PATH)
        return {**faults, "investment": fault} if fault else faults


class NewStrategy(Parameters, frozen=True, kw_only=True):
    """A strategy on candles of one symbol, with an `investment` of its quote asset, 1000 by default.

    `params` are those of the strategy, as `strategy.kinds` tells them; a pair may be written `BTC-USDT` and `BTC/USDT`.
    With a `backtest_id` all that isn't given is as in that backtest: its capital is the investment.
    """

    strategy: Name | None = None
    symbol: Pair | None = None
    interval: Interval | None = None
    params: dict[str, Any] | None = None
    investment: Annotated[Decimal, positive(MOST_INVESTMENT)] | None = None
    mode: Literal["paper"] = "paper"
    account: Id | None = None
    backtest_id: Id | None = None

    @property
    def terms(self) -> StrategyTerms | None:
        """What it is started with, where that is all given; None where it isn't."""
        if self.strategy is None or self.symbol is None or self.interval is None:
            return None
        return StrategyTerms(
            strategy=self.strategy,
            symbol_name=symbol_of_pair(self.symbol),
            interval=self.interval,
            strategy_parameters=self.params or {},
            investment=DEFAULT_INVESTMENT if self.investment is None else self.investment,
            account=self.account,
        )

    def wrong_together(self) -> Mapping[str, str]:
        """Return what is missing, and what is wrong, as far as that shows without the backtest that is copied."""
        if self.backtest_id is not None:
            return {}
        terms = self.terms
        if terms is not None:
            return terms.faults()
        return {name: f"{name} is required" for name in _REQUIRED if getattr(self, name) is None}


class StrategyId(Parameters, frozen=True, kw_only=True):
    """Which strategy."""

    id: Id


class StrategyComparison(StrategyId, frozen=True, kw_only=True):
    """Which strategy to compare with which backtest."""

    backtest_id: Id


class StrategyStop(StrategyId, frozen=True, kw_only=True):
    """Which strategy to stop: its orders are cancelled. A position that isn't closed goes to the account's balances."""

    close_position: bool = False


class StrategyQuery(Paged, frozen=True, kw_only=True):
    """Which strategies to list: `live` ones only, or those that have stopped."""

    strategy: Name | None = None
    symbol: Pair | None = None
    state: StrategyState | None = None
    live: bool | None = None
    account: Id | None = None

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.symbol is None else symbol_of_pair(self.symbol)
