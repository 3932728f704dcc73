"""Events of dotted channels for tests."""

from decimal import Decimal

from streaming.events import HealthStatus, PartStatus, Side, SystemHealth
from trading.engine.grid.state import GridState
from trading.events import GridOrder, GridStatus, InstanceOrderEvent


def grid_status(grid: str, *, owner: str = "7", time: int = 1) -> GridStatus:
    """Return a status of the grid."""
    return GridStatus(
        channel=f"grid.{grid}.status",
        time=time,
        owner=owner,
        id=grid,
        state=GridState.RUNNING,
        current_price=Decimal("94000.10"),
        position=Decimal("0.001000"),
        active_buy_orders=4,
        active_sell_orders=6,
        realized_pnl=Decimal(1),
        unrealized_pnl=Decimal(-1),
        equity=Decimal(1000),
        fees=Decimal("0.1"),
    )


def grid_order(grid: str, *, owner: str = "7", level: int = 1) -> GridOrder:
    """Return an order that the grid has placed."""
    return GridOrder(
        channel=f"grid.{grid}.order",
        event=InstanceOrderEvent.PLACED,
        time=1,
        owner=owner,
        grid_id=grid,
        level=level,
        side=Side.BUY,
        price=Decimal("94000.10"),
        amount=Decimal("0.001"),
        filled=Decimal(0),
        client_order_id=f"{grid}-{level}",
    )


def system_health(*, uptime: int = 1) -> SystemHealth:
    """Return the health of a deployment that is well."""
    return SystemHealth(
        time=1,
        status=HealthStatus.OK,
        uptime=uptime,
        gateways=1,
        connections=1,
        workers=(),
        database=PartStatus.OK,
        layer=PartStatus.OK,
    )
