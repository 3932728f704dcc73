"""A sub-account on a live market: what is accepted, taken, met by trades, moved, and told as changed."""

from decimal import Decimal

import pytest

from streaming.events import Side
from tests.trading.engine.live.rigs import book_at, check_identity, limit, market, stored, sub_account
from trading.engine.accounts.account import InsufficientBalanceError
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.live.state import BalanceState, LotState, TransferredHoldings
from trading.engine.live.sub_account import OrderNotOpenError, PaperSubAccount
from trading.engine.live.triggers import ALWAYS, Reach
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.refusal import RefusalCode
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce

BTC, ETH = "BTCUSDT", "ETHUSDT"
AT = 100_00


def fills(account: PaperSubAccount) -> list[tuple[int, int, str]]:
    """Return price, quantity and liquidity of what was executed since the last look."""
    found = [event.fill for event in account.take_changes().events if event.fill]
    return [(fill.price, fill.quantity, fill.liquidity.value) for fill in found]


def test_what_is_placed_is_accepted_and_executed_by_nothing_before_it_is_taken() -> None:
    account = sub_account()
    account.see_book(BTC, book_at(AT))
    order = account.place(BTC, market("a", Side.BUY, 100), market=AT, time=5)
    assert (order.state, fills(account), account.reach(BTC)) == (OrderState.ACCEPTED, [], Reach(ALWAYS))
    account.take_new(BTC, market=AT, time=6)
    assert (order.state, fills(account)) == (OrderState.FILLED, [(AT + 1, 100, "taker")])


def test_a_limit_sets_aside_what_it_may_cost_and_a_cancel_gives_it_back() -> None:
    account = sub_account("200")
    account.place(BTC, limit("a", Side.BUY, AT, 100_000), market=AT, time=1)
    assert decimal_of(account.account.locked("USDT")) == Decimal("100.1")
    refused = account.place(BTC, limit("b", Side.BUY, AT, 100_000), market=AT, time=1)
    assert refused.refusal is not None
    assert refused.refusal.code is RefusalCode.INSUFFICIENT_BALANCE
    assert account.cancel("a", time=2).state is OrderState.CANCELLED
    assert decimal_of(account.account.free("USDT")) == 200
    with pytest.raises(OrderNotOpenError):
        account.cancel("a", time=3)


def test_a_trade_from_before_an_order_was_placed_reaches_neither_a_limit_nor_a_stop() -> None:
    account = sub_account()
    account.place(BTC, limit("a", Side.BUY, AT, 100), market=AT + 50, time=10)
    stop = limit("b", Side.BUY, 0, 100, type=OrderType.STOP, stop_price=AT + 100)
    account.place(BTC, stop, market=AT + 50, time=10)
    for price in (AT - 1, AT + 100):
        account.see_trade(BTC, price=price, quantity=1_000, time=9)
    assert fills(account) == []
    account.see_trade(BTC, price=AT - 1, quantity=1_000, time=10)
    assert fills(account) == [(AT, 100, "maker")]


@pytest.mark.parametrize(
    ("side", "kind", "stop_price", "is_refused"),
    [
        (Side.BUY, OrderType.STOP, AT, True),
        (Side.BUY, OrderType.STOP_LIMIT, AT - 1, True),
        (Side.BUY, OrderType.STOP, AT + 1, False),
        (Side.SELL, OrderType.STOP, AT, True),
        (Side.SELL, OrderType.STOP, AT - 1, False),
    ],
)
def test_a_stop_that_the_market_has_reached_already_is_refused(
    side: Side, kind: OrderType, stop_price: int, is_refused: bool
) -> None:
    account = sub_account()
    price = AT if kind.has_price else 0
    order = account.place(BTC, limit("a", side, price, 100, type=kind, stop_price=stop_price), market=AT, time=1)
    refused = order.refusal.code if order.refusal is not None else None
    assert refused is (RefusalCode.WOULD_TRIGGER if is_refused else None)


def test_missed_trades_take_an_order_that_was_placed_before_them() -> None:
    account = sub_account()
    account.place(BTC, market("a", Side.BUY, 100), market=AT, time=10)
    account.see_trade(BTC, price=AT, quantity=7, time=9)
    assert fills(account) == []
    account.see_trade(BTC, price=AT + 20, quantity=7, time=11)
    [(price, quantity, _)] = fills(account)
    assert (price, quantity) == (10026, 100)  # 100.20 and 0.05 % of slippage, rounded up


def test_symbols_share_the_money_and_the_numbers() -> None:
    account = sub_account("100")
    first = account.place(BTC, limit("a", Side.BUY, AT, 50_000), market=AT, time=1)
    second = account.place(ETH, limit("b", Side.BUY, AT, 50_000), market=AT, time=1)
    assert (first.number, first.state, second.number, second.state) == (1, OrderState.ACCEPTED, 2, OrderState.REJECTED)
    third = account.place(ETH, limit("c", Side.BUY, AT, 40_000), market=AT, time=1)
    account.see_trade(BTC, price=AT - 1, quantity=10**6, time=2)
    account.see_trade(ETH, price=AT - 1, quantity=10**6, time=2)
    numbers = [event.fill.number for event in account.take_changes().events if event.fill]
    assert (third.number, numbers) == (3, [1, 2])
    assert account.state().lots["ETH"][0].opened_by == 2
    check_identity(account, AT)


def test_a_name_that_is_open_places_nothing_again_on_whatever_symbol() -> None:
    account = sub_account()
    order = account.place(BTC, limit("a", Side.BUY, AT, 100), market=AT, time=1)
    assert account.place(ETH, limit("a", Side.BUY, AT, 100), market=AT, time=1) is order
    assert len(account.open_orders) == 1


