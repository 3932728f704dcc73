"""The trading helpers: each is its command, with the parameters that were given, and a typed answer."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from tidewire_client.events import Order, OrderStatus, OrderType, Side
from tidewire_client.trading import StartedGrid, StoppedGrid, Trading

ORDER = {
    "id": "ord_1",
    "clientOrderId": "mine",
    "account": "acc_1",
    "symbol": "BTCUSDT",
    "side": "buy",
    "type": "limit",
    "timeInForce": "gtc",
    "price": Decimal("94000.10"),
    "stopPrice": None,
    "quantity": Decimal("0.001"),
    "quoteQuantity": None,
    "filled": 0,
    "averagePrice": None,
    "status": "new",
    "reason": None,
    "instance": None,
    "timestamp": "2026-01-01T00:00:00.000Z",
}
GRID = {"lower_price": 90_000, "upper_price": 100_000, "grid_count": 10}
ANSWER = {
    **ORDER,
    "cancelled": 3,
    "at": 5,
    "items": [ORDER],
    "grid_id": "grid_a",
    "lines": 11,
    "orders_cancelled": 2,
}


class Server:
    """Notes what it is asked, and answers all alike."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def command(self, action: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        self.asked.append((action, params or {}))
        return dict(ANSWER)


@pytest.mark.parametrize(
    ("call", "action", "params"),
    [
        (lambda my: my.cancel_order("ord_1"), "order.cancel", {"id": "ord_1"}),
        (lambda my: my.cancel_order(client_order_id="a"), "order.cancel", {"client_order_id": "a"}),
        (lambda my: my.cancel_orders("BTCUSDT"), "order.cancel_all", {"symbol": "BTCUSDT"}),
        (lambda my: my.cancel_all_after(0), "order.cancel_all_after", {"seconds": 0}),
        (lambda my: my.orders(open=True), "order.list", {"open": True}),
        (lambda my: my.order("ord_1"), "order.get", {"id": "ord_1"}),
        (lambda my: my.preview_grid("BTC-USDT", **GRID), "grid.preview", {"pair": "BTC-USDT", **GRID}),
        (
            lambda my: my.start_grid("BTC-USDT", **GRID, investment=500),
            "grid.start",
            {"pair": "BTC-USDT", **GRID, "investment": 500},
        ),
        (
            lambda my: my.stop_grid("grid_a", close_position=True),
            "grid.stop",
            {"id": "grid_a", "cancel_orders": True, "close_position": True},
        ),
        (lambda my: my.pause_grid("grid_a"), "grid.pause", {"id": "grid_a"}),
        (lambda my: my.resume_grid("grid_a"), "grid.resume", {"id": "grid_a"}),
        (lambda my: my.update_grid("g", stop_loss=1), "grid.update_params", {"id": "g", "params": {"stop_loss": 1}}),
        (lambda my: my.grids(live=True), "grid.list", {"live": True}),
        (lambda my: my.grid("grid_a"), "grid.get", {"id": "grid_a"}),
        (lambda my: my.account(), "account.get", {}),
        (
            lambda my: my.kill_switch("activate", "enough"),
            "system.kill_switch",
            {"action": "activate", "reason": "enough", "scope": "user"},
        ),
    ],
)
async def test_it_sends_what_was_given(
    call: Callable[[Trading], Awaitable[object]], action: str, params: dict[str, Any]
) -> None:
    server = Server()
    await call(Trading(server))
    assert server.asked == [(action, params)]


async def test_it_returns_typed_answers() -> None:
    my = Trading(Server())
    order = await my.place_order("BTCUSDT", Side.BUY, OrderType.LIMIT, quantity=Decimal("0.001"), price=94_000)
    assert isinstance(order, Order)
    assert (order.status, order.price, order.time) == (OrderStatus.NEW, Decimal("94000.10"), 1_767_225_600_000)
    assert await my.orders() == [order]
    assert await my.cancel_orders() == 3
    assert await my.start_grid("BTC-USDT", **GRID) == StartedGrid(grid_id="grid_a", status="new", lines=11)
    assert await my.stop_grid("grid_a") == StoppedGrid(grid_id="grid_a", status="new", orders_cancelled=2)
