"""Grids as rows: one that is built from them goes on as one that stayed in memory."""

from datetime import timedelta
from decimal import Decimal

import pytest

from streaming.times import milliseconds
from tests.trading.live.rows import NOW, account_of, grid_of, load, store
from tests.trading.market import symbol_listed
from trading.engine.grid.state import GridState, PauseReason
from trading.engine.matching.book import Book
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import Grid, GridLevel, Order

_TIME = milliseconds(NOW)
_MARKET = 10_000  # ticks of 0.01
_GRID = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=10)


def _run_grid(loaded: LoadedSubAccount) -> None:
    assert loaded.grid is not None
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=_MARKET, time=_TIME)


@pytest.mark.django_db
def test_a_grid_that_is_built_from_rows_goes_on_as_one_that_stayed_in_memory() -> None:
    symbol_listed()
    row = grid_of(account_of(), _GRID)
    kept, again = load(row), load(row)
    prices = (10_000, 9_790, 9_810, 10_210, 10_190, 9_590, 10_005, 10_620)
    for driver in (kept.grid, again.grid):
        assert driver is not None
        driver.start(market=_MARKET, time=_TIME)
    store(again)
    for number, price in enumerate(prices):
        again = load(row)
        for one in (kept, again):
            assert one.grid is not None
            _run_grid(one)
            one.grid.see_trade(price=price, quantity=100_000, time=_TIME + number)
        store(again)
    stored = load(row)
    assert stored.grid is not None
    assert kept.grid is not None
    memory = kept.grid.memory()
    assert stored.engine.state() == kept.engine.state()
    assert stored.grid.memory() == memory
    shown = Grid.objects.values_list("state", "started_at", "ended_at", "cycles").get()
    assert shown == ("running", NOW, None, memory.cycles)
    assert memory.cycles > 0
    assert GridLevel.objects.count() == len(memory.gaps)


@pytest.mark.django_db
def test_a_grid_that_has_stopped_has_an_end() -> None:
    symbol_listed()
    loaded = load(grid_of(account_of(), _GRID))
    assert loaded.grid is not None
    loaded.grid.start(market=_MARKET, time=_TIME)
    _run_grid(loaded)
    loaded.grid.pause(PauseReason.USER, time=_TIME)
    store(loaded)
    assert Grid.objects.values_list("state", "reason", "ended_at").get() == ("paused", "user", None)
    loaded.grid.stop(time=_TIME)
    _run_grid(loaded)
    [stored] = store(loaded, now=NOW + timedelta(seconds=5))
    assert loaded.grid.state is GridState.STOPPED
    assert Grid.objects.values_list("state", "ended_at").get() == ("stopped", NOW + timedelta(seconds=5))
    assert stored.grid_events
    assert not Order.objects.filter(ended_at__isnull=True).exists()
