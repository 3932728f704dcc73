"""A strategy that runs live: its warm-up, its candles, what people do to it, and how it ends."""

from decimal import Decimal

import pytest

from streaming.events import Side
from tests.trading.engine.live.rigs import MUCH
from tests.trading.engine.live.strategies.driven_strategy import MINUTE_MS, DrivenStrategy, tick_market
from tests.trading.engine.live.strategies.strategies_of_faults import Buyer, NoParameters, Recorder
from trading.engine.grid.state import PauseReason
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.candle_sequence import LATENESS_MS
from trading.engine.live.strategies.state import (
    IllegalStrategyStepError,
    StrategyOrderRefusal,
    StrategyState,
    StrategyStateChange,
)
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.order import OrderRequest
from trading.engine.risk.gate import RiskCode, RiskRefusal
from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import OrderFill, PlacedOrder
from trading.engine.strategies.shipped.ma_cross import MovingAverageCross

_MARKET = tick_market(3, 90)
_RUNNING, _PAUSED, _MISSING = StrategyState.RUNNING, StrategyState.PAUSED, PauseReason.MISSING_CANDLES


def _changes(driven: DrivenStrategy) -> list[tuple[StrategyState, str]]:
    return [(each.state, each.reason) for each in driven.events if isinstance(each, StrategyStateChange)]


def _stands(driven: DrivenStrategy) -> tuple[StrategyState, str]:
    return driven.driver.state, driven.driver.reason


def _open(driven: DrivenStrategy) -> int:
    return len(driven.sub_account.open_orders)


