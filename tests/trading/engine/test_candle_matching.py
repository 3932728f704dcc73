"""What a candle executes, and at which price: the tables of docs/backtests.md, by candles made by hand."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from tests.trading.engine.instruments import Desk
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeSchedule, Liquidity
from trading.engine.matching.candle_path import PriceBar, price_path
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce

MUCH = 10**9
MARKET = 100


def bar(prices: str, volume: int = MUCH) -> PriceBar:
    """Return a candle of whole ticks, written as open high low close."""
    opened, high, low, close = map(int, prices.split())
    return PriceBar(open=opened, high=high, low=low, close=close, volume=volume, time=7)


def place(desk: Desk, order_type: OrderType, side: Side = Side.BUY, *, quantity: int = 10, **fields: Any) -> Order:
    name = f"{len(desk.events)} {side} {fields}"
    request = OrderRequest(client_order_id=name, side=side, type=order_type, quantity=quantity, **fields)
    return desk.exchange.place(request, market=MARKET, time=5)


def matcher(desk: Desk, slippage: str = "0") -> CandleMatcher:
    return CandleMatcher(desk.exchange, Slippage(Decimal(slippage)))


@pytest.mark.parametrize(
    ("order", "candle", "executed_at"),
    [
        # Market orders: the next open.
        ("market buy", "103 110 90 95", 103),
        ("market sell", "103 110 90 95", 103),
        # Limits: at their price, once the price has gone through it; at the open where that is past it.
        ("limit buy at 95", "100 105 94 99", 95),
        ("limit buy at 95", "100 105 95 99", None),
        ("limit buy at 95", "93 99 92 94", 93),
        ("limit sell at 105", "100 106 99 100", 105),
        ("limit sell at 105", "100 105 99 100", None),
        ("limit sell at 105", "107 108 99 100", 107),
        ("limit_maker buy at 95", "100 105 94 99", 95),
        # Stops: at their price once it is touched; at the open where that is past it.
        ("stop buy stop 105", "100 105 99 101", 105),
        ("stop buy stop 105", "100 104 99 101", None),
        ("stop buy stop 105", "108 109 107 108", 108),
        ("stop sell stop 95", "100 101 95 99", 95),
        ("stop sell stop 95", "92 93 91 92", 92),
        # Stop limits: a limit from the moment when the stop is reached.
        ("stop_limit buy at 106 stop 105", "100 107 99 101", 105),
        ("stop_limit buy at 104 stop 105", "100 107 99 101", 104),
        ("stop_limit buy at 104 stop 105", "108 109 107 108", None),
        ("stop_limit sell at 96 stop 95", "92 93 91 92", None),
        ("stop_limit sell at 94 stop 95", "100 101 90 91", 95),
    ],
)
def test_it_executes_an_order_by_the_table(order: str, candle: str, executed_at: int | None) -> None:
    desk = Desk(base="1")
    order_type, side, *prices = order.split()
    fields = {"at": "price", "stop": "stop_price"}
    given = {fields[name]: int(price) for name, price in zip(prices[::2], prices[1::2], strict=True)}
    place(desk, OrderType(order_type), Side(side), **given)
    fills = matcher(desk).match(bar(candle))
    assert [fill.price for fill in fills] == ([] if executed_at is None else [executed_at])


def test_it_executes_a_limit_that_was_touched_where_asked_for() -> None:
    desk = Desk(touching=True)
    place(desk, OrderType.LIMIT, price=95)
    assert [fill.price for fill in matcher(desk).match(bar("100 105 95 99"))] == [95]


@pytest.mark.parametrize(
    ("candle", "path"),
    [
        ("100 103 90 95", (103, 90, 95)),
        ("100 110 97 95", (97, 110, 95)),
        ("100 105 95 100", (95, 105, 100)),
    ],
)
def test_the_nearer_extreme_comes_first_and_the_low_where_they_are_equally_near(
    candle: str, path: tuple[int, ...]
) -> None:
    assert price_path(bar(candle)) == path


def test_slippage_makes_a_taker_worse_off_but_never_by_a_price_outside_of_the_candle() -> None:
    desk = Desk(base="1")
    place(desk, OrderType.MARKET, Side.BUY)
    place(desk, OrderType.MARKET, Side.SELL)
    fills = matcher(desk, "0.0201").match(bar("1000 1010 990 1000"))
    assert [(fill.side, fill.price) for fill in fills] == [(Side.BUY, 1010), (Side.SELL, 990)]
    place(desk, OrderType.MARKET, Side.BUY)
    place(desk, OrderType.STOP, Side.SELL, stop_price=950)
    fills = matcher(desk, "0.001").match(bar("1000 1010 900 1000"))
    assert [(fill.side, fill.price) for fill in fills] == [(Side.BUY, 1001), (Side.SELL, 949)]


def test_a_stop_comes_before_the_target_of_its_group_wherever_both_lie_in_one_candle() -> None:
    desk = Desk(base="1")
    target = place(desk, OrderType.LIMIT, Side.SELL, price=105, cancel_group="exit")
    place(desk, OrderType.STOP, Side.SELL, stop_price=90, cancel_group="exit")
    fills = matcher(desk).match(bar("100 106 89 95"))  # the path would reach the target first
    assert [(fill.price, fill.depends_on_path) for fill in fills] == [(90, True)]
    assert target.state is OrderState.CANCELLED


def test_a_target_is_executed_where_the_stop_of_its_group_lies_outside_of_the_candle() -> None:
    desk = Desk(base="1")
    place(desk, OrderType.LIMIT, Side.SELL, price=105, cancel_group="exit")
    stop = place(desk, OrderType.STOP, Side.SELL, stop_price=88, cancel_group="exit")
    fills = matcher(desk).match(bar("100 106 89 95"))
    assert [(fill.price, fill.depends_on_path) for fill in fills] == [(105, False)]
    assert stop.state is OrderState.CANCELLED


def test_executions_in_both_directions_of_one_candle_are_marked_and_others_are_not() -> None:
    desk = Desk(base="1")
    place(desk, OrderType.MARKET)
    place(desk, OrderType.LIMIT, Side.BUY, price=95)
    place(desk, OrderType.LIMIT, Side.SELL, price=105)
    fills = matcher(desk).match(bar("100 107 94 100"))
    assert [(fill.price, fill.depends_on_path) for fill in fills] == [(100, False), (95, True), (105, True)]
    place(desk, OrderType.LIMIT, Side.BUY, price=95)
    place(desk, OrderType.LIMIT, Side.BUY, price=93)
    fills = matcher(desk).match(bar("100 101 90 91"))
    assert [(fill.price, fill.depends_on_path) for fill in fills] == [(95, False), (93, False)]


def test_no_more_is_executed_than_was_traded_and_the_rest_waits_for_the_next_candle() -> None:
    desk = Desk()
    orders = [place(desk, OrderType.MARKET), place(desk, OrderType.LIMIT, price=95)]
    match = matcher(desk).match
    assert [(fill.price, fill.quantity) for fill in match(bar("100 101 90 91", volume=14))] == [(100, 10), (95, 4)]
    assert [order.state for order in orders] == [OrderState.FILLED, OrderState.PARTIALLY_FILLED]
    assert match(bar("91 92 90 91", volume=0)) == ()
    assert [(fill.price, fill.quantity) for fill in match(bar("91 92 90 91", volume=100))] == [(91, 6)]
    assert desk.account.locked("USDT") == 0


@pytest.mark.parametrize(
    ("time_in_force", "volume", "candle", "executed", "state"),
    [
        (TimeInForce.IMMEDIATE_OR_CANCEL, 4, "94 95 93 94", 4, OrderState.EXPIRED),
        (TimeInForce.IMMEDIATE_OR_CANCEL, 10, "94 95 93 94", 10, OrderState.FILLED),
        (TimeInForce.IMMEDIATE_OR_CANCEL, 10, "100 101 90 94", 0, OrderState.EXPIRED),
        (TimeInForce.FILL_OR_KILL, 9, "94 95 93 94", 0, OrderState.EXPIRED),
        (TimeInForce.FILL_OR_KILL, 10, "94 95 93 94", 10, OrderState.FILLED),
    ],
)
def test_it_expires_what_may_not_wait(
    time_in_force: TimeInForce, volume: int, candle: str, executed: int, state: OrderState
) -> None:
    desk = Desk()
    order = place(desk, OrderType.LIMIT, price=95, time_in_force=time_in_force)
    matcher(desk).match(bar(candle, volume))
    assert (order.filled, order.state, desk.account.locked("USDT")) == (executed, state, 0)


def test_what_rested_pays_the_makers_fee_and_what_the_open_was_past_pays_the_takers() -> None:
    desk = Desk(fees=FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.01")))
    place(desk, OrderType.LIMIT, price=95)
    place(desk, OrderType.LIMIT, price=110)
    fills = matcher(desk).match(bar("100 101 90 91"))
    assert [(fill.price, fill.liquidity) for fill in fills] == [(100, Liquidity.TAKER), (95, Liquidity.MAKER)]
    assert [fill.fee * 1000 // fill.notional for fill in fills] == [10, 1]


def test_an_order_for_an_amount_of_quote_buys_what_the_open_allows_fee_included() -> None:
    desk = Desk(quote="100", fees=FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.001")))
    request = OrderRequest(
        client_order_id="all", side=Side.BUY, type=OrderType.MARKET, quote_amount=amount_of(Decimal(100))
    )
    order = desk.exchange.place(request, market=100_00, time=5)
    matcher(desk).match(bar("12000 12000 12000 12000"))
    assert (order.state, order.filled) == (OrderState.FILLED, 83250)  # 100 / 120.12 = 0.83250083…
    assert decimal_of(desk.account.free("USDT")) == Decimal(100) - Decimal("0.8325") * 120 * Decimal("1.001")


def test_an_order_that_the_account_can_not_pay_at_the_open_expires_whole_and_says_why() -> None:
    desk = Desk(quote="1")
    order = place(desk, OrderType.MARKET, quantity=1_000_000)
    assert matcher(desk).match(bar("100 101 90 91")) == ()
    assert (order.state, order.filled) == (OrderState.EXPIRED, 0)
    refusal = desk.events[-1].refusal
    assert refusal is not None
    assert refusal.message == "too little USDT is free for the order"
