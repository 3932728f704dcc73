"""What of a run is compared, in exact decimals, whether it traded live or on candles of the past.

Times are in ms since the epoch. A decision belongs to the close of a candle: `decided_at` finds it for what was decided
at the last ms of the candle, as a backtest's clock stands, and for what came a little later, as live.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

import msgspec

from streaming.events import Interval, Side
from streaming.events.intervals import open_time_at
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType
from trading.engine.strategies.signals import SignalAction

_PRICE = Context(prec=16)


class ComparedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """What was advised at `time`, with a confidence from 0 to 1."""

    time: int
    action: SignalAction
    confidence: Decimal
    reason: str


class ComparedFill(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of the order of that number; `fee` and `realised`, which is net of fees, are of quote.

    A backtest knows of `time` only the candle: it is when that opened.
    """

    order: int
    time: int
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    realised: Decimal


class ComparedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, and what became of it; `reason` says why it was refused, has expired or was held back.

    One that was held back before the exchange has the `number` 0. `quantity` or `quote_amount` was given. `ended_at` is
    None where it is open, or that isn't known. `average_price` and `filled_at`, the time of the first execution, are
    None where nothing was executed.
    """

    number: int
    placed_at: int
    side: Side
    type: OrderType
    state: OrderState
    ended_at: int | None = None
    quantity: Decimal | None
    quote_amount: Decimal | None
    price: Decimal | None
    stop_price: Decimal | None
    filled: Decimal = Decimal(0)
    average_price: Decimal | None = None
    filled_at: int | None = None
    reason: str = ""


class ComparedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run from its beginning: all that it did from `start` up to `end`; signals are known from `signals_start` on up
    to `signals_end` only. `settings` are by the names that people read: what differs of them is told.
    """

    start: int
    end: int
    signals_start: int
    signals_end: int
    capital: Decimal
    settings: Mapping[str, Any]
    signals: Sequence[ComparedSignal]
    orders: Sequence[ComparedOrder]
    fills: Sequence[ComparedFill]


def decided_at(interval: Interval, time: int) -> int:
    """Return at the close of which candle something was decided that was said or placed at `time`."""
    return open_time_at(interval, time + 1)


def orders_as_of(end: int, orders: Iterable[ComparedOrder], fills: Iterable[ComparedFill]) -> list[ComparedOrder]:
    """Return the orders as they stood at `end` (ms), with their executions by then; `fills` are the oldest first."""
    executed: dict[int, list[ComparedFill]] = {}
    later = set[int]()
    for fill in fills:
        if fill.time < end:
            executed.setdefault(fill.order, []).append(fill)
        else:
            later.add(fill.order)
    return [_as_of(end, order, executed.get(order.number, ()), order.number in later) for order in orders]


def _as_of(end: int, order: ComparedOrder, fills: Sequence[ComparedFill], is_filled_later: bool) -> ComparedOrder:
    ends_later = is_filled_later or (order.ended_at is not None and order.ended_at >= end)
    if not fills:
        return msgspec.structs.replace(order, state=OrderState.ACCEPTED) if ends_later else order
    quantity = sum((fill.quantity for fill in fills), Decimal(0))
    notional = sum((fill.price * fill.quantity for fill in fills), Decimal(0))
    return msgspec.structs.replace(
        order,
        state=OrderState.PARTIALLY_FILLED if ends_later else order.state,
        filled=quantity,
        average_price=_PRICE.divide(notional, quantity),
        filled_at=fills[0].time,
    )
