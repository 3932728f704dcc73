"""The states of an order, and what the exchange's filters refuse."""

from dataclasses import replace as with_fields
from decimal import Decimal
from itertools import product

import pytest
from msgspec.structs import replace

from streaming.events import Side
from tests.trading.engine.instruments import BTC
from trading.engine.amounts import amount_of
from trading.engine.instrument import PriceBand
from trading.engine.orders.filters import filter_refusal
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import RefusalCode
from trading.engine.orders.state import ORDER_STEPS, IllegalOrderStepError, OrderState, OrderStep
from trading.engine.orders.types import OrderType

LEGAL = {
    ("new", "accept"): "accepted",
    ("new", "reject"): "rejected",
    ("accepted", "fill part"): "partially_filled",
    ("accepted", "fill"): "filled",
    ("accepted", "cancel"): "cancelled",
    ("accepted", "expire"): "expired",
    ("partially_filled", "fill part"): "partially_filled",
    ("partially_filled", "fill"): "filled",
    ("partially_filled", "cancel"): "cancelled",
    ("partially_filled", "expire"): "expired",
}
LIMIT = OrderRequest(client_order_id="a", side=Side.BUY, type=OrderType.LIMIT, quantity=100, price=100_00)
STRICT = with_fields(
    BTC,
    minimum_notional=Decimal("0.1"),
    maximum_orders=2,
    buy_band=PriceBand(lowest=Decimal("0.5"), highest=Decimal("1.5")),
    sell_band=PriceBand(lowest=Decimal("0.8"), highest=Decimal(2)),
)
BOUNDED = with_fields(
    BTC, minimum_notional=Decimal("0.1"), minimum_quantity=Decimal("0.0005"), maximum_quantity=Decimal("0.02")
)


@pytest.mark.parametrize(("state", "step"), list(product(OrderState, OrderStep)))
def test_it_takes_each_legal_step_and_raises_at_any_other(state: OrderState, step: OrderStep) -> None:
    if (state, step) in LEGAL:
        assert ORDER_STEPS.next(state, step) == LEGAL[state, step]
    else:
        with pytest.raises(IllegalOrderStepError, match=f"an order that is {state} can't {step}; it can "):
            ORDER_STEPS.next(state, step)


def test_it_lets_pass_what_the_filters_allow() -> None:
    assert filter_refusal(STRICT, LIMIT, market=100_00, open_orders=1) is None


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"quantity": 0}, "QUANTITY", "an order has a positive quantity, or a market order"),
        ({"quantity": -1}, "QUANTITY", "an order has a positive quantity"),
        ({"quantity": 0, "quote_amount": 1}, "QUANTITY", "an order has a positive quantity"),
        ({"price": 0}, "PRICE", "price must be greater than 0 in an order of type limit"),
        ({"stop_price": 5}, "PRICE", "an order of type limit takes no stop_price"),
        ({"type": OrderType.STOP_LIMIT}, "PRICE", "stop_price must be greater than 0 in an order of type stop_limit"),
        ({"type": OrderType.MARKET}, "PRICE", "an order of type market takes no price"),
        ({"price": 49_99}, "PERCENT_PRICE", "price must be between 50.000 and 150.000 while the market is at 100.00"),
        ({"price": 150_01}, "PERCENT_PRICE", "price must be between 50.000 and 150.000"),
        ({"quantity": 99}, "MINIMUM_NOTIONAL", "the order is worth 0.099 USDT; the least is 0.1"),
    ],
)
def test_it_refuses_what_the_filters_forbid(changes: dict[str, object], code: str, message: str) -> None:
    refusal = filter_refusal(STRICT, replace(LIMIT, **changes), market=100_00, open_orders=0)
    assert refusal is not None
    assert (refusal.code, refusal.message[: len(message)]) == (code, message)


def test_it_holds_the_prices_of_each_side_against_their_own_band() -> None:
    sale = replace(LIMIT, side=Side.SELL, price=180_00)
    assert filter_refusal(STRICT, sale, market=100_00, open_orders=0) is None
    refusal = filter_refusal(STRICT, replace(sale, price=79_99), market=100_00, open_orders=0)
    assert refusal is not None
    assert refusal.code is RefusalCode.PERCENT_PRICE


def test_it_refuses_one_order_more_than_the_symbol_allows() -> None:
    refusal = filter_refusal(STRICT, LIMIT, market=100_00, open_orders=2)
    assert refusal is not None
    said = "BTCUSDT allows 2 open orders of an account; 2 are open, or kept for grids"
    assert (refusal.code, refusal.message) == (RefusalCode.MAXIMUM_ORDERS, said)


def test_it_lets_what_never_rests_pass_though_as_many_are_open_as_may_be() -> None:
    market = OrderRequest(client_order_id="a", side=Side.SELL, type=OrderType.MARKET, quantity=100)
    assert filter_refusal(STRICT, market, market=200_00, open_orders=2) is None


def test_it_judges_a_market_order_by_the_market() -> None:
    market = OrderRequest(client_order_id="a", side=Side.SELL, type=OrderType.MARKET, quantity=99)
    assert filter_refusal(STRICT, market, market=200_00, open_orders=0) is None
    refusal = filter_refusal(STRICT, market, market=100_00, open_orders=0)
    assert refusal is not None
    assert refusal.code is RefusalCode.MINIMUM_NOTIONAL


@pytest.mark.parametrize(("bound", "beyond"), [(50, 49), (2000, 2001)])
def test_it_holds_quantities_between_the_least_and_the_greatest(bound: int, beyond: int) -> None:
    request = replace(LIMIT, price=10_000_00, quantity=bound)
    assert filter_refusal(BOUNDED, request, market=10_000_00, open_orders=0) is None
    refusal = filter_refusal(BOUNDED, replace(request, quantity=beyond), market=10_000_00, open_orders=0)
    assert refusal is not None
    said = {
        49: "the order is for 0.00049 BTC; the least is 0.0005",
        2001: "the order is for 0.02001 BTC; the most is 0.02",
    }
    assert (refusal.code, refusal.message) == (RefusalCode.QUANTITY, said[beyond])


@pytest.mark.parametrize(("amount", "is_taken"), [("4.99", False), ("5", True), ("200", True), ("201", False)])
def test_it_judges_an_amount_of_quote_by_what_the_market_gives_for_it(amount: str, *, is_taken: bool) -> None:
    market = OrderRequest(
        client_order_id="a", side=Side.BUY, type=OrderType.MARKET, quote_amount=amount_of(Decimal(amount))
    )
    refusal = filter_refusal(BOUNDED, market, market=10_000_00, open_orders=0)
    assert (refusal and refusal.code) == (None if is_taken else RefusalCode.QUANTITY)


def test_a_least_quantity_between_two_steps_is_the_greater_one() -> None:
    instrument = with_fields(BTC, minimum_quantity=Decimal("0.000011"), maximum_quantity=Decimal("0.000039"))
    assert (instrument.minimum_steps, instrument.maximum_steps) == (2, 3)
    assert (BTC.minimum_steps, BTC.maximum_steps) == (1, None)
