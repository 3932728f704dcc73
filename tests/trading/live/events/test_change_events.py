"""What users are told of what the engine did."""

from decimal import Decimal

import msgspec
import pytest

from streaming.events import BaseEvent, LogLevel, LogLine, Side
from tests.trading.engine.instruments import BTC
from tests.trading.live.happenings import GRID, HAND, TIME, filled, happened, request
from trading.engine.amounts import ONE, amount_of
from trading.engine.grid.state import GridState
from trading.engine.instrument import Instrument
from trading.engine.live.state import (
    GridFigures,
    GridStateChange,
    LevelRefusal,
    LiveOrderEvent,
    SubAccountChanges,
    SubAccountState,
    UnplacedLevel,
)
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import RiskCode
from trading.engine.risk.levels import TradingLevel
from trading.events import (
    GridLifecycle,
    GridOrder,
    GridRisk,
    GridRiskEvent,
    GridTrade,
    InstanceLifecycleEvent,
    InstanceOrderEvent,
    Order,
    OrderStatus,
)
from trading.live.events.change_events import (
    change_events,
    fill_line,
    grid_events_of,
    order_events,
    profit_event,
    status_event,
)
from trading.live.events.event_origin import EventOrigin

D = Decimal


def told(event: LiveOrderEvent, origin: EventOrigin) -> list[BaseEvent]:
    return list(order_events(event, origin=origin, order_id="ord_3", instrument=BTC))


def test_it_tells_all_of_an_order() -> None:
    [event] = told(filled(request(), "0.0004"), HAND)
    assert event == Order(
        time=TIME,
        id="ord_3",
        client_order_id="mine",
        account="acc_1",
        symbol="BTCUSDT",
        side=Side.BUY,
        type=OrderType.LIMIT,
        price=D(94000),
        quantity=D("0.001"),
        filled=D("0.0004"),
        average_price=D(94000),
        status=OrderStatus.PARTIALLY_FILLED,
    )


def test_it_tells_what_a_market_order_for_an_amount_came_to() -> None:
    asked = request(type=OrderType.MARKET, price=0, quantity=0, quote_amount=100 * ONE)
    [event] = told(filled(asked, "0.001"), HAND)
    assert isinstance(event, Order)
    assert (event.price, event.quantity, event.quote_quantity, event.filled) == (None, D("0.001"), D(100), D("0.001"))
    grids = [event for event in told(filled(asked, "0.001"), GRID) if isinstance(event, GridOrder)]
    assert [event.amount for event in grids] == [D("0.001")]


@pytest.mark.parametrize(
    ("kind", "state", "status"),
    [
        (OrderEventKind.ACCEPTED, OrderState.ACCEPTED, OrderStatus.NEW),
        (OrderEventKind.CANCELLED, OrderState.CANCELLED, OrderStatus.CANCELLED),
        (OrderEventKind.EXPIRED, OrderState.EXPIRED, OrderStatus.CANCELLED),
        (OrderEventKind.REJECTED, OrderState.REJECTED, OrderStatus.REJECTED),
    ],
)
def test_it_tells_how_far_an_order_is_and_why(kind: OrderEventKind, state: OrderState, status: OrderStatus) -> None:
    [event] = told(happened(kind, request(), state, refusal=Refusal(RefusalCode.WOULD_TAKE, "would take")), HAND)
    assert isinstance(event, Order)
    assert (event.status, event.reason, event.average_price) == (status, "would take", None)


def test_it_tells_an_order_that_has_expired_from_one_that_was_cancelled() -> None:
    ends = {OrderEventKind.EXPIRED: OrderState.EXPIRED, OrderEventKind.CANCELLED: OrderState.CANCELLED}
    events = [told(happened(kind, request(), state), HAND)[0] for kind, state in ends.items()]
    assert [(event.status, event.reason) for event in events if isinstance(event, Order)] == [
        (OrderStatus.CANCELLED, "expired"),
        (OrderStatus.CANCELLED, None),
    ]


def test_it_says_nothing_of_a_stop_that_was_reached() -> None:
    assert told(happened(OrderEventKind.TRIGGERED, request(), OrderState.ACCEPTED, is_triggered=True), GRID) == []


