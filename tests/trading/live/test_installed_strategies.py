"""A strategy is loaded whatever its package has become: who can't load it, could not stop it either."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.strategies.driven_strategy import DrivenStrategy, tick_market
from tests.trading.engine.live.strategies.strategies_of_faults import NoParameters, Recorder
from trading.engine.instrument import Instrument
from trading.engine.live.strategies.state import StrategyState
from trading.live.rows.strategy_rows import installed_strategy
from trading.models import Strategy


class FaultyParameters(NoParameters, frozen=True, kw_only=True):
    """Can't be checked."""

    def wrong_on(self, instrument: Instrument) -> Mapping[str, str]:
        """Fail."""
        raise ZeroDivisionError


class Changed(Recorder):
    """A strategy of which a later version fails as its parameters are read."""

    name = "changed"
    Parameters = FaultyParameters


_INSTRUMENT = replace(BTC, minimum_notional=Decimal(1))


@pytest.mark.parametrize(
    ("name", "why"), [("changed", "the check of changed failed by ZeroDivisionError"), ("gone", "strategy must be one")]
)
def test_one_that_cannot_be_made_is_loaded_and_fails_once_it_is_to_begin(name: str, why: str) -> None:
    row = Strategy(pk="strategy_a", strategy=name, parameters={})
    installed = installed_strategy(row, _INSTRUMENT, {Changed.name: Changed})
    driven = DrivenStrategy(tick_market(3, 70), installed.strategy).begin()
    assert driven.driver.state is StrategyState.ERROR
    assert driven.driver.reason.startswith(f"the strategy {name} can't run here: ")
    assert why in driven.driver.reason
