"""Random candles, with finer ones within them, and a strategy that orders and cancels at random on them."""

import random
from dataclasses import replace
from decimal import Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from streaming.events import Interval
from tests.trading.engine.instruments import BTC
from trading.engine.backtests.series import CandleSeries
from trading.engine.orders.types import TimeInForce
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.orders import OrderFill
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy

TRADED = replace(BTC, minimum_notional=Decimal(1))
START = 1_600_000_020_000 // 60_000 * 60_000
_FINER_MS = 15_000
_FINER_IN_ONE = 4


def random_finer(seed: int, count: int) -> CandleSeries:
    """Return candles of 15 seconds (called 1s: the engine goes by their times) for so many of a minute."""
    chance = np.random.default_rng(seed)
    length = count * _FINER_IN_ONE
    close = np.maximum(2_000, 10_000 + np.cumsum(chance.integers(-40, 41, length)))
    opened = np.maximum(1, np.concatenate(([10_000], close[:-1])) + chance.integers(-5, 6, length))
    high = np.maximum(opened, close) + chance.integers(0, 30, length)
    low = np.minimum(opened, close) - chance.integers(0, 30, length)
    volume = chance.integers(0, 30_000, length) * chance.integers(0, 2, length)
    time = START + _FINER_MS * np.arange(length)
    return CandleSeries(TRADED, Interval.SECOND_1, time, opened, high, np.maximum(1, low), close, volume)


def coarser(finer: CandleSeries) -> CandleSeries:
    """Return the candles of a minute that finer ones make up."""
    by_candle = {name: getattr(finer, name).reshape(-1, _FINER_IN_ONE) for name in ("open", "high", "low", "close")}
    return CandleSeries(
        TRADED,
        Interval.MINUTE_1,
        finer.open_time[::_FINER_IN_ONE].copy(),
        by_candle["open"][:, 0].copy(),
        by_candle["high"].max(axis=1),
        by_candle["low"].min(axis=1),
        by_candle["close"][:, -1].copy(),
        finer.volume.reshape(-1, _FINER_IN_ONE).sum(axis=1),
    )


def with_gaps(series: CandleSeries, seed: int, share: float = 0.05) -> CandleSeries:
    """Return a series without some of its candles."""
    kept = np.random.default_rng(seed).random(len(series)) >= share
    columns = (series.open_time, series.open, series.high, series.low, series.close, series.volume)
    return CandleSeries(series.instrument, series.interval, *(column[kept] for column in columns))


class RandomParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Chance, and at how many of a hundred candles it acts."""

    seed: int
    activity: int = 30


class RandomTrading(Strategy[RandomParameters]):
    """Does something at random at some candles and fills: the same for the same seed and time."""

    name = "random"
    title = "Random"
    description = "Orders and cancels at random."
    Parameters = RandomParameters

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_]:
        """Return when it acts."""
        return np.array([self._acts(int(time)) for time in data.open_times()], dtype=bool)

    def on_candle(self, candle: StrategyCandle) -> None:
        """Order or cancel, perhaps."""
        if self._acts(candle.open_time):
            self._act(random.Random(f"{self.parameters.seed} {candle.open_time}"), candle.close)

    def on_fill(self, fill: OrderFill) -> None:
        """Answer some fills."""
        chance = random.Random(f"{self.parameters.seed} {fill.order.number} {fill.order.filled}")
        if chance.random() < 0.5:
            self._act(chance, fill.price)

    def _acts(self, time: int) -> bool:
        return random.Random(f"{self.parameters.seed} at {time}").randrange(100) < self.parameters.activity

    def _act(self, chance: random.Random, price: Decimal) -> None:
        broker = self.context.broker
        action = chance.random()
        if action < 0.1 and broker.open_orders:
            broker.cancel(chance.choice(broker.open_orders))
        elif action < 0.13:
            broker.cancel_all()
        elif action < 0.18:
            broker.close_position()
        elif action < 0.25:
            self.context.signal(chance.choice(list(SignalAction)), Decimal("0.5"), "by chance")
        else:
            self._order(chance, price)

    def _order(self, chance: random.Random, price: Decimal) -> None:
        order = chance.choice([self.context.broker.buy, self.context.broker.sell])
        limit = price + BTC.price(chance.randint(-200, 200)) if chance.random() < 0.6 else None
        stop = price + BTC.price(chance.randint(-200, 200)) if chance.random() < 0.3 else None
        by_quote = chance.random() < 0.3
        order(
            quantity=None if by_quote else BTC.quantity(chance.randint(1, 50_000)),
            quote_amount=Decimal(chance.randint(1, 100)) / 3 if by_quote else None,
            price=limit,
            stop_price=stop,
            post_only=limit is not None and stop is None and chance.random() < 0.2,
            time_in_force=chance.choice(list(TimeInForce)),
            group=chance.choice(["", "", "left", "right"]),
        )