def test_it_tells_of_a_grids_fill_its_order_its_trade_and_a_line_of_the_log() -> None:
    order, grid_order, trade, line = told(filled(request("grid_a-3-buy-1")), GRID)
    assert isinstance(order, Order)
    assert order.instance == "grid_a"
    assert grid_order == GridOrder(
        channel="grid.grid_a.order",
        owner="7",
        time=TIME,
        event=InstanceOrderEvent.FILLED,
        grid_id="grid_a",
        level=3,
        side=Side.BUY,
        price=D(94000),
        amount=D("0.001"),
        filled=D("0.001"),
        client_order_id="grid_a-3-buy-1",
        position_after=D("0.001"),
    )
    assert trade == GridTrade(
        channel="grid.grid_a.trade",
        owner="7",
        time=TIME,
        grid_id="grid_a",
        level=3,
        side=Side.BUY,
        price=D(94000),
        amount=D("0.001"),
        fee=D("0.094"),
        fee_asset="USDT",
        order_id="ord_3",
    )
    assert isinstance(line, LogLine)
    assert (line.source, line.level, line.owner) == ("grid.grid_a", LogLevel.INFO, "7")
    assert line.message == "[FILL] BUY @ 94000.00 | Position: 0.001000"


def test_it_writes_prices_of_the_log_with_the_decimals_of_a_tick() -> None:
    listed = Instrument(
        symbol="BTCUSDT", base="BTC", quote="USDT", tick_size=D("0.01000000"), step_size=D("0.00001000")
    )
    line = fill_line(filled(request("grid_a-3-buy-1")), origin=GRID, instrument=listed)
    assert line.message == "[FILL] BUY @ 94000.00 | Position: 0.001000"


@pytest.mark.parametrize(
    ("name", "level"),
    [("grid_a-3-buy-1", 3), ("grid_a-3-sell-2", 4), ("grid_a-open-1", None), ("grid_a-close-12", None)],
)
def test_it_names_the_line_of_a_grids_order(name: str, level: int | None) -> None:
    _, event = told(happened(OrderEventKind.ACCEPTED, request(name), OrderState.ACCEPTED), GRID)
    assert isinstance(event, GridOrder)
    assert (event.event, event.level, event.position_after) == (InstanceOrderEvent.PLACED, level, msgspec.UNSET)


def test_it_names_no_price_of_an_order_at_the_market_before_it_is_filled() -> None:
    asked = request("grid_a-open-1", type=OrderType.MARKET, price=0)
    _, placed = told(happened(OrderEventKind.ACCEPTED, asked, OrderState.ACCEPTED), GRID)
    _, done, *_ = told(filled(asked), GRID)
    assert isinstance(placed, GridOrder)
    assert isinstance(done, GridOrder)
    assert (placed.price, done.price) == (None, D(94000))


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (GridState.STARTING, GridState.RUNNING, InstanceLifecycleEvent.STARTED),
        (GridState.RUNNING, GridState.PAUSED, InstanceLifecycleEvent.PAUSED),
        (GridState.PAUSED, GridState.RUNNING, InstanceLifecycleEvent.RESUMED),
        (GridState.PAUSED, GridState.WAITING_TRIGGER, InstanceLifecycleEvent.RESUMED),
        (GridState.STOPPING, GridState.STOPPED, InstanceLifecycleEvent.STOPPED),
        (GridState.RUNNING, GridState.ERROR, InstanceLifecycleEvent.ERROR),
        (GridState.CREATED, GridState.STARTING, None),
        (GridState.CREATED, GridState.WAITING_TRIGGER, None),
        (GridState.WAITING_TRIGGER, GridState.STARTING, None),
        (GridState.RUNNING, GridState.STOPPING, None),
        (GridState.ERROR, GridState.STARTING, None),
    ],
)
def test_it_tells_of_a_grids_life(before: GridState, after: GridState, event: InstanceLifecycleEvent | None) -> None:
    change = GridStateChange(time=TIME, before=before, state=after, reason="stop_loss")
    events = list(grid_events_of(change, origin=GRID))
    if event is None:
        assert events == []
        return
    lifecycle, line = events
    assert lifecycle == GridLifecycle(
        channel="grid.grid_a.lifecycle",
        owner="7",
        time=TIME,
        event=event,
        grid_id="grid_a",
        state=after,
        reason="stop_loss",
        lines=11,
    )
    assert isinstance(line, LogLine)
    assert line.message == f"[{event.upper()}] stop_loss"


