"""Levels of a grid that the exchange or a limit refuses: ordered once, and again only once they would be taken."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from tests.examples import examples
from tests.trading.engine.live.strategies.driven_strategy import (
    INSTRUMENT,
    MINUTE_MS,
    TRADES_IN_ONE,
    DrivenStrategy,
    backtest_of,
    decisions_of,
    fill_of,
    tick_market,
)
from tests.trading.engine.live.strategies.strategies_of_faults import NoParameters
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.limits import StrategyLimits
from trading.engine.live.strategies.memory import OrderForeseen
from trading.engine.live.strategies.state import StrategyOrderRefusal, StrategyState
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import OrderGate, RiskCode, RiskRefusal
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.shipped.grid import GridTrading
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.engine.strategies.signals import SignalAction
from trading.engine.strategies.strategy import Strategy

_MARKET = tick_market(7, 360)
_GRID: dict[str, Any] = {"lower_price": "2.50", "upper_price": "3.50", "grid_count": 10, "investment": 900}
_CROWDED = replace(INSTRUMENT, maximum_orders=8)
"""Has room for eight of the grid's ten orders."""
_MINUTES = 40
_STEPS = _MINUTES * (TRADES_IN_ONE + 1)


class GridOfBefore(GridTrading):
    """A grid as it ran live before questions were answered: what was refused is ordered again at each execution."""

    def __init__(self, parameters: GridParameters, context: Context) -> None:
        super().__init__(parameters, context)
        setattr(context.broker, "would_refuse", lambda *_, **__: None)  # noqa: B010 - a method, to mypy


class Asker(Strategy[NoParameters]):
    """Asks of a hundred orders that are too small at each candle, and says how many would be refused."""

    name = title = description = "asker"
    Parameters = NoParameters

    def on_candle(self, candle: StrategyCandle) -> None:
        """Ask."""
        broker, step = self.context.broker, self.context.instrument.step_size
        answers = [broker.would_refuse(Side.BUY, quantity=at * step, price=Decimal(1)) for at in range(1, 101)]
        self.context.signal(SignalAction.BUY, reason=str(len(answers) - answers.count(None)))


def test_what_the_exchange_refuses_is_ordered_once_as_in_a_backtest() -> None:
    driven = DrivenStrategy(_MARKET, GridTrading, _GRID, instrument=_CROWDED).begin().run()
    outcome = backtest_of(_MARKET, "grid", _GRID, first=driven.first, instrument=_CROWDED)
    assert len(driven.fills) > 10
    assert driven.decisions == decisions_of(outcome)
    assert driven.fills == [fill_of(fill) for fill in outcome.fills]
    refused = Counter(event.order.request.price for event in driven.told if event.kind is OrderEventKind.REJECTED)
    assert refused
    assert set(refused.values()) == {1}
    kept = [delivery for delivery in driven.deliveries if isinstance(delivery, OrderForeseen)]
    assert len(kept) < len(driven.fills), "what is answered as before is not kept again"


def test_what_a_limit_holds_back_is_told_once() -> None:
    asked: list[OrderRequest] = []
    driven = DrivenStrategy(_MARKET, GridTrading, _GRID, gate=_without_sells(asked)).begin().run()
    told = [event for event in driven.events if isinstance(event, StrategyOrderRefusal)]
    assert len(driven.fills) > 1
    assert {event.code for event in told} == {"PRICE_COLLAR"}
    assert set(Counter(event.request.price for event in told).values()) == {1}
    assert len(asked) > 2 * len(told), "it asks at each execution"


@examples(20)
@given(kills=st.sets(st.integers(0, _STEPS - 1), min_size=1, max_size=6))
def test_it_orders_the_same_wherever_it_is_killed(kills: set[int]) -> None:
    killed, untouched = _driven(kills), _untouched()
    assert killed.driver.state is StrategyState.RUNNING, killed.driver.reason
    assert (killed.told, killed.signals) == (untouched.told, untouched.signals)
    assert killed.sub_account.state() == untouched.sub_account.state()
    assert killed.driver.memory() == untouched.driver.memory()


def test_one_that_ordered_again_what_was_refused_goes_on_from_where_it_stood() -> None:
    driven = DrivenStrategy(_MARKET, GridOfBefore, _GRID, instrument=_CROWDED).begin().run(_MINUTES)
    refused = Counter(event.order.request.price for event in driven.told if event.kind is OrderEventKind.REJECTED)
    assert max(refused.values()) > 1
    driven.change_strategy(GridTrading)
    before = driven.driver.memory()
    driven.kill()
    assert (driven.driver.state, driven.driver.memory()) == (StrategyState.RUNNING, before)
    driven.told.clear()
    for index in range(driven.first + _MINUTES, len(_MARKET.candles)):
        driven.minute(index)
    refused = Counter(event.order.request.price for event in driven.told if event.kind is OrderEventKind.REJECTED)
    assert set(refused.values()) <= {1}
    driven.kill()
    assert driven.driver.state is StrategyState.RUNNING, driven.driver.reason


def test_who_asks_without_end_is_answered_so_often_in_a_call_and_again_after_a_kill() -> None:
    driven = DrivenStrategy(_MARKET, Asker, limits=StrategyLimits(orders_per_call=10)).begin().run(5)
    kept = Counter(delivery.after for delivery in driven.deliveries if isinstance(delivery, OrderForeseen))
    assert set(kept.values()) == {10}
    told = [signal.reason for signal in driven.signals]
    assert told == ["10", "20", "30", "40", "50"]
    driven.kill()
    driven.minute(65)
    assert driven.driver.state is StrategyState.RUNNING, driven.driver.reason
    assert driven.signals[-1].reason == "60"


@cache
def _untouched() -> DrivenStrategy:
    return _driven(set())


def _driven(kills: set[int]) -> DrivenStrategy:
    """Return a grid with levels that the exchange refuses, and others that a limit refuses now and then."""
    driven = DrivenStrategy(_MARKET, GridTrading, _GRID, instrument=_CROWDED, gate=_by_turns)
    driven.begin()
    for step in range(_STEPS):
        minute, place = divmod(step, TRADES_IN_ONE + 1)
        if place == TRADES_IN_ONE:
            driven.close(driven.first + minute)
        else:
            driven.trade(_MARKET.trades_of(driven.first + minute)[place])
        if step in kills:
            driven.kill()
    return driven


def _by_turns(
    _: Instrument, request: OrderRequest, _market: int, time: int, /, *, is_counted: bool = False
) -> RiskRefusal | None:
    """Refuse orders that wait in every second minute."""
    is_refused = request.type is OrderType.LIMIT and time // MINUTE_MS % 2
    return RiskRefusal(RiskCode.OPEN_ORDERS, f"not at {time}") if is_refused else None


def _without_sells(asked: list[OrderRequest]) -> OrderGate:
    def gate(_: Instrument, request: OrderRequest, /, *__: int, is_counted: bool = False) -> RiskRefusal | None:
        asked.append(request)
        is_refused = request.side is Side.SELL and request.type is OrderType.LIMIT
        return RiskRefusal(RiskCode.PRICE_COLLAR, f"refused the {len(asked)}th time") if is_refused else None

    return gate