def test_changes_name_what_is_new_what_moved_up_and_which_assets_differ_once() -> None:
    account = sub_account()
    account.take_changes()
    account.see_book(BTC, book_at(AT + 1, quantity=50))
    account.place(BTC, limit("a", Side.BUY, AT, 100), market=AT, time=1)
    account.take_new(BTC, market=AT, time=1)
    changes = account.take_changes()
    assert [(order.number, order.is_taken, order.ahead) for order in changes.orders] == [(1, True, 50)]
    assert changes.assets == {"USDT"}
    account.see_trade(BTC, price=AT, quantity=30, time=2)
    changes = account.take_changes()
    assert (changes.events, [order.ahead for order in changes.orders], changes.assets) == ((), [20], frozenset())
    account.see_trade(BTC, price=AT, quantity=500, time=3)
    changes = account.take_changes()
    assert changes.assets == {"USDT", "BTC"}
    assert [order.state for order in changes.orders] == [OrderState.FILLED]
    assert changes.state.orders == ()
    assert account.take_changes().orders == ()


def test_each_event_shows_the_order_as_it_stood_and_what_was_held_then() -> None:
    account = sub_account()
    account.place(BTC, limit("a", Side.BUY, AT, 100), market=AT, time=1)
    for quantity in (30, 70):
        account.see_trade(BTC, price=AT, quantity=quantity, time=2)
    told = [(event.kind, event.order.filled, decimal_of(event.position)) for event in account.take_changes().events]
    assert told == [
        (OrderEventKind.ACCEPTED, 0, 0),
        (OrderEventKind.FILLED, 30, Decimal("0.0003")),
        (OrderEventKind.FILLED, 100, Decimal("0.001")),
    ]


def test_what_is_moved_out_is_moved_in_at_its_cost_and_both_stay_exact() -> None:
    giver, taker = sub_account("1000"), sub_account("50")
    for name, price in (("a", AT), ("b", AT - 10)):
        giver.place(BTC, limit(name, Side.BUY, price, 100_000), market=AT, time=1)
        giver.see_trade(BTC, price=price - 1, quantity=10**6, time=2)
    giver.place(BTC, limit("c", Side.SELL, AT + 10, 50_000), market=AT, time=2)
    giver.see_trade(BTC, price=AT + 10, quantity=10**6, time=3)
    realised, cost = giver.account.realised, giver.account.cost("BTC")
    moved = giver.transfer_out_all()
    taker.transfer_in(moved)
    assert (giver.account.realised, giver.state().balances, giver.state().deposited) == (realised, {}, -realised)
    assert (taker.account.cost("BTC"), taker.account.realised) == (cost, 0)
    assert [lot.opened_by for lot in taker.state().lots["BTC"]] == [0, 0]
    check_identity(giver, AT)
    check_identity(taker, AT)


def test_what_open_orders_set_aside_is_not_moved() -> None:
    account = sub_account("100")
    account.place(BTC, limit("a", Side.BUY, AT, 50_000), market=AT, time=1)
    with pytest.raises(InsufficientBalanceError) as short:
        account.transfer_out(amount_of(Decimal(60)))
    assert (short.value.asset, decimal_of(short.value.free)) == ("USDT", Decimal("49.95"))
    assert decimal_of(account.transfer_out_all().quote) == Decimal("49.95")
    assert account.state().balances == {"USDT": BalanceState(0, amount_of(Decimal("50.05")))}


def test_lots_that_come_in_are_closed_first_in_first_out() -> None:
    account = sub_account("0")
    lots = tuple(LotState(9, amount_of(Decimal(1)), amount_of(Decimal(cost))) for cost in (90, 110))
    account.transfer_in(TransferredHoldings(lots={"BTC": lots}))
    account.place(BTC, market("a", Side.SELL, 100_000), market=AT, time=1)
    account.take_new(BTC, market=AT, time=1)
    [event] = [event for event in account.take_changes().events if event.fill]
    assert event.fill is not None
    assert [(lot.opened_by, lot.cost) for lot in event.fill.closed] == [(0, amount_of(Decimal(90)))]


@pytest.mark.parametrize("wait", [TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL])
def test_what_may_not_wait_and_was_stored_before_it_was_taken_is_taken_after(wait: TimeInForce) -> None:
    account = sub_account()
    account.place(BTC, limit("a", Side.BUY, AT + 5, 100, time_in_force=wait), market=AT, time=1)
    again = sub_account(state=stored(account.state()))
    again.see_book(BTC, book_at(AT, quantity=40))
    again.take_new(BTC, market=AT, time=2)
    [order] = again.take_changes().orders
    filled = 40 if wait is TimeInForce.IMMEDIATE_OR_CANCEL else 0
    assert (order.state, order.filled, again.account.locked("USDT")) == (OrderState.EXPIRED, filled, 0)


def test_a_group_is_cancelled_by_its_first_fill_also_after_it_was_stored() -> None:
    account = sub_account()
    account.transfer_in(
        TransferredHoldings(lots={"BTC": (LotState(0, amount_of(Decimal(1)), amount_of(Decimal(100))),)})
    )
    account.place(BTC, limit("target", Side.SELL, AT + 100, 50_000, cancel_group="exit"), market=AT, time=1)
    stop = limit("stop", Side.SELL, 0, 50_000, type=OrderType.STOP, stop_price=AT - 100, cancel_group="exit")
    account.place(BTC, stop, market=AT, time=1)
    account.take_new(BTC, market=AT, time=1)
    again = sub_account(state=stored(account.state()))
    again.see_trade(BTC, price=AT + 101, quantity=10**6, time=2)
    told = [(event.order.request.client_order_id, event.kind.value) for event in again.take_changes().events]
    assert told == [("target", "filled"), ("stop", "cancelled")]
