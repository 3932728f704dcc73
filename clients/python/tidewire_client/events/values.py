"""What events of several kinds tell alike.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from enum import StrEnum


class Source(StrEnum):
    """Who made a market event: an exchange, the simulator, or we ourselves, of several exchanges' prices."""

    BINANCE = "binance"
    COMBINED = "combined"
    COINBASE = "coinbase"
    KRAKEN = "kraken"
    SIMULATOR = "simulator"


class Side(StrEnum):
    """The side of a trade's taker."""

    BUY = "buy"
    SELL = "sell"


class Action(StrEnum):
    """What a signal advises."""

    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"


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


class TradingLevel(StrEnum):
    """What may be ordered: everything, only what makes a position smaller, or nothing."""

    ACTIVE = "active"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"
