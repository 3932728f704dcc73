"""A strategy that fails, in whatever way, fails alone: its orders are cancelled, and its driver goes on."""

import pytest

from tests.trading.engine.live.strategies.driven_strategy import DrivenStrategy, tick_market
from tests.trading.engine.live.strategies.strategies_of_faults import Buyer, Fault, Faulty, Flooder, Gambler
from trading.engine.live.strategies.limits import StrategyLimits
from trading.engine.live.strategies.state import StrategyOrderRefusal, StrategyState

_MARKET = tick_market(3, 90)
_FAULTS = {
    Fault.RAISES: "its code failed by RuntimeError: no idea",
    Fault.RAISES_WITHOUT_WORDS: "SpeechlessError: <exception str() failed>",
    Fault.EXITS: "its code failed by SystemExit: 3",
    Fault.ORDERS: "it ordered more than 100 times within a minute",
    Fault.SIGNALS: "it gave more than 20 signals in one call",
    Fault.RECURSES: "its code failed by RecursionError",
    Fault.IS_TOO_SURE: "a signal's confidence must be from 0 to 1",
    Fault.LOOKS_TOO_FAR: "a prediction's horizon must be a whole number from 1 to 100000",
}


@pytest.mark.parametrize("on_fill", [False, True])
@pytest.mark.parametrize("fault", _FAULTS)
def test_it_fails_by_whatever_its_code_does(fault: Fault, on_fill: bool) -> None:
    limits = StrategyLimits(orders_per_call=50, orders_per_minute=100)
    driven = DrivenStrategy(_MARKET, Faulty, {"fault": fault, "on_fill": on_fill}, limits=limits).begin().run(5)
    assert driven.driver.state is StrategyState.ERROR
    assert _FAULTS[fault] in driven.driver.reason
    assert not driven.sub_account.open_orders
    assert driven.fills  # what it had bought stays its own, until somebody stops it
    driven.driver.stop(time=1, close_position=True)
    driven.driver.advance(market=300, time=2)
    assert (driven.driver.state, driven.driver.figures(300).position) == (StrategyState.STOPPED, 0)


def test_what_its_own_code_raised_is_traced_for_staff() -> None:
    driven = DrivenStrategy(_MARKET, Faulty, {"fault": "raises"}).begin().run(5)
    assert 'raise RuntimeError("no idea")' in driven.driver.memory().traceback


def test_it_fails_by_orders_that_are_too_many_within_a_minute() -> None:
    driven = DrivenStrategy(_MARKET, Buyer, limits=StrategyLimits(orders_per_minute=1)).begin()
    driven.close(60)
    driven.driver.advance(market=300, time=int(_MARKET.candles.open_time[61]))
    assert driven.driver.state is StrategyState.RUNNING
    driven.driver.see_candle(_MARKET.candle(61), market=300, time=int(_MARKET.candles.open_time[61]))
    assert driven.driver.reason == "it ordered more than 1 times within a minute"


@pytest.mark.parametrize(
    ("limits", "code", "message", "placed"),
    [
        (StrategyLimits(orders_per_call=2), "ORDER_RATE", "2 orders were sent in one call, which is the most", 6),
        (StrategyLimits(open_orders=2), "OPEN_ORDERS", "2 orders of the strategy are open; the most is 2", 2),
    ],
)
def test_its_orders_beyond_a_bound_are_refused_and_it_is_stopped_where_it_goes_on(
    limits: StrategyLimits, code: str, message: str, placed: int
) -> None:
    driven = DrivenStrategy(_MARKET, Flooder, {"orders": 4}, limits=limits).begin().run(2)
    assert driven.driver.state is StrategyState.RUNNING
    driven.kill()
    assert driven.driver.state is StrategyState.RUNNING, driven.driver.reason
    driven = DrivenStrategy(_MARKET, Flooder, {"orders": 4}, limits=limits).begin().run(5)
    assert driven.driver.reason == "it ordered more than it may in 3 calls in a row"
    refusals = [event for event in driven.events if isinstance(event, StrategyOrderRefusal)]
    assert [(refusal.code, refusal.message) for refusal in refusals] == 3 * [(code, message)]
    assert len(driven.decisions) == placed


@pytest.mark.parametrize(
    ("used", "limits", "reason"),
    [
        (251.0, StrategyLimits(), "it took 251 ms of the processor for one call; the most is 250 ms"),
        (
            200.0,
            StrategyLimits(cpu_ms_per_minute=300),
            "it took 400 ms of the processor within a minute; the most is 300 ms",
        ),
    ],
)
def test_it_is_stopped_where_it_takes_more_than_its_share(used: float, limits: StrategyLimits, reason: str) -> None:
    clock = iter(range(10**6))
    driven = DrivenStrategy(_MARKET, Buyer, limits=limits, cpu_ms=lambda: next(clock) * used).begin().run(5)
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.ERROR, reason)


def test_one_that_decides_otherwise_as_it_is_told_again_is_stopped_and_says_so() -> None:
    driven = DrivenStrategy(_MARKET, Gambler).begin().run(3)
    placed = len(driven.decisions)
    driven.kill()
    assert driven.driver.state is StrategyState.ERROR
    assert driven.driver.reason.startswith("told again what it was told, it decided otherwise: it now orders")
    assert driven.driver.memory().deliveries == len(driven.deliveries)
    assert len(driven.decisions) == placed
    assert not driven.sub_account.open_orders


def test_it_fails_where_its_candles_lead_elsewhere_than_they_did() -> None:
    driven = DrivenStrategy(_MARKET, Buyer, {"price": "1.00"}).begin().run(3)
    driven.deliveries = driven.deliveries[:1]
    driven.kill()
    assert (driven.driver.state, driven.sub_account.open_orders) == (StrategyState.ERROR, ())
