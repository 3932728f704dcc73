"""Why an order isn't taken."""

from enum import StrEnum

import msgspec


class RefusalCode(StrEnum):
    """Why an order is refused."""

    QUANTITY = "QUANTITY"
    PRICE = "PRICE"
    MINIMUM_NOTIONAL = "MINIMUM_NOTIONAL"
    PERCENT_PRICE = "PERCENT_PRICE"
    MAXIMUM_ORDERS = "MAXIMUM_ORDERS"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    WOULD_TAKE = "WOULD_TAKE"
    DUPLICATE = "DUPLICATE"
    UNSUPPORTED = "UNSUPPORTED"


class Refusal(msgspec.Struct, frozen=True):
    """Why an order isn't taken."""

    code: RefusalCode
    message: str
