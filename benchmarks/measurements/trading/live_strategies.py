"""How long 1,000 strategies that run live take to decide at the close of a candle, and to be built anew after a kill.

In memory, in one process, by processor time; nothing stored. They are the shipped ones, 200 of each, on candles of 1m
of 50 symbols that all close at once. Telling a strategy again what it was told is without reading its candles.
"""

import gc
import random
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from trading.engine.amounts import ONE
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.state import SubAccountState, TransferredHoldings
from trading.engine.live.strategies.candles import ClosedCandle
from trading.engine.live.strategies.driver import DEFAULT_LIMITS, StrategyDriver
from trading.engine.live.strategies.limits import CallBudget
from trading.engine.live.strategies.memory import StrategyMemory
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.matching.slippage import Slippage
from trading.engine.strategies.parameters import read_parameters
from trading.engine.strategies.registry import installed_strategies
from trading.live.call_guard import SignalGuard

_FEES = FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.001"))
_STRATEGIES: Mapping[str, Mapping[str, Any]] = {
    "ma_cross": {"fast": 5, "slow": 20},
    "rsi_reversion": {"period": 7, "oversold": 40, "overbought": 60},
    "bollinger_breakout": {"period": 20},
    "donchian_breakout": {"entry": 10, "exit": 5},
    "dca": {"every": 10},
}
_SYMBOLS, _COUNT = 50, 1_000
_HISTORY, _CANDLES, _DAY = 1_000, 60, 1_440
_CALLS = 50_000
_MINUTE_MS = 60_000


class DecisionCost(msgspec.Struct, frozen=True, kw_only=True):
    """What the close of a candle costs, by processor time."""

    strategies: int
    symbols: int
    orders: int
    decided_ms: float
    """From the close to the last decision: the median of the candles."""
    slowest_ms: float
    """The same at the slowest candle."""
    advanced_ms: float
    """What executing the orders of a candle at the market adds: the median."""


class StartCost(msgspec.Struct, frozen=True, kw_only=True):
    """What it costs to have strategies stand, for each, by processor time."""

    warm_up_ms: float
    """Of one that is new, with 1,000 candles."""
    again_ms: float
    """Of one that has run for a day."""


class GuardCost(msgspec.Struct, frozen=True, kw_only=True):
    """What it costs to bound the time and the memory of a strategy's call, by processor time."""

    call_us: float


def live_strategies(*, rounds: int) -> dict[str, list[DecisionCost] | list[StartCost] | list[GuardCost]]:
    """Measure `rounds` times."""
    return {
        "a call is guarded": [_guarded() for _ in range(rounds)],
        "1,000 strategies, a candle closes": [_decisions(seed) for seed in range(rounds)],
        "a strategy is built": [_starts(seed) for seed in range(rounds)],
    }


_GUARD = SignalGuard(longest_seconds=2, most_bytes=256 * 2**20)


def _guarded() -> GuardCost:
    budget = CallBudget(DEFAULT_LIMITS, lambda: time.thread_time() * 1_000, _GUARD)
    started = time.process_time()
    for number in range(_CALLS):
        budget.begin()
        _GUARD.begin()
        _GUARD.end()
        budget.end(number)
    return GuardCost(call_us=round((time.process_time() - started) / _CALLS * 1_000_000, 1))


