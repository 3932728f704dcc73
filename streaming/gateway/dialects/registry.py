"""The dialects that there are."""

import msgspec

from streaming.clock import Clock
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect


class Dialects(msgspec.Struct, frozen=True):
    """One of each, shared by all connections of a process."""

    market: Dialect
    trading: Dialect
    control: Dialect


def dialects(clock: Clock) -> Dialects:
    """Return the dialects, stamping frames by `clock`."""
    return Dialects(market=MarketDialect(clock), trading=TradingDialect(clock), control=ControlDialect(clock))
