"""A strategy that orders what it is told to, and candles made by hand for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval, Side
from streaming.events.intervals import next_open_time
from tests.trading.engine.instruments import BTC
from tests.trading.engine.order_texts import MUCH, bar_of, request_of
from trading.engine.backtests.plan import BacktestPlan
from trading.engine.backtests.series import CandleSeries
from trading.engine.orders.types import OrderType
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import OrderFill
from trading.engine.strategies.strategy import Strategy

START = 1_600_000_020_000 // 60_000 * 60_000


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """What to order at the close of which candle (0 is the first), and in answer to an order that was filled."""

    orders: Mapping[int, tuple[str, ...]] = {}
    answers: Mapping[str, str] = {}


class NoParameters(msgspec.Struct, frozen=True):
    """None: the script is the class's."""


class Scripted(Strategy[NoParameters]):
    """Places the orders of its script."""

    script = Script()

    name = "scripted"
    title = "Scripted"
    description = "Places the orders of its script."
    Parameters = NoParameters

    def __init__(self, parameters: NoParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self.candle = 0

    def on_candle(self, candle: StrategyCandle) -> None:
        """Place what the script has for this candle."""
        for text in self.script.orders.get(self.candle, ()):
            self._place(text)
        self.candle += 1

    def on_fill(self, fill: OrderFill) -> None:
        """Place what the script answers to an order."""
        answer = self.script.answers.get(fill.order.client_order_id)
        if answer and not fill.order.is_open:
            self._place(answer)

    def _place(self, text: str) -> None:
        request, broker = request_of(text), self.context.broker
        order = broker.buy if request.side is Side.BUY else broker.sell
        order(
            quantity=BTC.quantity(request.quantity),
            price=_price(request.price),
            stop_price=_price(request.stop_price),
            time_in_force=request.time_in_force,
            post_only=request.type is OrderType.LIMIT_MAKER,
            group=request.cancel_group,
            client_order_id=text,
        )


def _price(ticks: int) -> Decimal | None:
    return BTC.price(ticks) if ticks else None


def scripted(**orders: Any) -> dict[str, type[Scripted]]:
    """Return the strategies of a run that has one, with the script of these `orders` and `answers`."""
    return {"scripted": type("ScriptedSo", (Scripted,), {"script": Script(**orders)})}


def series_of(candles: str, *, start: int = START, interval: str = "1m", volume: int = MUCH) -> CandleSeries:
    """Return the candles of a text such as `100 101 99 100, 103 104 102 103 of 50`, one after another."""
    length, rows = next_open_time(Interval(interval), 0), []
    for number, text in enumerate(candles.split(", ")):
        bar = bar_of(text, volume, time=start + number * length)
        rows.append((bar.time, bar.open, bar.high, bar.low, bar.close, bar.volume))
    return CandleSeries.of_rows(BTC, Interval(interval), rows)


def plan_for(series: CandleSeries, **fields: object) -> BacktestPlan:
    """Return a plan over the whole of a series, without slippage or fees where not given others."""
    costs = {"maker_fee": Decimal(0), "taker_fee": Decimal(0), "slippage": Decimal(0)}
    given = {"strategy": "scripted", "parameters": {}, **costs, **fields}
    end = int(series.next_open_times()[-1])
    return BacktestPlan(
        instrument=series.instrument,
        interval=series.interval,
        start=int(series.open_time[0]),
        end=end,
        **given,  # type: ignore[arg-type]
    )
