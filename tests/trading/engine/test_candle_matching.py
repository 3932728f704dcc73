"""What a candle does to groups, fees and amounts; at which prices it executes say the tables of docs/backtests.md."""

from decimal import Decimal
from typing import Any

from streaming.events import Side
from tests.trading.engine.instruments import ExchangeRig
from tests.trading.engine.order_texts import bar_of
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.fees import FeeSchedule, Liquidity
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import Order, OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType

MARKET = 100


def place(
    rig: ExchangeRig, order_type: OrderType, side: Side = Side.BUY, *, quantity: int = 10, **fields: Any
) -> Order:
    name = f"{len(rig.events)} {side} {fields}"
    request = OrderRequest(client_order_id=name, side=side, type=order_type, quantity=quantity, **fields)
    return rig.exchange.place(request, market=MARKET, time=5)


def matcher(rig: ExchangeRig) -> CandleMatcher:
    return CandleMatcher(rig.exchange, Slippage(Decimal(0)))


def test_a_stop_comes_before_the_target_of_its_group_wherever_both_lie_in_one_candle() -> None:
    rig = ExchangeRig(base="1")
    target = place(rig, OrderType.LIMIT, Side.SELL, price=105, cancel_group="exit")
    place(rig, OrderType.STOP, Side.SELL, stop_price=90, cancel_group="exit")
    fills = matcher(rig).match(bar_of("100 106 89 95"))  # the path would reach the target first
    assert [(fill.price, fill.depends_on_path) for fill in fills] == [(90, True)]
    assert target.state is OrderState.CANCELLED


def test_a_target_is_executed_where_the_stop_of_its_group_lies_outside_of_the_candle() -> None:
    rig = ExchangeRig(base="1")
    place(rig, OrderType.LIMIT, Side.SELL, price=105, cancel_group="exit")
    stop = place(rig, OrderType.STOP, Side.SELL, stop_price=88, cancel_group="exit")
    fills = matcher(rig).match(bar_of("100 106 89 95"))
    assert [(fill.price, fill.depends_on_path) for fill in fills] == [(105, False)]
    assert stop.state is OrderState.CANCELLED


def test_what_rested_pays_the_makers_fee_and_what_the_open_was_past_pays_the_takers() -> None:
    rig = ExchangeRig(fees=FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.01")))
    place(rig, OrderType.LIMIT, price=95)
    place(rig, OrderType.LIMIT, price=110)
    fills = matcher(rig).match(bar_of("100 101 90 91"))
    assert [(fill.price, fill.liquidity) for fill in fills] == [(100, Liquidity.TAKER), (95, Liquidity.MAKER)]
    assert [fill.fee * 1000 // fill.notional for fill in fills] == [10, 1]


def test_an_order_for_an_amount_of_quote_buys_what_the_open_allows_fee_included() -> None:
    rig = ExchangeRig(quote="100", fees=FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.001")))
    request = OrderRequest(
        client_order_id="all", side=Side.BUY, type=OrderType.MARKET, quote_amount=amount_of(Decimal(100))
    )
    order = rig.exchange.place(request, market=100_00, time=5)
    matcher(rig).match(bar_of("12000 12000 12000 12000"))
    assert (order.state, order.filled) == (OrderState.FILLED, 83250)  # 100 / 120.12 = 0.83250083…
    assert decimal_of(rig.account.free("USDT")) == Decimal(100) - Decimal("0.8325") * 120 * Decimal("1.001")


def test_an_order_that_the_account_can_not_pay_at_the_open_expires_whole_and_says_why() -> None:
    rig = ExchangeRig(quote="1")
    order = place(rig, OrderType.MARKET, quantity=1_000_000)
    assert matcher(rig).match(bar_of("100 101 90 91")) == ()
    assert (order.state, order.filled) == (OrderState.EXPIRED, 0)
    refusal = rig.events[-1].refusal
    assert refusal is not None
    assert refusal.message == "too little USDT is free for the order"
