"""Orders and executions: between the engine's whole numbers and the columns of their rows."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from streaming.events import Side
from streaming.times import milliseconds, moment
from trading.engine.accounts.settlement import Fill as EngineFill
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.state import OrderMemory
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType, TimeInForce

_NONE = Decimal(0)
READ_COLUMNS = (
    "id",
    "sub_account_id",
    "number",
    "client_order_id",
    "symbol",
    "side",
    "type",
    "time_in_force",
    "quantity",
    "quote_amount",
    "price",
    "stop_price",
    "cancel_group",
    "placed_at",
    "state",
    "filled",
    "filled_notional",
    "fees_in_quote",
    "locked",
    "is_triggered",
    "is_taken",
    "ahead",
)
"""What of an open order is read."""


def order_memory(columns: Mapping[str, Any], instrument: Instrument) -> OrderMemory:
    """Return the engine's memory of an open order.

    A price between two ticks, as the exchange has made its tick coarser since, is rounded against the order: one that
    buys pays no more, one that sells gets no less than was asked for. What of a quantity is less than a step, as the
    step is coarser since, is neither filled nor left any more.
    """
    side = Side(columns["side"])
    filled = instrument.steps(columns["filled"], Rounding.DOWN)
    left = instrument.steps(columns["quantity"] - columns["filled"], Rounding.DOWN) if columns["quantity"] else -filled
    rounding = Rounding.DOWN if side is Side.BUY else Rounding.UP
    request = OrderRequest(
        client_order_id=columns["client_order_id"],
        side=side,
        type=OrderType(columns["type"]),
        quantity=filled + left,
        quote_amount=amount_of(columns["quote_amount"]),
        price=instrument.ticks(columns["price"], rounding),
        stop_price=instrument.ticks(columns["stop_price"], rounding),
        time_in_force=TimeInForce(columns["time_in_force"]),
        cancel_group=columns["cancel_group"],
    )
    return OrderMemory(
        number=columns["number"],
        symbol=columns["symbol"],
        request=request,
        placed_at=milliseconds(columns["placed_at"]),
        state=OrderState(columns["state"]),
        filled=filled,
        filled_notional=amount_of(columns["filled_notional"]),
        fees_in_quote=amount_of(columns["fees_in_quote"]),
        locked=amount_of(columns["locked"]),
        is_triggered=columns["is_triggered"],
        is_taken=columns["is_taken"],
        ahead=instrument.steps(columns["ahead"], Rounding.DOWN),
    )


def request_columns(order: OrderMemory, instrument: Instrument) -> dict[str, Any]:
    """Return the columns that never change."""
    request = order.request
    return {
        "number": order.number,
        "client_order_id": request.client_order_id,
        "symbol": order.symbol,
        "side": request.side.value,
        "type": request.type.value,
        "time_in_force": request.time_in_force.value,
        "quantity": instrument.quantity(request.quantity),
        "quote_amount": decimal_of(request.quote_amount),
        "price": instrument.price(request.price) if request.price else _NONE,
        "stop_price": instrument.price(request.stop_price) if request.stop_price else _NONE,
        "cancel_group": request.cancel_group,
        "placed_at": moment(order.placed_at),
    }


def progress_columns(order: OrderMemory, instrument: Instrument, now: datetime) -> dict[str, Any]:
    """Return the columns that tell how far an order is."""
    refusal = order.refusal
    return {
        "state": order.state.value,
        "filled": instrument.quantity(order.filled),
        "filled_notional": decimal_of(order.filled_notional),
        "fees_in_quote": decimal_of(order.fees_in_quote),
        "locked": decimal_of(order.locked),
        "is_triggered": order.is_triggered,
        "is_taken": order.is_taken,
        "ahead": instrument.quantity(order.ahead),
        "refusal_code": refusal.code.value if refusal else "",
        "refusal_message": refusal.message if refusal else "",
        "updated_at": now,
        "ended_at": None if order.state.is_open else now,
    }


def fill_columns(fill: EngineFill, symbol: str, instrument: Instrument) -> dict[str, Any]:
    """Return the columns of an execution."""
    return {
        "number": fill.number,
        "symbol": symbol,
        "side": fill.side.value,
        "price": instrument.price(fill.price),
        "quantity": instrument.quantity(fill.quantity),
        "notional": decimal_of(fill.notional),
        "fee": decimal_of(fill.fee),
        "fee_asset": fill.fee_asset,
        "liquidity": fill.liquidity.value,
        "realised": decimal_of(fill.realised),
        "closed": [[lot.opened_by, _text(lot.amount), _text(lot.cost)] for lot in fill.closed],
        "time": moment(fill.time),
    }


def _text(amount: int) -> str:
    return format(decimal_of(amount), "f")
