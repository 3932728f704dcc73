"""Strategies on a live market of tests: a price that goes tick by tick, its candles, a driver that can be killed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from streaming.events import Interval, Side
from tests.trading.engine.backtests.random_trading import RandomTrading
from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.rigs import FEE, FEES, MUCH, stored
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import amount_of
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.plan import BacktestPlan, FillRule
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.series_context import SeriesCandle
from trading.engine.instrument import Instrument
from trading.engine.live.state import LiveOrderEvent, SubAccountState, TransferredHoldings
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.limits import CallGuard, CpuClock, NoGuard, StrategyLimits
from trading.engine.live.strategies.memory import Delivery, StrategyMemory
from trading.engine.live.strategies.state import StrategyEvent, StrategySignal, StrategyState
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.events import OrderEventKind
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import OrderRequest
from trading.engine.risk.gate import OrderGate
from trading.engine.strategies.parameters import read_parameters
from trading.engine.strategies.predictions import PredictionsByTime
from trading.engine.strategies.registry import installed_strategies
from trading.engine.strategies.strategy import Strategy

MINUTE_MS = 60_000
START = 1_600_000_020_000 // MINUTE_MS * MINUTE_MS
INSTRUMENT = changed(BTC, minimum_notional=Decimal(1))
SUB_ACCOUNT_QUOTE = Decimal(1000)
_FINER_MS = 5_000
_NO_LIMIT = StrategyLimits(orders_per_minute=10**6)


TRADES_IN_ONE = MINUTE_MS // _FINER_MS
_ALONG = 0.75
"""So many trades of a minute that goes in a direction go in that direction."""


@dataclass(frozen=True)
class TickMarket:
    """Candles of a minute, and the trades that make each: at its finer candles, each of one price."""

    candles: CandleSeries
    trades: CandleSeries

    def trades_of(self, index: int) -> range:
        """Return which trades make a candle."""
        return range(index * TRADES_IN_ONE, (index + 1) * TRADES_IN_ONE)

    def candle(self, index: int) -> SeriesCandle:
        """Return a candle."""
        return SeriesCandle(self.candles, index)


def tick_market(seed: int, count: int, *, begin: int = 300) -> TickMarket:
    """Return a walk of so many minutes that never skips a tick: then who trades by candles trades at the same price."""
    steps = np.random.default_rng(seed).choice([-1, 1], count * TRADES_IN_ONE)
    path = begin + np.cumsum(steps)
    return _market_of(np.where(path < 100, 200 - path, path))


def persistent_tick_market(seed: int, count: int, *, chance: float, begin: int = 20_000) -> TickMarket:
    """Return one whose minutes each go on in the direction of the one before with `chance`; it never skips a tick."""
    random = np.random.default_rng(seed)
    signs = np.cumprod(np.where(random.random(count) < chance, 1, -1))
    along = random.random((count, TRADES_IN_ONE)) < _ALONG
    return _market_of(begin + np.cumsum(np.where(along, 1, -1) * signs[:, np.newaxis]))


def _market_of(path: NDArray[np.int64]) -> TickMarket:
    """Return the market of a price that is known at each trade, in ticks."""
    count = len(path) // TRADES_IN_ONE
    times = START + _FINER_MS * np.arange(len(path))
    volume = np.full(len(path), MUCH)
    trades = CandleSeries(INSTRUMENT, Interval.SECOND_1, times, path, path.copy(), path.copy(), path.copy(), volume)
    whole = path.reshape(count, TRADES_IN_ONE)
    candles = CandleSeries(
        INSTRUMENT,
        Interval.MINUTE_1,
        times[::TRADES_IN_ONE].copy(),
        whole[:, 0].copy(),
        whole.max(axis=1),
        whole.min(axis=1),
        whole[:, -1].copy(),
        volume.reshape(count, TRADES_IN_ONE).sum(axis=1),
    )
    return TickMarket(candles, trades)


def strategies_of_tests() -> Mapping[str, type[Strategy[Any]]]:
    """Return those that are installed, and one that orders and cancels at random."""
    return {**installed_strategies(), RandomTrading.name: RandomTrading}


class DrivenStrategy:
    """A strategy driven by a market of ticks from its candle `first` on, and all that it did.

    It trades `instrument`; another one from its next kill on.
    """

    def __init__(
        self,
        market: TickMarket,
        strategy: type[Strategy[Any]],
        parameters: Mapping[str, Any] | None = None,
        *,
        first: int = 60,
        instrument: Instrument = INSTRUMENT,
        gate: OrderGate | None = None,
        limits: StrategyLimits = _NO_LIMIT,
        cpu_ms: CpuClock = lambda: 0.0,
        guard: CallGuard = NoGuard(),  # noqa: B008 - it has no state
    ) -> None:
        self.market, self.first, self.instrument = market, first, instrument
        self.stored_to = len(market.candles)
        self.told: list[LiveOrderEvent] = []
        self.events: list[StrategyEvent] = []
        self.deliveries: list[Delivery] = []
        self._terms: dict[str, Any] = {
            "name": "strategy_a",
            "strategy": strategy,
            "parameters": read_parameters(strategy, parameters or {}, INSTRUMENT),
            "interval": Interval.MINUTE_1,
            "gate": gate,
            "limits": limits,
            "cpu_ms": cpu_ms,
            "guard": guard,
        }
        self.sub_account = self._account(SubAccountState(quote="USDT"))
        self.sub_account.transfer_in(TransferredHoldings(quote=amount_of(SUB_ACCOUNT_QUOTE)))
        self.driver = self._driver(StrategyMemory())

    @property
    def decisions(self) -> list[OrderRequest]:
        """The orders that it placed, in their order, without names: in a backtest they have others."""
        placed = {OrderEventKind.ACCEPTED, OrderEventKind.REJECTED}
        return [_nameless(event.order.request) for event in self.told if event.kind in placed]

    @property
    def fills(self) -> list[tuple[Side, int, int, int]]:
        """Its executions: side, ticks, steps, ms."""
        return [fill_of(event.fill) for event in self.told if event.fill is not None]

    @property
    def signals(self) -> list[StrategySignal]:
        """What it advised."""
        return [event for event in self.events if isinstance(event, StrategySignal)]

    def history(self, until: int | None = None) -> list[SeriesCandle]:
        """Return the candles that are stored: those before its first, or up to one."""
        return [self.market.candle(index) for index in range(self.first if until is None else until)]

    def begin(self) -> "DrivenStrategy":
        """Let it begin at the open of its first candle."""
        time = int(self.market.candles.open_time[self.first])
        self.driver.start(time=time)
        self.driver.warm_up(self.history(), time=time)
        self.driver.advance(market=int(self.market.candles.open[self.first]), time=time)
        self.note()
        return self

    def trade(self, index: int) -> None:
        """Let one trade happen."""
        trades = self.market.trades
        price, time = int(trades.open[index]), int(trades.open_time[index])
        self.driver.see_trade(price=price, quantity=MUCH, time=time)
        self.note()

    def close(self, index: int) -> bool:
        """Let a candle close."""
        candle = self.market.candle(index)
        taken = self.driver.see_candle(candle, market=int(self.market.candles.close[index]), time=candle.close_time)
        self.note()
        return taken

    def minute(self, index: int) -> None:
        """Let a candle's trades happen, and close it."""
        for trade in self.market.trades_of(index):
            self.trade(trade)
        self.close(index)

    def run(self, count: int | None = None) -> "DrivenStrategy":
        """Let all minutes pass, or so many."""
        last = len(self.market.candles) if count is None else self.first + count
        for index in range(self.first, last):
            self.minute(index)
        return self

    def kill(self, *, warm: bool = True) -> None:
        """Lose all that is in memory, and go on with what was stored; without candles where it isn't to be `warm`."""
        memory = stored(self.driver.memory())
        self.sub_account = self._account(stored(self.sub_account.state()))
        self.driver = self._driver(memory)
        if warm:
            stands = self.first if memory.candle_cursor is None else self._index_of(memory.candle_cursor) + 1
            history = self.history(min(stands, self.stored_to))
            self.driver.warm_up(history, time=int(self.market.candles.open_time[0]))
        self.note()

    def change_strategy(self, strategy: type[Strategy[Any]]) -> None:
        """Run another version of the strategy from the next kill on."""
        self._terms["strategy"] = strategy

    def note(self) -> None:
        """Keep what changed."""
        self.told += self.sub_account.take_changes().events
        self.events += self.driver.take_events()
        self.deliveries += self.driver.take_deliveries()

    def is_fine(self) -> bool:
        """Return whether nothing has stopped it."""
        return self.driver.state in {StrategyState.RUNNING, StrategyState.PAUSED}

    def _index_of(self, open_time: int) -> int:
        return int(np.searchsorted(self.market.candles.open_time, open_time))

    def _account(self, state: SubAccountState) -> PaperSubAccount:
        return PaperSubAccount(
            state, fees=FEES, slippage=Slippage(Decimal(0)), instruments={INSTRUMENT.symbol: self.instrument}
        )

    def _driver(self, memory: StrategyMemory) -> StrategyDriver:
        deliveries = written(self.deliveries)
        terms = {"instrument": self.instrument, "memory": memory, "deliveries": deliveries, **self._terms}
        return StrategyDriver(self.sub_account, **terms)