@pytest.mark.parametrize(
    ("code", "level"),
    [(RiskCode.HALTED, TradingLevel.HALTED), (RiskCode.REDUCE_ONLY, TradingLevel.REDUCE_ONLY)],
)
def test_it_tells_at_what_level_the_kill_switch_refuses_an_order_of_a_grid(code: RiskCode, level: TradingLevel) -> None:
    refused = UnplacedLevel(gap=2, side=Side.BUY, level=2, price=9_400_000, code=code.value, message="not now")
    risk, _ = grid_events_of(LevelRefusal(time=TIME, level=refused), origin=GRID)
    assert isinstance(risk, GridRisk)
    assert (risk.event, risk.code, risk.level) == (GridRiskEvent.REJECTED, "KILL_SWITCH_ACTIVE", level)
    assert not risk.passed


def test_it_tells_why_a_level_is_not_placed_and_that_it_is_at_last() -> None:
    refused = UnplacedLevel(gap=2, side=Side.SELL, level=3, price=9_400_000, code="ORDER_SIZE", message="too large")
    placed = msgspec.structs.replace(refused, code="", message="")
    risk, line = grid_events_of(LevelRefusal(time=TIME, level=refused), origin=GRID)
    [passed] = grid_events_of(LevelRefusal(time=TIME, level=placed), origin=GRID)
    assert isinstance(risk, GridRisk)
    assert isinstance(passed, GridRisk)
    assert isinstance(line, LogLine)
    assert (risk.event, risk.passed, risk.code) == (GridRiskEvent.REJECTED, False, "ORDER_SIZE")
    assert risk.message == "sell at level 3: too large"
    assert (line.level, line.message) == (LogLevel.WARN, "[REJECTED] ORDER_SIZE sell at level 3: too large")
    assert (passed.event, passed.passed, passed.code) == (GridRiskEvent.CHECK, True, None)


def test_it_tells_changes_in_their_order_under_the_ids_of_their_orders() -> None:
    placed = happened(OrderEventKind.ACCEPTED, request(), OrderState.ACCEPTED)
    changes = SubAccountChanges(
        state=SubAccountState(quote="USDT"), events=(placed, filled(request())), orders=(), assets=frozenset()
    )
    started = GridStateChange(time=TIME, before=GridState.STARTING, state=GridState.RUNNING, reason="")
    events = change_events(changes, [started], origin=GRID, order_ids={3: "ord_x"}, instruments={"BTCUSDT": BTC})
    assert [event.id for event in events if isinstance(event, Order)] == ["ord_x", "ord_x"]
    names = ["Order", "GridOrder", "Order", "GridOrder", "GridTrade", "LogLine", "GridLifecycle", "LogLine"]
    assert [type(event).__name__ for event in events] == names


def test_it_tells_how_a_grid_stands() -> None:
    figures = GridFigures(
        price=BTC.ticks(D("95012.34")),
        position=amount_of(D("0.003")),
        buy_orders=5,
        sell_orders=4,
        realised=amount_of(D("12.5")),
        unrealised=-ONE,
        equity=amount_of(D("1011.5")),
        fees=ONE,
        cycles=7,
        is_without_orders=False,
    )
    status = status_event(
        figures, origin=GRID, instrument=BTC, state=GridState.PAUSED, reason="exchange_down", time=TIME
    )
    assert (status.channel, status.owner, status.reason) == ("grid.grid_a.status", "7", "exchange_down")
    assert (status.current_price, status.position) == (D("95012.34"), D("0.003"))
    assert status.realized_pnl + status.unrealized_pnl == D("11.5")
    profit = profit_event(figures, origin=GRID, time=TIME)
    assert (profit.cycles, profit.fees, profit.equity) == (7, D(1), D("1011.5"))
