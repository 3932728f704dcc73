"""Why an order isn't taken, or was cancelled."""

from enum import StrEnum

import msgspec


class RefusalCode(StrEnum):
    """Why an order is refused, or has ended without being filled; `HELD_BACK` by the risk gate, before the exchange."""

    QUANTITY = "QUANTITY"
    PRICE = "PRICE"
    MINIMUM_NOTIONAL = "MINIMUM_NOTIONAL"
    PERCENT_PRICE = "PERCENT_PRICE"
    MAXIMUM_ORDERS = "MAXIMUM_ORDERS"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    WOULD_TAKE = "WOULD_TAKE"
    WOULD_TRIGGER = "WOULD_TRIGGER"
    DUPLICATE = "DUPLICATE"
    UNSUPPORTED = "UNSUPPORTED"
    CANCELLED = "CANCELLED"
    HELD_BACK = "HELD_BACK"


class CancelReason(StrEnum):
    """By what an order was cancelled that nobody cancelled by its name."""

    CANCEL_ALL = "cancel_all"
    CANCEL_ALL_AFTER = "cancel_all_after"
    KILL_SWITCH = "kill_switch"
    ACCOUNT_RESET = "account_reset"


def cancelled_by(reason: str) -> "Refusal | None":
    """Return what is noted of an order that was cancelled for a reason: a `CancelReason`, or why its grid ended."""
    return Refusal(RefusalCode.CANCELLED, str(reason)) if reason else None


class Refusal(msgspec.Struct, frozen=True):
    """Why an order isn't taken; of one that was `CANCELLED`, the message is the reason's own code."""

    code: RefusalCode
    message: str
