"""A grid on a live market: how it begins and trades, with fees, parts and what is refused."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side
from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.rigs import FEES_OF_BASE, GridRig, check_identity
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.grid.state import GridState
from trading.engine.instrument import Instrument, PriceBand
from trading.engine.live.state import LevelRefusal
from trading.engine.live.sub_account import OrderNotOpenError
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.order import OrderRequest
from trading.engine.risk.gate import Exposure, RiskCode, RiskGate, RiskLimits, RiskRefusal
from trading.engine.risk.levels import TradingLevel

VECTOR = {"lower_price": 90_000, "upper_price": 100_000, "grid_count": 10}
BEGUN = [("buy", 90_000 + 1000 * at) for at in range(5)] + [("sell", 96_000 + 1000 * at) for at in range(5)]


def test_it_begins_at_once_and_leaves_the_line_nearest_to_the_price_empty() -> None:
    rig = GridRig(VECTOR).begin()
    assert rig.resting == BEGUN
    assert rig.states == ["starting", "running"]
    opening = rig.told[1]
    assert (opening.order.request.client_order_id, opening.fill and opening.fill.side) == ("grid_a-open-1", Side.BUY)
    check_identity(rig.sub_account, rig.price)


def test_the_service_s_start_places_nothing() -> None:
    rig = GridRig(VECTOR)
    rig.driver.start(market=rig.price, time=1)
    assert (rig.driver.state, rig.resting, rig.sub_account.take_changes().events) == (GridState.STARTING, [], ())


@pytest.mark.parametrize(("trigger", "path"), [(94_500, (95_000, 94_501, 94_499)), (96_000, (95_999, 97_000))])
def test_it_waits_until_a_trade_has_touched_its_trigger_or_gone_through_it(trigger: int, path: tuple[int, ...]) -> None:
    rig = GridRig({**VECTOR, "trigger_price": trigger}).begin()
    for price in path[:-1]:
        reach = rig.driver.reach()
        assert (reach.below or 0) < price * 100 < (reach.above or 10**9)
        rig.trade(price * 100)
        assert (rig.driver.state, rig.resting) == (GridState.WAITING_TRIGGER, [])
        assert not rig.driver.has_begun
    rig.trade(path[-1] * 100)
    assert rig.driver.state is GridState.RUNNING
    assert rig.driver.has_begun
    assert len(rig.resting) == 10


def test_what_is_bought_at_a_line_is_sold_at_the_next_and_counts_as_a_cycle() -> None:
    rig = GridRig({**VECTOR, "order_size": "0.001"}).begin()
    rig.trade(94_000_00)
    assert ("sell", 95_000) in rig.resting
    assert ("buy", 94_000) not in rig.resting
    before = rig.sub_account.account.total("USDT")
    rig.trade(95_000_00)
    assert rig.resting == BEGUN
    fee = Decimal("0.001")
    assert decimal_of(rig.sub_account.account.total("USDT") - before) == Decimal("0.001") * 95_000 * (1 - fee)
    figures = rig.driver.figures(rig.price)
    assert (figures.cycles, figures.buy_orders, figures.sell_orders) == (1, 5, 5)
    assert figures.realised + figures.unrealised == figures.equity - amount_of(Decimal(10_000))


def test_a_book_from_before_a_fall_pays_no_profit_that_the_market_does_not() -> None:
    rig = GridRig(VECTOR).begin()
    rig.driver.see_trade(price=92_000_00, quantity=10**9, time=rig.time + 1)  # the book is still that at 95,200
    rig.note()
    assert [side for side, price in rig.resting if 93_000 <= price <= 95_000] == ["sell"] * 3
    assert not any(event.fill and event.fill.side is Side.SELL for event in rig.told)


def test_what_it_reports_as_realised_is_net_of_fees() -> None:
    """Got wrong elsewhere: profit reported before fees."""
    rig = GridRig({**VECTOR, "order_size": "0.001"}).begin()
    rig.trade(94_000_00)
    rig.trade(95_000_00)
    [sold] = [event.fill for event in rig.told if event.fill and event.fill.side is Side.SELL]
    cost = sum(lot.cost for lot in sold.closed)
    assert sold.realised == sold.notional - sold.fee - cost == rig.driver.figures(rig.price).realised
    fees = [event.fill.fee for event in rig.told if event.fill]
    assert rig.driver.figures(rig.price).fees == sum(fees) > 0


def test_a_restart_places_no_second_order_and_rebalances_nothing() -> None:
    """Got wrong elsewhere: a second order, or endless rebalancing, after a restart."""
    rig = GridRig(VECTOR).begin()
    rig.trade(94_000_00, 30)
    before, told = rig.sub_account.state(), len(rig.told)
    for _ in range(3):
        rig.store_and_restore()
        rig.advance()
    assert (rig.sub_account.state(), len(rig.told)) == (before, told)


def test_orders_of_which_the_rows_were_lost_are_placed_again_under_new_names() -> None:
    """What the planner wants and isn't open is placed, whatever became of it."""
    rig = GridRig(VECTOR).begin()
    for name in ("grid_a-0-buy-1", "grid_a-7-sell-1"):
        rig.driver.cancel(name, time=rig.time)
    assert len(rig.resting) == 8
    rig.store_and_restore()
    rig.advance()
    names = [order.request.client_order_id for _, order in rig.sub_account.open_orders]
    assert rig.resting == BEGUN
    assert {"grid_a-0-buy-2", "grid_a-7-sell-2"} <= set(names)


