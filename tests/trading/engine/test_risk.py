"""What the risk gate lets pass, and what it says of what it doesn't."""

from dataclasses import replace as with_fields
from decimal import Decimal

import pytest
from msgspec.structs import replace

from streaming.events import Side
from tests.trading.engine.instruments import BTC
from trading.engine.amounts import amount_of
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import Exposure, RiskGate, RiskLimits
from trading.engine.risk.levels import TradingLevel, strictest
from trading.engine.risk.sent_orders import SentOrders

LIMITS = RiskLimits(
    order_size=amount_of(Decimal(100)),
    position_size=amount_of(Decimal(1000)),
    open_orders=5,
    price_collar=Decimal("0.1"),
    orders_per_second=3,
    daily_loss=amount_of(Decimal(50)),
)
CALM = Exposure(level=TradingLevel.ACTIVE, market=100_00, position=amount_of(Decimal(900)), open_orders=4, loss_today=0)
BUY = OrderRequest(client_order_id="a", side=Side.BUY, type=OrderType.LIMIT, quantity=100_000, price=100_00)
SELL = replace(BUY, side=Side.SELL)


@pytest.mark.parametrize("request_", [BUY, SELL, replace(BUY, quantity=50_000, price=110_00)])
def test_it_lets_pass_what_is_within_all_limits(request_: OrderRequest) -> None:
    assert RiskGate(LIMITS).refusal(BTC, request_, CALM, time=0) is None


@pytest.mark.parametrize(
    ("order", "exposure", "code", "message"),
    [
        (SELL, {"level": TradingLevel.HALTED}, "KILL_SWITCH_ACTIVE", "trading is halted"),
        (
            BUY,
            {"level": TradingLevel.REDUCE_ONLY},
            "REDUCE_ONLY",
            "only orders that make a position smaller are taken",
        ),
        (
            replace(SELL, quantity=100_001),
            {},
            "ORDER_SIZE",
            "the order is worth 100.001 USDT; the most is 100",
        ),
        (
            BUY,
            {"position": amount_of(Decimal("900.5"))},
            "POSITION_SIZE",
            "the position would be worth 1000.5 USDT; the most is 1000",
        ),
        (SELL, {"open_orders": 5}, "OPEN_ORDERS", "5 orders are open; the most is 5"),
        (
            replace(SELL, price=89_99),
            {},
            "PRICE_COLLAR",
            "the price 89.99 is over 10 % away from the market's 100.00",
        ),
        (
            BUY,
            {"loss_today": amount_of(Decimal(50))},
            "DAILY_LOSS",
            "the loss of today is 50 USDT; the most is 50",
        ),
    ],
)
def test_it_refuses_what_breaks_a_limit_and_says_which(
    order: OrderRequest, exposure: dict[str, object], code: str, message: str
) -> None:
    refusal = RiskGate(LIMITS).refusal(BTC, order, with_fields(CALM, **exposure), time=0)  # type: ignore[arg-type]
    assert refusal is not None
    assert (refusal.code, refusal.message) == (code, message)


@pytest.mark.parametrize("exposure", [{"level": TradingLevel.REDUCE_ONLY}, {"loss_today": amount_of(Decimal(60))}])
def test_what_makes_a_position_smaller_may_go_where_nothing_may_be_bought(exposure: dict[str, object]) -> None:
    assert RiskGate(LIMITS).refusal(BTC, SELL, with_fields(CALM, **exposure), time=0) is None  # type: ignore[arg-type]


def test_it_counts_the_orders_of_the_last_second_and_not_those_that_it_refused() -> None:
    gate = RiskGate(LIMITS)
    codes = []
    for time, request in ((0, BUY), (10, BUY), (20, replace(BUY, quantity=10**9)), (30, BUY), (40, BUY), (1000, BUY)):
        refusal = gate.refusal(BTC, request, CALM, time=time)
        codes.append(refusal.code.value if refusal else "")
    assert codes == ["", "", "ORDER_SIZE", "", "ORDER_RATE", ""]


def test_it_counts_with_those_that_others_of_the_account_have_sent() -> None:
    sent = SentOrders({1: [0, 10]})
    first, second = (RiskGate(LIMITS, sent=sent, sender=sender) for sender in (1, 2))
    codes = []
    for time, gate in ((20, second), (30, second), (40, first), (1015, first), (1016, second)):
        refusal = gate.refusal(BTC, BUY, CALM, time=time)
        codes.append(refusal.code.value if refusal else "")
    assert codes == ["", "ORDER_RATE", "ORDER_RATE", "", ""]


@pytest.mark.parametrize("away", [1000, -1000, 3_600_000, -3_600_000])
def test_what_was_sent_over_a_second_away_counts_not_though_the_clock_has_gone_back(away: int) -> None:
    gate = RiskGate(LIMITS, sent=SentOrders({1: [10_000_000 + away] * 3}))
    assert gate.refusal(BTC, BUY, CALM, time=10_000_000) is None


def test_who_is_read_anew_counts_with_what_was_read_and_others_with_what_they_have_sent() -> None:
    sent = SentOrders({1: [0], 2: [0, 5]})
    sent.add(10, 1)
    sent.replace({1: [3], 2: [7], 3: [8]}, but=[2])
    assert [sent.count(time) for time in (0, 1000, 1003, 1005, 1008)] == [4, 3, 2, 1, 0]


def test_without_limits_everything_passes() -> None:
    gate = RiskGate(RiskLimits())
    wild = with_fields(CALM, open_orders=10**6, loss_today=amount_of(Decimal(10**9)))
    assert [gate.refusal(BTC, replace(BUY, quantity=10**9), wild, time=0) for _ in range(100)] == [None] * 100


@pytest.mark.parametrize(
    ("levels", "holds"),
    [
        ([], TradingLevel.ACTIVE),
        (["active", "reduce_only", "active"], TradingLevel.REDUCE_ONLY),
        (["reduce_only", "halted"], TradingLevel.HALTED),
        (["active", "paused"], TradingLevel.HALTED),
    ],
)
def test_the_strictest_level_holds_and_an_unknown_one_halts(levels: list[str], holds: TradingLevel) -> None:
    assert strictest(levels) is holds
