"""What a change makes of a grid's parameters: what bounds one that waits, and one that has begun."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.commands.errors import WrongParametersError
from tests.trading.engine.instruments import BTC
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.grids.changing import changed_parameters
from trading.live.markets import TradedMarket
from trading.live.quotes import MarketQuote
from trading.live.rows.grid_rows import stored_grid_parameters
from trading.models import Grid

_PARAMETERS = GridParameters(
    lower_price=Decimal(90_000),
    upper_price=Decimal(100_000),
    grid_count=10,
    investment=Decimal(20_000),
    trigger_price=Decimal(88_000),
)


def _changed(params: dict[str, Any], *, price: int = 95_000, has_begun: bool) -> GridParameters:
    grid = Grid(symbol=BTC.symbol, parameters=stored_grid_parameters(_PARAMETERS), fee_rate=Decimal("0.001"))
    last = Decimal(price)
    quote = MarketQuote(symbol=BTC.symbol, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    return changed_parameters(grid, params, TradedMarket(instrument=BTC, quote=quote), has_begun=has_begun)


def test_the_trigger_of_a_grid_that_has_begun_stays_and_bounds_no_end() -> None:
    changed = _changed({"stop_loss": 89_000}, has_begun=True)
    assert (changed.stop_loss, changed.trigger_price) == (Decimal(89_000), Decimal(88_000))


def test_one_that_has_begun_may_be_ended_by_an_end_that_the_price_has_reached() -> None:
    assert _changed({"stop_loss": 89_500}, price=89_000, has_begun=True).stop_loss == Decimal(89_500)


@pytest.mark.parametrize(
    ("params", "price", "said"),
    [
        (
            {"stop_loss": 89_000},
            95_000,
            {"params.trigger_price": "trigger_price must be greater than stop_loss"},
        ),
        (
            {"stop_loss": 89_500, "trigger_price": None},
            89_000,
            {"params.stop_loss": "stop_loss must be smaller than the price of now, 89000.00"},
        ),
        (
            {"stop_loss": 87_999, "trigger_price": "87999.003"},
            95_000,
            {"params.stop_loss": "stop_loss must be smaller than trigger_price, 87999.00"},
        ),
    ],
)
def test_one_that_waits_takes_no_end_at_which_it_would_begin(
    params: dict[str, Any], price: int, said: dict[str, str]
) -> None:
    with pytest.raises(WrongParametersError) as refused:
        _changed(params, price=price, has_begun=False)
    assert refused.value.fields == said