def test_a_partly_filled_buy_that_is_cancelled_leaves_the_grid_whole() -> None:
    """Got wrong elsewhere: stuck after a cancel of a partly filled buy."""
    rig = GridRig({**VECTOR, "order_size": "0.001"}).begin()
    rig.trade(94_000_00, 30)
    rig.driver.cancel("grid_a-4-buy-1", time=rig.time)
    rig.advance()
    quantities = {
        (order.request.side, order.remaining)
        for _, order in rig.sub_account.open_orders
        if order.request.client_order_id.startswith("grid_a-4")
    }
    assert quantities == {(Side.BUY, 70), (Side.SELL, 30)}
    rig.trade(95_000_00)
    rig.trade(94_000_00)
    rig.trade(95_000_00)
    assert rig.resting == BEGUN


def test_partial_fills_leave_no_orders_behind_and_one_for_each_gap_once_they_are_whole() -> None:
    """Got wrong elsewhere: ghost orders after partial fills."""
    rig = GridRig({**VECTOR, "order_size": "0.001"}).begin()
    for _ in range(9):
        rig.trade(94_000_00, 10)
        assert Counter(side for side, price in rig.resting if price in {94_000, 95_000}) == {"buy": 1, "sell": 1}
    rig.trade(94_000_00, 10)
    assert rig.resting == [*BEGUN[:4], ("sell", 95_000), *BEGUN[5:]]
    [sell] = [order for _, order in rig.sub_account.open_orders if order.request.price == 95_000_00]
    assert sell.remaining == 100


@pytest.mark.parametrize(
    ("minimum", "said"),
    [
        ({"minimum_notional": Decimal(50)}, "worth 50 USDT"),
        ({"minimum_quantity": Decimal("0.0005")}, "0.0005 BTC"),
        ({"minimum_quantity": Decimal("0.0005"), "minimum_notional": Decimal(5)}, "0.0005 BTC and worth 5 USDT"),
    ],
)
def test_a_part_under_the_minimum_waits_and_is_told_with_its_reason(minimum: dict[str, Any], said: str) -> None:
    rig = GridRig({**VECTOR, "order_size": "0.001"}, instrument=replace(BTC, **minimum)).begin()
    rig.trade(94_000_00, 30)
    [level] = rig.driver.memory().unplaced
    assert (level.level, level.side, level.code) == (5, Side.SELL, "WAITS_FOR_MINIMUM")
    assert level.message == f"what was filled here waits until it is {said}"
    rig.trade(94_000_00, 30)
    assert rig.driver.memory().unplaced == ()
    told = [(event.level.level, event.level.code) for event in rig.events if isinstance(event, LevelRefusal)]
    assert told == [(5, "WAITS_FOR_MINIMUM"), (5, "")]


