"""A strategy whose past was replaced meanwhile, by a simulator that began anew, say: it doesn't fail for that.

Nor does it where the exchange has changed the filters by which it decided.
"""

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest

from tests.trading.engine.live.strategies.driven_strategy import (
    INSTRUMENT,
    MINUTE_MS,
    START,
    DrivenStrategy,
    tick_market,
)
from tests.trading.engine.live.strategies.strategies_of_faults import Follower, LeastBuyer
from trading.engine.grid.state import PauseReason
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.candle_digest import FILTERS_CHANGED, PAST_REPLACED, CandleDigest
from trading.engine.live.strategies.candles import ClosedCandle
from trading.engine.live.strategies.memory import StrategyFilters
from trading.engine.live.strategies.state import StrategyState

_MARKET, _OTHER = tick_market(3, 120), tick_market(4, 120)
_MINUTES = 20


def _killed_with_another_past(*, buys: bool = False) -> DrivenStrategy:
    """Return a strategy that has run for some minutes, built anew on a market with another past."""
    driven = DrivenStrategy(_MARKET, Follower, {"buys": buys}).begin().run(_MINUTES)
    driven.market = _OTHER
    driven.kill()
    return driven


def _advance(driven: DrivenStrategy) -> None:
    driven.driver.advance(market=300, time=START + (driven.first + _MINUTES) * MINUTE_MS)
    driven.note()


def test_it_starts_anew_by_the_candles_that_there_are_where_it_has_nothing_open() -> None:
    driven = _killed_with_another_past()
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.WARMING_UP, f"{PAST_REPLACED}; it starts anew")
    given = len(driven.signals)
    _advance(driven)
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.RUNNING, "")
    for index in range(driven.first + _MINUTES, driven.first + 2 * _MINUTES):
        driven.minute(index)
    assert len(driven.signals) > given
    assert driven.driver.memory().signals == len(driven.signals)


def test_started_anew_it_stands_where_it_stood_after_a_kill_without_what_it_was_told_before() -> None:
    driven = _killed_with_another_past()
    _advance(driven)
    for index in range(driven.first + _MINUTES, driven.first + 2 * _MINUTES):
        driven.minute(index)
    before = driven.driver.memory()
    driven.deliveries = driven.deliveries[before.forgotten_deliveries :]
    driven.kill()
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.RUNNING, "")
    assert driven.driver.memory() == before


def test_it_is_stopped_and_says_why_where_it_holds_something() -> None:
    driven = _killed_with_another_past(buys=True)
    _advance(driven)
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.STOPPED, PAST_REPLACED)
    assert driven.driver.figures(300).position


def test_it_is_stopped_where_its_user_has_paused_it() -> None:
    driven = DrivenStrategy(_MARKET, Follower).begin().run(_MINUTES)
    driven.driver.pause(PauseReason.USER, time=1)
    driven.market = _OTHER
    driven.kill()
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.STOPPING, PAST_REPLACED)


def _killed_under_other_filters(driven: DrivenStrategy, instrument: Instrument) -> DrivenStrategy:
    """Return a strategy that has run for some minutes, built anew once the exchange has changed its filters."""
    driven.begin().run(_MINUTES)
    driven.instrument = instrument
    driven.kill()
    return driven


@pytest.mark.parametrize(
    "instrument", [replace(INSTRUMENT, tick_size=Decimal("0.001")), replace(INSTRUMENT, step_size=Decimal("0.001"))]
)
def test_it_starts_anew_by_other_ticks_or_steps_where_it_has_nothing_open(instrument: Instrument) -> None:
    driven = _killed_under_other_filters(DrivenStrategy(_MARKET, Follower), instrument)
    assert (driven.driver.state, driven.driver.reason) == (
        StrategyState.WARMING_UP,
        f"{FILTERS_CHANGED}; it starts anew",
    )
    _advance(driven)
    before = driven.driver.memory()
    driven.kill()
    assert driven.driver.state is StrategyState.RUNNING
    assert driven.driver.memory() == before


def test_it_is_stopped_and_says_why_where_it_holds_something_that_was_counted_in_other_steps() -> None:
    finer = replace(INSTRUMENT, step_size=Decimal("0.000001"))
    driven = _killed_under_other_filters(DrivenStrategy(_MARKET, Follower, {"buys": True}), finer)
    _advance(driven)
    assert (driven.driver.state, driven.driver.reason) == (StrategyState.STOPPED, FILTERS_CHANGED)
    assert driven.driver.figures(300).position


def test_another_least_order_stops_only_who_decides_by_it() -> None:
    doubled = replace(INSTRUMENT, minimum_notional=2 * INSTRUMENT.minimum_notional)
    goes_on = _killed_under_other_filters(DrivenStrategy(_MARKET, Follower, {"buys": True}), doubled)
    assert goes_on.driver.state is StrategyState.RUNNING
    stops = _killed_under_other_filters(DrivenStrategy(_MARKET, LeastBuyer), doubled)
    _advance(stops)
    assert (stops.driver.state, stops.driver.reason) == (StrategyState.STOPPED, FILTERS_CHANGED)


def test_the_least_quantity_is_one_of_the_filters_by_which_it_decides_unless_it_is_a_step() -> None:
    known = StrategyFilters.of(INSTRUMENT)
    assert StrategyFilters.of(replace(INSTRUMENT, minimum_quantity=2 * INSTRUMENT.step_size)) != known
    assert StrategyFilters.of(replace(INSTRUMENT, minimum_quantity=INSTRUMENT.step_size)) == known
    before = {"tick_size": "0.01", "step_size": "0.00001", "minimum_notional": "1"}
    assert msgspec.convert(before, StrategyFilters) == known, "one of before this was kept"


def test_candles_are_the_same_however_their_numbers_are_written() -> None:
    candle = ClosedCandle.of(_MARKET.candle(0))
    longer = msgspec.structs.replace(candle, close=candle.close * Decimal("1.000"))
    other = msgspec.structs.replace(candle, close=candle.close + Decimal("0.01"))
    assert CandleDigest.of([candle]).digest == CandleDigest.of([longer]).digest
    assert CandleDigest.of([candle]).digest != CandleDigest.of([other]).digest
