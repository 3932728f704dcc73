"""What events of several kinds tell alike.

Made by `make format` from the server's declarations; `make check` fails where it is out of date.
"""

from enum import StrEnum


class Source(StrEnum):
    """Who made a market event."""

    BINANCE = "binance"
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