def test_what_the_exchange_would_refuse_is_told_by_level_and_placed_once_it_would_not() -> None:
    """Got wrong elsewhere: one of five orders silently missing."""
    band = PriceBand(lowest=Decimal("0.985"), highest=Decimal("1.015"))
    banded = replace(BTC, buy_band=band, sell_band=band)
    rig = GridRig(VECTOR, instrument=banded).begin()
    unplaced = {level.level: level.code for level in rig.driver.memory().unplaced}
    assert unplaced == dict.fromkeys((0, 1, 2, 3, 7, 8, 9, 10), "PERCENT_PRICE")
    assert {event.level.level for event in rig.events if isinstance(event, LevelRefusal)} == set(unplaced)
    assert not [event for event in rig.told if event.kind is OrderEventKind.REJECTED]
    told = len(rig.events)
    rig.advance()
    assert len(rig.events) == told
    rig.trade(93_900_00)
    assert ("buy", 93_000) in rig.resting
    assert 3 not in {level.level for level in rig.driver.memory().unplaced}


def test_what_the_risk_gate_holds_back_is_told_and_tried_again() -> None:
    open_: list[bool] = []

    def gate(_: Instrument, request: OrderRequest, /, *__: int, is_counted: bool = False) -> RiskRefusal | None:
        return None if open_ or request.side is Side.BUY else RiskRefusal(RiskCode.ORDER_RATE, "too fast")

    rig = GridRig(VECTOR, gate=gate).begin()
    assert {level.code for level in rig.driver.memory().unplaced} == {"ORDER_RATE"}
    assert rig.resting == BEGUN[:5]
    rig.store_and_restore()
    open_.append(True)
    rig.advance()
    assert (rig.resting, rig.driver.memory().unplaced) == (BEGUN, ())


@pytest.mark.parametrize("most", [1, 2])
def test_orders_that_become_one_count_as_one_of_those_that_may_be_sent_within_a_second(most: int) -> None:
    calm = Exposure(level=TradingLevel.ACTIVE, market=94_000_00, position=0, open_orders=0, loss_today=0)
    limited = RiskGate(RiskLimits(orders_per_second=most))
    begun: list[bool] = []

    def gate(
        instrument: Instrument, request: OrderRequest, _: int, time: int, /, *, is_counted: bool = False
    ) -> RiskRefusal | None:
        return limited.refusal(instrument, request, calm, time=time, is_counted=is_counted) if begun else None

    rig = GridRig({**VECTOR, "order_size": "0.001"}, gate=gate).begin()
    begun.append(True)
    for sold in (10, 20, 30):
        rig.time += 1000
        rig.trade(94_000_00, 10)
        [sell] = [order for _, order in rig.sub_account.open_orders if order.request.price == 95_000_00]
        assert sell.remaining == sold
    assert rig.driver.memory().unplaced == ()
    rig.trade(94_000_00, 10)
    assert len(rig.driver.memory().unplaced) == (1 if most == 1 else 0)


def test_an_opening_that_the_risk_gate_holds_back_is_tried_again() -> None:
    open_: list[bool] = []

    def gate(*_: object, is_counted: bool = False) -> RiskRefusal | None:
        return None if open_ else RiskRefusal(RiskCode.DAILY_LOSS, "lost enough")

    rig = GridRig(VECTOR, gate=gate).begin()
    assert (rig.driver.state, rig.driver.memory().unplaced[0].code) == (GridState.STARTING, "DAILY_LOSS")
    open_.append(True)
    rig.store_and_restore()
    rig.advance()
    assert (rig.driver.state, rig.resting) == (GridState.RUNNING, BEGUN)


def test_fees_of_the_bought_asset_leave_each_gap_with_what_it_can_sell() -> None:
    rig = GridRig(VECTOR, fees=FEES_OF_BASE).begin()
    for price in (94_000_00, 93_000_00, 95_000_00, 92_000_00, 96_000_00):
        rig.trade(price)
    held = sum(gap.held for gap in rig.driver.memory().gaps)
    assert 0 <= rig.sub_account.account.total("BTC") // BTC.quantity_unit - held <= len(rig.driver.memory().gaps)
    check_identity(rig.sub_account, rig.price)


def test_an_order_that_isn_t_open_can_t_be_cancelled() -> None:
    rig = GridRig(VECTOR).begin()
    with pytest.raises(OrderNotOpenError, match="no order grid_a-9-buy-1 is open"):
        rig.driver.cancel("grid_a-9-buy-1", time=1)