class _Driven:
    """A strategy on its symbol's candles."""

    def __init__(self, number: int, candles: Sequence[ClosedCandle]) -> None:
        name = tuple(_STRATEGIES)[number % len(_STRATEGIES)]
        strategy = installed_strategies()[name]
        instrument = _instrument(number % _SYMBOLS)
        self.terms: dict[str, Any] = {
            "name": f"strategy_{number}",
            "strategy": strategy,
            "parameters": read_parameters(strategy, _STRATEGIES[name]),
            "instrument": instrument,
            "interval": Interval.MINUTE_1,
            "guard": _GUARD,
            "cpu_ms": lambda: time.thread_time() * 1_000,
        }
        self.candles = candles
        self.account = PaperSubAccount(
            SubAccountState(quote="USDT"),
            fees=_FEES,
            slippage=Slippage(Decimal("0.0005")),
            instruments={instrument.symbol: instrument},
        )
        self.account.transfer_in(TransferredHoldings(quote=10_000 * ONE))
        self.driver = StrategyDriver(self.account, memory=StrategyMemory(), **self.terms)

    def begin(self) -> None:
        """Warm it up, and let it run."""
        time_of_start = self.candles[_HISTORY].open_time
        self.driver.start(time=time_of_start)
        self.driver.warm_up(self.candles[:_HISTORY], time=time_of_start)
        self.driver.advance(market=10_000, time=time_of_start)

    def close(self, index: int) -> None:
        """Let a candle close."""
        candle = self.candles[index]
        self.driver.see_candle(candle, market=int(candle.close * 100), time=candle.close_time)

    def advance(self, index: int) -> None:
        """Execute what it has ordered."""
        candle = self.candles[index]
        self.driver.advance(market=int(candle.close * 100), time=candle.close_time)


def _decisions(seed: int) -> DecisionCost:
    candles = [_walk(seed * _SYMBOLS + symbol, _HISTORY + _CANDLES) for symbol in range(_SYMBOLS)]
    driven = [_Driven(number, candles[number % _SYMBOLS]) for number in range(_COUNT)]
    for one in driven:
        one.begin()
    gc.collect()
    gc.freeze()
    decided, advanced = [], []
    for index in range(_HISTORY, _HISTORY + _CANDLES):
        started = time.process_time()
        for one in driven:
            one.close(index)
        closed = time.process_time()
        for one in driven:
            one.advance(index)
        decided.append(closed - started)
        advanced.append(time.process_time() - closed)
    gc.unfreeze()
    return DecisionCost(
        strategies=len(driven),
        symbols=_SYMBOLS,
        orders=sum(one.driver.memory().orders_named for one in driven),
        decided_ms=_median_ms(decided),
        slowest_ms=round(max(decided) * 1_000, 1),
        advanced_ms=_median_ms(advanced),
    )


def _starts(seed: int) -> StartCost:
    driven = [_Driven(number, _walk(seed + number, _HISTORY + _DAY)) for number in range(len(_STRATEGIES))]
    started = time.process_time()
    for one in driven:
        one.begin()
    warm = time.process_time() - started
    for one in driven:
        for index in range(_HISTORY, _HISTORY + _DAY):
            one.close(index)
            one.advance(index)
    again = sum(map(_told_again, driven))
    return StartCost(warm_up_ms=round(warm * 1_000 / len(driven), 1), again_ms=round(again * 1_000 / len(driven), 1))


def _told_again(one: _Driven) -> float:
    """Return how many seconds it takes to build a strategy anew."""
    deliveries, memory = one.driver.take_deliveries(), one.driver.memory()
    built = StrategyDriver(one.account, memory=memory, deliveries=deliveries, **one.terms)
    started = time.process_time()
    built.warm_up(one.candles, time=0)
    took = time.process_time() - started
    if built.memory() != memory:
        raise RuntimeError(f"{built.state}: {built.reason}")
    return took


def _walk(seed: int, count: int) -> list[ClosedCandle]:
    chance, price, candles = random.Random(seed), 10_000, []
    for index in range(count):
        path = [price]
        for _ in range(8):
            path.append(max(100, path[-1] + chance.randint(-20, 20)))
        price = path[-1]
        opened, high, low, close = (Decimal(ticks) / 100 for ticks in (path[0], max(path), min(path), price))
        candles.append(
            ClosedCandle(
                open_time=index * _MINUTE_MS,
                close_time=(index + 1) * _MINUTE_MS - 1,
                open=opened,
                high=high,
                low=low,
                close=close,
                volume=Decimal(10),
            )
        )
    return candles


def _instrument(number: int) -> Instrument:
    base = f"C{number}"
    return Instrument(
        symbol=f"{base}USDT", base=base, quote="USDT", tick_size=Decimal("0.01"), step_size=Decimal("0.00001")
    )


def _median_ms(seconds: Sequence[float]) -> float:
    return round(sorted(seconds)[len(seconds) // 2] * 1_000, 1)
