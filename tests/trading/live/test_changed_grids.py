"""A grid whose lines were changed while it runs, as its rows tell it."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from streaming.times import milliseconds
from tests.trading.live.rows import NOW, account_of, grid_of, load, store
from tests.trading.market import symbol_listed
from trading.engine.matching.book import Book
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.models import GridLevel, Order, SubAccount

TIME = milliseconds(NOW)
MARKET = 10_000  # ticks of 0.01
TEN = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=10)


def change(row: SubAccount, grid_count: int) -> None:
    """Give a running grid so many gaps, let it place what it wants then, and store that."""
    loaded = load(row)
    assert loaded.grid is not None
    loaded.grid.update(replace(TEN, grid_count=grid_count), market=MARKET, time=TIME)
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=MARKET, time=TIME)
    store(loaded)


@pytest.mark.django_db
def test_fewer_lines_and_then_more_again_name_no_order_twice() -> None:
    symbol_listed()
    row = grid_of(account_of(), TEN)
    loaded = load(row)
    assert loaded.grid is not None
    loaded.grid.start(market=MARKET, time=TIME)
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=MARKET, time=TIME)
    store(loaded)
    change(row, 4)
    assert list(GridLevel.objects.filter(upper_price__gt=0).values_list("gap", flat=True)) == [0, 1, 2, 3]
    change(row, 10)
    assert GridLevel.objects.filter(upper_price__gt=0).count() == 10
    placed = Order.objects.filter(client_order_id__contains="-8-sell-").values_list("client_order_id", flat=True)
    assert sorted(name.rsplit("-", 1)[1] for name in placed) == ["1", "2"]
