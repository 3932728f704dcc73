"""The states of an order, and the steps that lead from one to another: any other step raises.

new ── accept ──> accepted ── fill part ──> partially filled ── fill ──> filled
 └── reject ──> rejected       cancel, expire (from both) ──> cancelled, expired
"""

from enum import StrEnum

from trading.engine.transitions import IllegalStepError, Transitions


class OrderState(StrEnum):
    """Where an order stands."""

    NEW = "new"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"

    @property
    def is_open(self) -> bool:
        """Return whether it rests at the exchange."""
        return self in _OPEN


_OPEN = frozenset({OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED})


class OrderStep(StrEnum):
    """What happens to an order."""

    ACCEPT = "accept"
    REJECT = "reject"
    FILL_PART = "fill part"
    FILL = "fill"
    CANCEL = "cancel"
    EXPIRE = "expire"


_OPEN_STEPS = {
    OrderStep.FILL_PART: OrderState.PARTIALLY_FILLED,
    OrderStep.FILL: OrderState.FILLED,
    OrderStep.CANCEL: OrderState.CANCELLED,
    OrderStep.EXPIRE: OrderState.EXPIRED,
}


class IllegalOrderStepError(IllegalStepError[OrderState, OrderStep]):
    """An order can't take `step` from `state`."""


ORDER_STEPS = Transitions(
    "an order",
    {
        OrderState.NEW: {OrderStep.ACCEPT: OrderState.ACCEPTED, OrderStep.REJECT: OrderState.REJECTED},
        OrderState.ACCEPTED: _OPEN_STEPS,
        OrderState.PARTIALLY_FILLED: _OPEN_STEPS,
    },
    error=IllegalOrderStepError,
)