def backtest_of(
    market: TickMarket,
    name: str,
    parameters: Mapping[str, Any],
    *,
    first: int,
    instrument: Instrument = INSTRUMENT,
    predictions: Mapping[str, PredictionsByTime] | None = None,
) -> RunOutcome:
    """Return what comes of a backtest over the candles from `first` on, matched by the trades that make them."""
    candles = market.candles
    plan = BacktestPlan(
        strategy=name,
        parameters=parameters,
        instrument=instrument,
        interval=candles.interval,
        start=int(candles.open_time[first]),
        end=int(candles.next_open_times()[-1]),
        initial_capital=SUB_ACCOUNT_QUOTE,
        maker_fee=FEE,
        taker_fee=FEE,
        slippage=Decimal(0),
        fills=FillRule.TOUCH,
        predictions=predictions or {},
    )
    return run(plan, candles, strategies=strategies_of_tests(), finer=market.trades)


def decisions_of(outcome: RunOutcome) -> list[OrderRequest]:
    """Return the orders of a backtest in their order, without names, as `DrivenStrategy.decisions`."""
    return [_nameless(order.request) for order in outcome.orders]


def fill_of(fill: Fill) -> tuple[Side, int, int, int]:
    """Return an execution's side, ticks, steps and ms."""
    return fill.side, fill.price, fill.quantity, fill.time


def written(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return what is read back of deliveries that were written to be stored."""
    read = msgspec.json.Decoder(Delivery)
    return [read.decode(msgspec.json.encode(delivery)) for delivery in deliveries]


def _nameless(request: OrderRequest) -> OrderRequest:
    return msgspec.structs.replace(request, client_order_id="")
