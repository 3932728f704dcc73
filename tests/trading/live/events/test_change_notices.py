"""What users are notified of."""

import json

import pytest

from streaming.notices import Notice, NotificationKind, Severity
from tests.trading.engine.instruments import BTC
from tests.trading.live.happenings import GRID, HAND, TIME, fill_of, filled, happened, request
from trading.engine.grid.state import GridState
from trading.engine.live.state import GridStateChange, LiveOrderEvent, SubAccountChanges, SubAccountState
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.refusal import Refusal, RefusalCode
from trading.engine.orders.state import OrderState
from trading.live.events.change_notices import change_notices
from trading.live.events.event_origin import EventOrigin


def notices(
    *events: LiveOrderEvent, origin: EventOrigin = HAND, grid_event: GridStateChange | None = None
) -> list[Notice]:
    changes = SubAccountChanges(state=SubAccountState(quote="USDT"), events=events, orders=(), assets=frozenset())
    return change_notices(
        changes,
        [] if grid_event is None else [grid_event],
        origin=origin,
        symbol="BTCUSDT",
        order_ids={3: "ord_3"},
        instruments={"BTCUSDT": BTC},
    )


def test_it_notifies_of_an_order_that_is_filled_and_not_of_a_part() -> None:
    assert notices(filled(request(), "0.0004")) == []
    [notice] = notices(filled(request()))
    assert (notice.user_id, notice.kind, notice.severity) == (7, NotificationKind.ORDER, Severity.INFO)
    assert notice.title == "BTCUSDT: bought 0.001 at 94,000.00"
    assert json.loads(notice.data) == {
        "order": "ord_3",
        "clientOrderId": "mine",
        "account": "acc_1",
        "symbol": "BTCUSDT",
        "side": "buy",
        "status": "filled",
        "time": TIME,
    }


def test_it_tells_a_mean_price_with_two_digits_more_than_a_price_has() -> None:
    fill = fill_of(request(), "0.001")
    dearer = fill.notional + fill.notional // 700_000  # 94,000.1342857…
    amounts = {"filled": fill.quantity, "filled_notional": dearer}
    [notice] = notices(happened(OrderEventKind.FILLED, request(), OrderState.FILLED, fill=fill, **amounts))
    assert notice.title == "BTCUSDT: bought 0.001 at 94,000.1342"


@pytest.mark.parametrize(
    ("kind", "state"),
    [(OrderEventKind.REJECTED, OrderState.REJECTED), (OrderEventKind.EXPIRED, OrderState.EXPIRED)],
)
def test_it_notifies_of_an_order_that_came_to_nothing(kind: OrderEventKind, state: OrderState) -> None:
    [notice] = notices(happened(kind, request(), state, refusal=Refusal(RefusalCode.WOULD_TAKE, "it would take")))
    assert (notice.severity, notice.body) == (Severity.WARNING, "it would take")
    assert notice.title == f"BTCUSDT: order to buy 0.001 {kind}"


def test_it_notifies_of_no_order_that_its_user_cancelled_or_that_is_a_grids() -> None:
    assert notices(happened(OrderEventKind.CANCELLED, request(), OrderState.CANCELLED)) == []
    assert notices(filled(request("grid_a-3-buy-1")), origin=GRID) == []


@pytest.mark.parametrize(
    ("before", "after", "title", "severity"),
    [
        (GridState.STARTING, GridState.RUNNING, "Grid on BTCUSDT started", Severity.INFO),
        (GridState.RUNNING, GridState.PAUSED, "Grid on BTCUSDT paused", Severity.WARNING),
        (GridState.STOPPING, GridState.STOPPED, "Grid on BTCUSDT stopped", Severity.INFO),
        (GridState.RUNNING, GridState.ERROR, "Grid on BTCUSDT failed", Severity.CRITICAL),
        (GridState.PAUSED, GridState.RUNNING, "", None),
        (GridState.CREATED, GridState.STARTING, "", None),
    ],
)
def test_it_notifies_of_a_grids_life(
    before: GridState, after: GridState, title: str, severity: Severity | None
) -> None:
    change = GridStateChange(time=TIME, before=before, state=after, reason="exchange_down")
    told = notices(origin=GRID, grid_event=change)
    if severity is None:
        assert told == []
        return
    [notice] = told
    assert (notice.kind, notice.title, notice.severity) == (NotificationKind.GRID, title, severity)
    assert notice.body == "The exchange is away; it goes on by itself once prices are back."
    data = json.loads(notice.data)
    assert (data["grid"], data["reason"]) == ("grid_a", "exchange_down")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("user", "By hand."),
        ("kill_switch", "By the kill switch."),
        (
            "stop_loss; what is held could not be sold: too small",
            "The stop loss was reached; what is held could not be sold: too small.",
        ),
        ("the engine is broken.", "the engine is broken."),
        ("", ""),
    ],
)
def test_it_says_in_words_why(reason: str, words: str) -> None:
    stopped = GridStateChange(time=TIME, before=GridState.STOPPING, state=GridState.STOPPED, reason=reason)
    [notice] = notices(origin=GRID, grid_event=stopped)
    assert notice.body == words
