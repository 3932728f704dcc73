"""What the paper exchange tells of an order."""

from enum import StrEnum

import msgspec

from trading.engine.accounts.settlement import Fill
from trading.engine.orders.order import Order
from trading.engine.orders.refusal import Refusal


class OrderEventKind(StrEnum):
    """What happened to an order."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TRIGGERED = "triggered"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class OrderEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened to an order at `time` (ms): with the fill, or with why it was refused or has expired."""

    kind: OrderEventKind
    order: Order
    time: int
    fill: Fill | None = None
    refusal: Refusal | None = None
