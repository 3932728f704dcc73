"""What the kill switch does to one sub-account, in memory."""

from decimal import Decimal

import pytest

from streaming.times import milliseconds
from tests.trading.live.rows import NOW, account_of, grid_of, load, store
from tests.trading.market import symbol_listed
from trading.engine.grid.state import GridState
from trading.engine.matching.book import Book
from trading.engine.risk.levels import TradingLevel
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.kill_switch.stopping import sub_account_stop
from trading.live.ending import can_end
from trading.models import SubAccount

_MARKET, _TIME = 10_000, milliseconds(NOW)
_GRID = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=10)


def _grid_that_stops_when_its_orders_have_ended() -> SubAccount:
    row = grid_of(account_of(), _GRID)
    loaded = load(row)
    assert loaded.grid is not None
    loaded.grid.start(market=_MARKET, time=_TIME)
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=_MARKET, time=_TIME)
    loaded.grid.stop(time=_TIME, cancel_orders=False)
    store(loaded)
    return row


@pytest.mark.django_db
def test_a_grid_that_is_stopping_already_sells_what_it_holds_where_positions_are_to_be_closed() -> None:
    symbol_listed()
    loaded = load(_grid_that_stops_when_its_orders_have_ended())
    assert loaded.grid is not None
    [asset] = [asset for asset in loaded.engine.account.assets if asset != loaded.engine.account.quote]
    assert sub_account_stop(loaded, TradingLevel.HALTED, closes=True, now=NOW).orders == 10
    assert not can_end(loaded)  # or it would give back what it holds
    assert sub_account_stop(loaded, TradingLevel.HALTED, closes=True, now=NOW).orders == 0
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=_MARKET, time=_TIME)
    assert (loaded.grid.state, loaded.engine.account.total(asset)) == (GridState.STOPPED, 0)


@pytest.mark.django_db
def test_a_grid_that_is_stopping_already_keeps_what_it_holds_where_they_are_not() -> None:
    symbol_listed()
    loaded = load(_grid_that_stops_when_its_orders_have_ended())
    assert sub_account_stop(loaded, TradingLevel.HALTED, closes=False, now=NOW).orders == 10
    assert can_end(loaded)
