"""Things that happen to orders and grids, as the engine tells them."""

from decimal import Decimal

from streaming.events import Side
from tests.trading.engine.instruments import BTC
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import amount_of
from trading.engine.fees import Liquidity
from trading.engine.live.state import LiveOrderEvent, OrderMemory
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType
from trading.live.events.event_origin import EventOrigin

HAND = EventOrigin(owner="7", account="acc_1")
GRID = EventOrigin(owner="7", account="acc_1", grid="grid_a", lines=11)
TIME = 1_700_000_000_000
D = Decimal


def request(name: str = "mine", **changes: object) -> OrderRequest:
    """Return an order to buy 0.001 at 94000."""
    given = {"side": Side.BUY, "type": OrderType.LIMIT, "price": BTC.ticks(D(94000)), "quantity": BTC.steps(D("0.001"))}
    return OrderRequest(client_order_id=name, **{**given, **changes})  # type: ignore[arg-type]


def happened(kind: OrderEventKind, asked: OrderRequest, state: OrderState, **changes: object) -> LiveOrderEvent:
    """Return something that happened to the third order of a sub-account."""
    fill = changes.pop("fill", None)
    order = OrderMemory(number=3, symbol="BTCUSDT", request=asked, placed_at=TIME, state=state, **changes)  # type: ignore[arg-type]
    return LiveOrderEvent(
        kind=kind,
        symbol="BTCUSDT",
        time=TIME,
        order=order,
        position=amount_of(D("0.001")),
        fill=fill,  # type: ignore[arg-type]
    )


def fill_of(asked: OrderRequest, quantity: str) -> Fill:
    """Return an execution of that much at 94000."""
    price, steps = BTC.ticks(D(94000)), BTC.steps(D(quantity))
    return Fill(
        number=1,
        order=3,
        client_order_id=asked.client_order_id,
        side=asked.side,
        price=price,
        quantity=steps,
        notional=BTC.notional(price, steps),
        fee=amount_of(D("0.094")),
        fee_asset="USDT",
        liquidity=Liquidity.MAKER,
        realised=0,
        closed=(),
        time=TIME,
    )


def filled(asked: OrderRequest, quantity: str = "0.001") -> LiveOrderEvent:
    """Return an execution that leaves an order filled, or partly."""
    fill = fill_of(asked, quantity)
    state = OrderState.FILLED if fill.quantity == asked.quantity else OrderState.PARTIALLY_FILLED
    amounts = {"filled": fill.quantity, "filled_notional": fill.notional}
    return happened(OrderEventKind.FILLED, asked, state, fill=fill, **amounts)
