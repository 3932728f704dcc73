"""Candles and runs made by hand or by chance, for tests of results."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from streaming.events import Interval, Side
from streaming.events.intervals import next_open_time
from tests.trading.engine.instruments import BTC
from trading.engine.accounts.account import Account
from trading.engine.accounts.settlement import Fill, Settlement
from trading.engine.amounts import amount_of
from trading.engine.backtests.outcome import Holdings, RunOutcome
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.results.result_builder import result_of
from trading.engine.backtests.runner import run
from trading.engine.backtests.series import CandleSeries
from trading.engine.fees import Liquidity
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.state import OrderStep
from trading.engine.orders.types import OrderType
from trading.engine.strategies.strategy import Strategy

START = 1_704_067_200_000
"""2024-01-01T00:00Z."""
CAPITAL = Decimal(10_000)


class HandMade(Strategy[msgspec.Struct]):
    """The strategy by whose name hand-made runs go; it does nothing."""

    name = "hand_made"
    title = "Hand-made"
    description = "Does nothing."

    class Parameters(msgspec.Struct, frozen=True):
        """None."""


STRATEGIES = {HandMade.name: HandMade}


def candles_of(closes: Sequence[float], interval: Interval = Interval.HOUR_1, start: int = START) -> CandleSeries:
    """Return candles that follow each other, each opening at the close before it; prices in quote."""
    close = np.round(np.asarray(closes) * 100).astype(np.int64)
    open_ = np.concatenate((close[:1], close[:-1]))
    length = next_open_time(interval, 0)
    times = start + np.arange(len(close), dtype=np.int64) * length
    high, low = np.maximum(open_, close), np.minimum(open_, close)
    return CandleSeries(BTC, interval, times, open_, high, low, close, np.full(len(close), 10**9, dtype=np.int64))


def random_walk(seed: int, count: int = 2000, interval: Interval = Interval.HOUR_1) -> CandleSeries:
    """Return candles of a random walk from 100."""
    steps = np.random.default_rng(seed).normal(0, 0.01, count)
    return candles_of((100 * np.exp(np.cumsum(steps))).tolist(), interval)


def plan_of(candles: CandleSeries, **changes: object) -> BacktestPlan:
    """Return a plan of all candles."""
    end = next_open_time(candles.interval, int(candles.open_time[-1]))
    fields = {"strategy": "hand_made", "parameters": {}, "initial_capital": CAPITAL, **changes}
    start = int(candles.open_time[0])
    return BacktestPlan(instrument=candles.instrument, interval=candles.interval, start=start, end=end, **fields)  # type: ignore[arg-type]


class HandMadeRun:
    """Executes market orders at the opens of candles through the engine's settlement, and tells what came of it."""

    def __init__(self, candles: CandleSeries, plan: BacktestPlan | None = None) -> None:
        self.candles = candles
        self.plan = plan or plan_of(candles)
        quote = candles.instrument.quote
        self._account = Account(quote, {quote: amount_of(self.plan.initial_capital)})
        self._settlement = Settlement(candles.instrument, self._account, self.plan.fees())
        self._fills: list[Fill] = []
        self._orders: list[Order] = []
        self._holdings = [(-1, *self._held())]

    def trade(
        self, side: Side, candle: int, steps: int, *, order: Order | None = None, completes: bool = True
    ) -> Order:
        """Execute `steps` of an order, by default of a new one, at the open of a candle."""
        ticks, time = int(self.candles.open[candle]), int(self.candles.open_time[candle])
        if order is None:
            request = OrderRequest(client_order_id="", side=side, type=OrderType.MARKET, quantity=steps)
            order = Order(len(self._orders) + 1, request, time)
            order.take(OrderStep.ACCEPT)
            self._orders.append(order)
        fill = self._settlement.settle(
            order, ticks=ticks, steps=steps, completes=completes, liquidity=Liquidity.TAKER, time=time
        )
        self._fills.append(fill)
        self._holdings.append((candle, *self._held()))
        return order

    def buy(self, candle: int, steps: int) -> Order:
        """Buy `steps` at the open of a candle."""
        return self.trade(Side.BUY, candle, steps)

    def sell(self, candle: int, steps: int) -> Order:
        """Sell `steps` at the open of a candle."""
        return self.trade(Side.SELL, candle, steps)

    def trade_by_chance(self, seed: int, *, trades: int) -> "HandMadeRun":
        """Buy and sell by turns, with what is there, at candles drawn by chance."""
        drawn = np.random.default_rng(seed).choice(np.arange(1, len(self.candles)), 2 * trades, replace=False)
        for number, candle in enumerate(np.sort(drawn).tolist()):
            if number % 2:
                self.sell(candle, self._account.total("BTC") // self.candles.instrument.quantity_unit)
            else:
                each = self.candles.instrument.notional(int(self.candles.open[candle]), 1)
                self.buy(candle, self._account.total("USDT") * 99 // 100 // (each + each // 1000))
        return self

    @property
    def realised(self) -> int:
        """What the account says that was realised."""
        return self._account.realised

    def outcome(self, **changes: object) -> RunOutcome:
        """Return what came of it."""
        candles, quote, base = zip(*self._holdings, strict=True)
        fields: dict[str, object] = {
            "orders": tuple(self._orders),
            "fills": tuple(self._fills),
            "holdings": Holdings(candles=np.array(candles, dtype=np.int64), quote=quote, base=base),
            "first_candle": 0,
            "candles_done": len(self.candles),
            "is_partial": False,
            "path_dependent_fills": 0,
            "finer_candles": 0,
            "warm_up": 0,
            "signals": (),
            "signal_count": 0,
            "refusals": (),
            "refusal_count": 0,
        }
        return RunOutcome(**(fields | changes))  # type: ignore[arg-type]

    def _held(self) -> tuple[int, int]:
        return self._account.total(self.candles.instrument.quote), self._account.total(self.candles.instrument.base)


def hashes_of_results() -> list[str]:
    """Return the hashes of the bytes of some results: of a run by chance, and of installed strategies."""
    results = [made()]
    candles = random_walk(10, count=1000)
    for strategy in ("rsi_reversion", "donchian_breakout"):
        plan = plan_of(candles, strategy=strategy)
        results.append(result_of(plan, candles, run(plan, candles), trials=1))
    return [hashlib.sha256(msgspec.msgpack.encode(result)).hexdigest() for result in results]


def float_fills(outcome: RunOutcome) -> NDArray[np.float64]:
    """Return a row for each fill, in floats: its time, +1 or -1 for the side, its price and its quantity."""
    rows = [
        (fill.time, 1 if fill.side is Side.BUY else -1, fill.price * 0.01, fill.quantity * 0.00001)
        for fill in outcome.fills
    ]
    return np.array(rows).reshape(-1, 4)


def made(trials: int = 3) -> BacktestResult:
    """Return the result of a run by chance."""
    run = HandMadeRun(random_walk(9, count=3000)).trade_by_chance(9, trades=100)
    return result_of(run.plan, run.candles, run.outcome(), strategies=STRATEGIES, trials=trials)