def _recorded(driven: DrivenStrategy) -> list[int]:
    """Return at which of the market's candles a recorder was asked."""
    return [(int(Decimal(event.reason)) - int(_MARKET.candles.open_time[0])) // MINUTE_MS for event in driven.signals]


def test_it_begins_once_its_indicators_have_values() -> None:
    driven = DrivenStrategy(_MARKET, MovingAverageCross, {"fast": 5, "slow": 20}, first=10).begin()
    assert (driven.driver.state, driven.driver.has_more_to_do) == (StrategyState.WARMING_UP, True)
    for index in range(10, 20):
        driven.close(index)
        driven.driver.advance(market=300, time=int(_MARKET.candles.open_time[index + 1]))
    assert _stands(driven)[0] is _RUNNING
    assert driven.driver.memory().warm_from == int(_MARKET.candles.open_time[0])


def test_it_waits_for_the_candles_between_the_stored_ones_and_now() -> None:
    driven = DrivenStrategy(_MARKET, Recorder, first=10)
    now = int(_MARKET.candles.open_time[13])
    driven.driver.start(time=now)
    driven.driver.warm_up(driven.history(), time=now)
    driven.driver.advance(market=300, time=now + LATENESS_MS + 1)
    assert driven.driver.missing == (int(_MARKET.candles.open_time[10]), int(_MARKET.candles.open_time[12]))
    assert _stands(driven)[0] is StrategyState.WARMING_UP
    for index in (10, 11, 12):
        assert driven.close(index)
    driven.driver.advance(market=300, time=now + LATENESS_MS + 2)
    assert _stands(driven) == (_RUNNING, "")
    assert not driven.driver.has_more_to_do


def test_it_takes_no_candle_twice() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin()
    assert [driven.close(index) for index in (60, 60, 59, 61)] == [True, False, False, True]
    assert _recorded(driven) == [60, 61]


def test_it_pauses_where_a_candle_is_missing_and_goes_on_once_that_has_come() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin()
    assert [driven.close(index) for index in (60, 62, 63)] == [True, False, False]
    assert _stands(driven) == (_PAUSED, "missing_candles")
    assert driven.driver.missing == (int(_MARKET.candles.open_time[61]), int(_MARKET.candles.open_time[63]))
    assert [driven.close(index) for index in (61, 62, 63, 64)] == [True] * 4
    assert (driven.driver.state, _recorded(driven)) == (_RUNNING, [60, 61, 62, 63, 64])


def test_it_notices_by_the_time_that_a_candle_doesnt_come() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin()
    close = int(_MARKET.candles.next_open_times()[60]) - 1
    driven.driver.advance(market=300, time=close + LATENESS_MS)
    assert _stands(driven)[0] is _RUNNING
    driven.driver.advance(market=300, time=close + LATENESS_MS + 1)
    assert _stands(driven) == (_PAUSED, _MISSING)


def test_it_isnt_asked_about_candles_that_come_when_later_ones_should_have() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin()
    now = int(_MARKET.candles.open_time[64]) + LATENESS_MS - 1
    for index in range(60, 64):
        driven.driver.see_candle(_MARKET.candle(index), market=300, time=now)
    driven.note()
    driven.kill()
    driven.close(64)
    assert _recorded(driven) == [62, 63, 64]


def test_it_goes_on_without_candles_that_cant_be_had_also_after_a_kill() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin()
    assert [driven.close(index) for index in (60, 62)] == [True, False]
    driven.driver.pass_missing(time=int(_MARKET.candles.open_time[63]))
    assert _stands(driven)[0] is _RUNNING
    assert [driven.close(index) for index in (62, 63)] == [True, True]
    driven.kill()
    assert driven.close(64)
    assert (driven.driver.state, _recorded(driven)) == (_RUNNING, [60, 62, 63, 64])


def test_it_stays_cold_after_a_kill_until_all_that_it_was_told_is_there() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin().run(10)
    driven.stored_to = 65
    driven.kill()
    missing = (int(_MARKET.candles.open_time[65]), int(_MARKET.candles.open_time[69]))
    assert (driven.driver.is_cold, driven.driver.missing) == (True, missing)
    driven.driver.warm_up(driven.history(70), time=0)
    assert _stands(driven) == (_RUNNING, "")
    assert (driven.driver.is_cold, driven.driver.missing) == (False, None)


def test_it_is_shown_candles_while_it_is_paused_but_not_asked() -> None:
    driven = DrivenStrategy(_MARKET, Recorder).begin()
    driven.close(60)
    driven.driver.pause(PauseReason.USER, time=1)
    driven.close(61)
    driven.note()
    driven.kill()
    driven.driver.resume(market=300, time=2)
    driven.close(62)
    driven.kill()
    driven.close(63)
    assert _recorded(driven) == [60, 62, 63]
    assert [change for change in _changes(driven) if change[0] is _PAUSED] == [(_PAUSED, "user")]


def test_its_orders_are_cancelled_as_a_user_pauses_it_and_stay_while_the_exchange_is_away() -> None:
    driven = DrivenStrategy(_MARKET, Buyer, {"price": "1.00"}).begin()
    driven.close(60)
    assert _open(driven) == 1
    driven.driver.pause(PauseReason.EXCHANGE_DOWN, time=1)
    assert _open(driven) == 1
    driven.driver.pause(PauseReason.USER, time=2)
    driven.note()
    assert _open(driven) == 0
    assert [event.order.refusal.message for event in driven.told if event.order.refusal] == ["user"]
    with pytest.raises(IllegalStrategyStepError):
        driven.driver.pause(PauseReason.USER, time=3)


def test_it_may_be_paused_and_stopped_by_who_hasnt_its_candles() -> None:
    driven = DrivenStrategy(_MARKET, Buyer, {"price": "1.00"}).begin()
    driven.close(60)
    driven.kill(warm=False)
    driven.driver.pause(PauseReason.USER, time=1)
    driven.note()
    driven.kill()
    driven.driver.resume(market=300, time=2)
    driven.close(61)
    assert _stands(driven)[0] is _RUNNING
    driven.kill(warm=False)
    assert driven.driver.stop(time=3, reason="user") == 1
    driven.driver.advance(market=300, time=4)
    assert _stands(driven) == (StrategyState.STOPPED, "user")


def test_it_sells_what_it_holds_as_it_is_stopped_where_that_is_asked_for() -> None:
    driven = DrivenStrategy(_MARKET, Buyer).begin()
    driven.minute(60)
    driven.driver.advance(market=300, time=int(_MARKET.candles.open_time[61]))
    assert driven.driver.figures(300).position > 0
    driven.driver.stop(time=1, close_position=True, reason="user")
    assert _stands(driven)[0] is StrategyState.STOPPING
    driven.kill()
    driven.driver.advance(market=299, time=2)
    driven.note()
    assert _stands(driven)[0] is StrategyState.STOPPED
    assert (driven.driver.figures(299).position, driven.fills[-1][:2]) == (0, (Side.SELL, 299))
    assert not driven.close(61)


def test_what_the_risk_gate_holds_back_is_told_to_it_as_refused_and_to_others() -> None:
    answers: list[OrderRequest] = []

    def gate(_: Instrument, request: OrderRequest, /, *__: int, is_counted: bool = False) -> RiskRefusal | None:
        answers.append(request)
        return RiskRefusal(RiskCode.ORDER_SIZE, "too large") if len(answers) == 1 else None

    driven = DrivenStrategy(_MARKET, Buyer, gate=gate).begin()
    driven.minute(60)
    driven.kill()
    driven.minute(61)
    held_back = [event for event in driven.events if isinstance(event, StrategyOrderRefusal)]
    assert [(event.code, event.message, event.request) for event in held_back] == [
        ("ORDER_SIZE", "too large", answers[0])
    ]
    assert [signal.reason for signal in driven.signals] == ["rejected: too large", "accepted: "]
    assert (driven.driver.memory().orders_named, driven.driver.state) == (2, _RUNNING)


def test_an_order_that_is_cancelled_by_hand_is_seen_as_such_after_a_kill_too() -> None:
    driven = DrivenStrategy(_MARKET, Buyer, {"price": "1.00"}).begin()
    driven.close(60)
    driven.driver.cancel("strategy_a-1", time=1)
    driven.note()
    driven.kill()
    driven.close(61)
    assert [event.kind for event in driven.told] == [
        OrderEventKind.ACCEPTED,
        OrderEventKind.CANCELLED,
        OrderEventKind.ACCEPTED,
    ]


def test_a_trade_reaches_it_only_at_its_orders_prices() -> None:
    driven = DrivenStrategy(_MARKET, Buyer, {"price": "1.00"}).begin()
    driven.close(60)
    driven.driver.advance(market=300, time=1)
    assert driven.driver.reach() == (100, None)
    driven.driver.see_trade(price=100, quantity=MUCH, time=int(_MARKET.candles.open_time[62]))
    driven.note()
    assert [fill[:2] for fill in driven.fills] == [(Side.BUY, 100)]


class Protecting(Buyer):
    """Sells at a higher price what it has bought, as it is told of that."""

    name = title = description = "protecting"

    def on_fill(self, fill: OrderFill) -> None:
        """Order."""
        if fill.side is Side.BUY:
            self.context.broker.sell(quantity=fill.quantity, price=Decimal("9.00"))


class ForgetfulProtecting(Protecting):
    """The same, as it says itself that it keeps nothing."""

    name = title = description = "forgetful"
    keeps_nothing = True


@pytest.mark.parametrize("strategy", [Protecting, ForgetfulProtecting])
@pytest.mark.parametrize("kills", [1, 2])
def test_what_is_executed_before_it_stands_again_is_told_to_it_once_it_does(
    strategy: type[Protecting], kills: int
) -> None:
    driven = DrivenStrategy(_MARKET, strategy).begin()
    driven.close(60)
    driven.kill(warm=False)
    driven.trade(_MARKET.trades_of(61)[0])
    assert len(driven.fills) == 1
    for _ in range(kills - 1):
        driven.kill(warm=False)
    steps = driven.driver.warming_up(driven.history(61), time=0)
    next(steps)
    if kills == 1:
        driven.trade(_MARKET.trades_of(61)[1])
    assert list(steps) == []
    driven.trade(_MARKET.trades_of(61)[2])
    assert [request.side for request in driven.decisions] == [Side.BUY, Side.SELL]
    driven.kill()
    driven.minute(61)
    assert _stands(driven) == (_RUNNING, "")
    assert len(driven.decisions) == 2  # an order of it is open


class Pair(Recorder):
    """Buys at two prices below the market, once; where one is executed it cancels both."""

    name = title = description = "pair"

    def __init__(self, parameters: NoParameters, context: Context) -> None:
        super().__init__(parameters, context)
        self._orders: list[PlacedOrder] = []

    def on_candle(self, candle: StrategyCandle) -> None:
        """Order."""
        if not self._orders:
            prices = [candle.close - ticks * self.context.instrument.tick_size for ticks in (1, 2)]
            self._orders = [self.context.broker.buy(quantity=Decimal(1), price=price) for price in prices]

    def on_fill(self, fill: OrderFill) -> None:
        """Cancel."""
        for order in self._orders:
            self.context.broker.cancel(order)


@pytest.mark.parametrize("before", [1, 2])
def test_two_orders_of_which_it_hears_late_were_both_executed_as_it_hears_of_the_first(before: int) -> None:
    driven = DrivenStrategy(_MARKET, Pair).begin()
    driven.minute(60)
    prices = [order.request.price for _, order in driven.sub_account.open_orders]
    time = int(_MARKET.trades.open_time[_MARKET.trades_of(61)[0]])
    driven.kill(warm=False)
    for number, price in enumerate(prices):
        if number == before:
            driven.driver.warm_up(driven.history(61), time=time)
        driven.driver.see_trade(price=price, quantity=MUCH, time=time + number)
        driven.note()
    driven.driver.warm_up(driven.history(61), time=time + 2)
    driven.driver.advance(market=prices[-1], time=time + 2)
    driven.note()
    assert _stands(driven) == (_RUNNING, "")
    assert [fill[1] for fill in driven.fills] == prices
    driven.kill()
    driven.minute(61)
    assert _stands(driven) == (_RUNNING, "")
