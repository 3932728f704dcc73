"""The kinds of orders, and how long they hold."""

from enum import StrEnum


class OrderType(StrEnum):
    """How an order is executed.

    `STOP` becomes a market order, and `STOP_LIMIT` a limit order, once the market has reached the stop price.
    `LIMIT_MAKER` is refused where it would be executed at once (post-only).
    """

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    LIMIT_MAKER = "limit_maker"

    @property
    def has_price(self) -> bool:
        """Return whether it is never executed at a worse price than its own."""
        return self in _WITH_PRICE

    @property
    def has_stop_price(self) -> bool:
        """Return whether it waits until the market has reached its stop price."""
        return self in _WITH_STOP_PRICE


_WITH_PRICE = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_MAKER})
_WITH_STOP_PRICE = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


class TimeInForce(StrEnum):
    """How long an order holds: until cancelled; what can be executed at once; at once and whole, or not at all."""

    GOOD_TILL_CANCELLED = "gtc"
    IMMEDIATE_OR_CANCEL = "ioc"
    FILL_OR_KILL = "fok"
