"""What a strategy's orders become at the exchange: rounded, typed, refused in words; in a backtest and live alike."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from tests.manual_clock import ManualClock
from tests.trading.engine.instruments import BTC, ExchangeRig
from tests.trading.engine.order_texts import bar_of
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeSchedule
from trading.engine.matching.book import Book, BookLevel
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.live import LiveMatcher
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce
from trading.engine.strategies.paper_broker import PaperBroker

MARKET = 100_00
ONE = Decimal(1)


def broker_on(rig: ExchangeRig) -> PaperBroker:
    return PaperBroker(
        rig.exchange, rig.settlement, place=rig.exchange.place, market=lambda: MARKET, clock=ManualClock(7)
    )


@pytest.mark.parametrize(
    ("given", "order_type", "price", "stop_price"),
    [
        ({}, OrderType.MARKET, None, None),
        ({"price": "99.999"}, OrderType.LIMIT, "99.99", None),
        ({"price": "99.999", "post_only": True}, OrderType.LIMIT_MAKER, "99.99", None),
        ({"stop_price": "101.009"}, OrderType.STOP, None, "101.00"),
        ({"price": "102.009", "stop_price": "101.009"}, OrderType.STOP_LIMIT, "102.00", "101.00"),
    ],
)
def test_a_buy_is_rounded_to_no_higher_price(
    given: dict[str, Any], order_type: OrderType, price: str | None, stop_price: str | None
) -> None:
    prices: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, str) else value for name, value in given.items()
    }
    order = broker_on(ExchangeRig()).buy(quantity=Decimal("1.000019"), **prices)
    assert (order.side, order.type, order.quantity) == (Side.BUY, order_type, Decimal("1.00001"))
    assert [order.price, order.stop_price] == [told and Decimal(told) for told in (price, stop_price)]


def test_a_sell_is_rounded_to_no_lower_price() -> None:
    order = broker_on(ExchangeRig(base="2")).sell(quantity=ONE, price=Decimal("98.001"), stop_price=Decimal("98.991"))
    assert (order.price, order.stop_price) == (Decimal("98.01"), Decimal("99.00"))


def test_an_amount_of_quote_buys_with_its_fee_whatever_its_digits() -> None:
    rig = ExchangeRig(fees=FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.001")))
    broker = broker_on(rig)
    limit = broker.buy(quote_amount=Decimal(100), price=Decimal(50))
    assert limit.quantity == Decimal("1.99800")  # 100 / 50.05 = 1.998001…
    market = broker.buy(quote_amount=Decimal(100) / 3 + Decimal("1E-27"))
    CandleMatcher(rig.exchange, Slippage(Decimal(0))).match(bar_of("10000 10000 10000 10000"))
    assert market.filled == Decimal("0.33300")


@pytest.mark.parametrize("amounts", [{}, {"quantity": ONE, "quote_amount": ONE}])
def test_it_takes_one_amount(amounts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="an order takes a quantity or a quote_amount, and not both"):
        broker_on(ExchangeRig()).buy(**amounts)


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"quantity": Decimal("1e15")}, "quantity"),
        ({"quantity": ONE, "price": Decimal("1e18")}, "price"),
        ({"quantity": ONE, "stop_price": Decimal("1e18")}, "stop_price"),
        ({"quote_amount": Decimal("1e24")}, "quote_amount"),
    ],
)
def test_it_takes_no_order_larger_than_a_result_can_keep(order: dict[str, Any], name: str) -> None:
    rig = ExchangeRig()
    with pytest.raises(ValueError, match=f"^{name} is too large for an order$"):
        broker_on(rig).buy(**order)
    assert rig.exchange.open_orders == ()


def test_only_a_limit_is_post_only() -> None:
    with pytest.raises(ValueError, match="only an order with a price, and no stop_price, can be post_only"):
        broker_on(ExchangeRig()).buy(quantity=ONE, post_only=True)


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        ({"quantity": Decimal("0.000009")}, "an order has a positive quantity, or a market order a positive amount"),
        ({"quantity": Decimal(-1)}, "an order has a positive quantity"),
        ({"quantity": ONE, "price": Decimal(0)}, "price must be greater than 0 in an order of type limit"),
        ({"quote_amount": Decimal(0)}, "an order has a positive quantity"),
        ({"quote_amount": Decimal(-5), "price": ONE}, "an order has a positive quantity"),
        ({"quantity": Decimal(1000), "price": Decimal(99)}, "too little USDT is free for the order"),
    ],
)
def test_what_is_refused_says_why(order: dict[str, Any], refusal: str) -> None:
    placed = broker_on(ExchangeRig()).buy(**order)
    assert (placed.state, placed.is_open) == (OrderState.REJECTED, False)
    assert placed.refusal.startswith(refusal)


def test_it_tells_what_is_owned() -> None:
    rig = ExchangeRig(quote="1000", base="2")
    broker = broker_on(rig)
    buy = broker.buy(quantity=ONE, price=Decimal(90))
    sell = broker.sell(quantity=ONE, price=Decimal(110), time_in_force=TimeInForce.GOOD_TILL_CANCELLED)
    assert (broker.position, broker.cash, broker.equity) == (Decimal(2), Decimal(910), Decimal(1200))
    assert broker.open_orders == (buy, sell)
    broker.cancel(buy)
    broker.cancel(buy)
    assert (buy.state, broker.cash) == (OrderState.CANCELLED, Decimal(1000))
    assert list(broker.open_orders) == [sell]


def test_closing_a_position_ends_its_sells_and_sells_all_of_it() -> None:
    rig = ExchangeRig(quote="1000", base="2")
    broker = broker_on(rig)
    broker.sell(quantity=ONE, price=Decimal(110))
    buy = broker.buy(quantity=ONE, price=Decimal(90))
    order = broker.close_position()
    assert order is not None
    assert (order.type, order.quantity, broker.open_orders) == (OrderType.MARKET, Decimal(2), (buy, order))
    assert broker_on(ExchangeRig()).close_position() is None


def test_live_the_same_broker_takes_from_the_book_at_once() -> None:
    rig = ExchangeRig(quote="1000", touching=True)
    matcher = LiveMatcher(rig.exchange, Slippage(Decimal(0)))
    matcher.see_book(Book(bids=(BookLevel(99_00, 10**6),), asks=(BookLevel(101_00, 10**6),)))
    broker = PaperBroker(rig.exchange, rig.settlement, place=matcher.place, market=lambda: MARKET, clock=ManualClock(7))
    bought = broker.buy(quantity=ONE)
    assert (bought.state, broker.position, rig.account.free("USDT")) == (
        OrderState.FILLED,
        ONE,
        amount_of(Decimal(899)),
    )
    assert BTC.price(rig.account.cost("BTC") // BTC.price_unit) == Decimal(101)
