"""What is answered of live strategies: numbers exact, times as the interface writes them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.events import Interval
from streaming.numbers import exact_json, json_number
from streaming.times import WriteTime, WrittenTime, milliseconds
from trading.backtests.strategies import parameters_read, strategy_named, title_of
from trading.engine.instrument import Rounding
from trading.engine.live.strategies.state import StrategyState
from trading.engine.strategies.errors import StrategyParametersError
from trading.engine.strategies.signals import SignalAction
from trading.live.instance_answers import instance_fields
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import Strategy, StrategySignal


class StrategyStateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy, and the state that it is in."""

    strategy_id: str
    status: StrategyState


class StrategyStoppedAnswer(StrategyStateAnswer, frozen=True, kw_only=True):
    """A strategy that is stopping, and how many of its orders were cancelled."""

    orders_cancelled: int


class SignalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy advised, the market standing at `price`; `confidence` is from 0 to 1."""

    action: SignalAction
    price: JsonNumber
    confidence: JsonNumber
    reason: str
    timestamp: WrittenTime


class LiveStrategyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy as it stands; money in the quote asset of its symbol.

    `invested` is what was moved in. What depends on the price (`unrealized_pnl`, `equity`) is null where no price is
    known. `signals`, the newest first, are told of a single strategy only; `traceback`, of one that failed, to staff.
    `backtest_id` is the backtest that it was started from, while that is kept.
    """

    id: str
    account: str
    strategy: str
    title: str
    symbol: str
    interval: Interval
    state: StrategyState
    reason: str | None
    traceback: str | None
    parameters: Mapping[str, Any]
    invested: JsonNumber
    current_price: JsonNumber | None
    position: JsonNumber
    active_buy_orders: int
    active_sell_orders: int
    realized_pnl: JsonNumber
    unrealized_pnl: JsonNumber | None
    equity: JsonNumber | None
    fees: JsonNumber
    last_signal: SignalAction | None
    signals: Sequence[SignalAnswer] | None
    public: bool
    backtest_id: str | None
    created: WrittenTime
    started: WrittenTime | None
    ended: WrittenTime | None


class LiveStrategiesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some strategies, and how many there are in all."""

    items: Sequence[LiveStrategyAnswer]
    total: int


def state_answer(strategy: Strategy) -> StrategyStateAnswer:
    """Return the shortest answer."""
    return StrategyStateAnswer(strategy_id=strategy.pk, status=StrategyState(strategy.state))


def strategy_answer(
    loaded: LoadedSubAccount,
    price: Decimal | None,
    write_time: WriteTime,
    *,
    signals: Sequence[StrategySignal] | None = None,
    with_traceback: bool = False,
) -> LiveStrategyAnswer:
    """Return the one JSON of a strategy, which `loaded` is of."""
    row, driver = loaded.strategy_row, loaded.strategy
    if row is None or driver is None:
        raise TypeError("not a strategy's sub-account")
    figures = driver.figures(0 if price is None else loaded.instruments[row.symbol].ticks(price, Rounding.NEAREST))
    last = driver.memory().last_signal
    return LiveStrategyAnswer(
        **instance_fields(row, figures, price, write_time),
        strategy=row.strategy,
        title=title_of(row.strategy),
        interval=Interval(row.interval),
        state=driver.state,
        traceback=(row.traceback or None) if with_traceback else None,
        parameters=_parameters(row),
        last_signal=None if last is None else last.action,
        signals=None if signals is None else [_signal(one, write_time) for one in signals],
        public=row.is_public,
        backtest_id=row.backtest_id,
    )


def _signal(signal: StrategySignal, write_time: WriteTime) -> SignalAnswer:
    return SignalAnswer(
        action=SignalAction(signal.action),
        price=json_number(signal.price),
        confidence=json_number(signal.confidence),
        reason=signal.reason,
        timestamp=write_time(milliseconds(signal.time)),
    )


def _parameters(row: Strategy) -> Mapping[str, Any]:
    """Return its parameters as numbers; as they are stored where the strategy isn't there, or reads them no more."""
    stored: Mapping[str, Any] = row.parameters
    if strategy_named(row.strategy) is None:
        return stored
    try:
        return {name: exact_json(value) for name, value in parameters_read(row.strategy, stored).items()}
    except StrategyParametersError:
        return stored
