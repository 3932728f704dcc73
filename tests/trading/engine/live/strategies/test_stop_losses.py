"""The stop loss of a strategy whose purchase is executed in parts: one stop, of all that is held."""

from decimal import Decimal

from streaming.events import Side
from tests.trading.engine.live.strategies.driven_strategy import DrivenStrategy, tick_market
from tests.trading.engine.strategies.positions import EntersAtEachCandle
from trading.engine.accounts.settlement import Fill
from trading.engine.matching.book import Book, BookLevel
from trading.engine.orders.types import OrderType

_MARKET = tick_market(3, 90, begin=3_000)
_CLOSE = int(_MARKET.candles.close[60])
_PART = 3_000
"""So many steps stand at each level of the book: worth less than an order may be, of 1 USDT."""
_LEVELS = 12


def _thin_book() -> Book:
    asks = tuple(BookLevel(_CLOSE + level, _PART) for level in range(_LEVELS))
    return Book(bids=(BookLevel(_CLOSE - 1, _PART),), asks=asks)


def _entered(stop_loss: str) -> DrivenStrategy:
    """Return a strategy that has bought for a hundredth of its 1000 USDT, level by level of a thin book."""
    parameters = {"position_size": Decimal("0.01"), "stop_loss": Decimal(stop_loss)}
    driven = DrivenStrategy(_MARKET, EntersAtEachCandle, parameters).begin()
    driven.close(60)
    driven.driver.see_book(_thin_book())
    driven.driver.advance(market=_CLOSE, time=int(_MARKET.candles.open_time[61]))
    driven.note()
    return driven


def _bought(driven: DrivenStrategy) -> list[Fill]:
    return [event.fill for event in driven.told if event.fill is not None and event.fill.side is Side.BUY]


def test_what_was_bought_in_small_parts_is_protected_whole_below_the_average_paid() -> None:
    driven = _entered("0.02")
    fills = _bought(driven)
    assert len(fills) == _LEVELS
    quantity = sum(fill.quantity for fill in fills)
    [(_, stop)] = driven.sub_account.open_orders
    assert (stop.request.type, stop.request.quantity) == (OrderType.STOP, quantity)
    paid = sum(fill.price * fill.quantity for fill in fills)
    assert stop.request.stop_price == -(-98 * paid // (100 * quantity))
    assert [event.order.refusal for event in driven.told if event.order.refusal is not None] == []


def test_what_the_price_has_fallen_so_far_below_already_is_sold_at_once() -> None:
    driven = _entered("0.001")
    ordered = [(request.side, request.type) for request in driven.decisions]
    assert ordered == [(Side.BUY, OrderType.MARKET), (Side.SELL, OrderType.STOP), (Side.SELL, OrderType.MARKET)]
    assert driven.sub_account.open_orders == ()
    assert driven.sub_account.account.total("BTC") == 0


def test_it_stands_where_it_stood_after_a_kill() -> None:
    driven = _entered("0.02")
    before = driven.driver.memory()
    driven.kill()
    driven.close(61)
    assert driven.is_fine()
    assert len(driven.sub_account.open_orders) == 1
    assert driven.driver.memory().orders_named == before.orders_named
