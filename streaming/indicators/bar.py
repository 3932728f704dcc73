"""What is needed of a candle, wherever it comes from: the stream's `Candle`, a stored row. Pure."""

from decimal import Decimal
from typing import Protocol

import msgspec


class PricesAndVolume(Protocol):
    """What every candle has. Times in ms since the epoch: its first and its last; `volume` in base units."""

    @property
    def open_time(self) -> int: ...
    @property
    def close_time(self) -> int: ...
    @property
    def open(self) -> Decimal: ...
    @property
    def high(self) -> Decimal: ...
    @property
    def low(self) -> Decimal: ...
    @property
    def close(self) -> Decimal: ...
    @property
    def volume(self) -> Decimal: ...


class Bar(PricesAndVolume, Protocol):
    """One candle, with what was traded in it in quote units, and in how many trades."""

    @property
    def quote_volume(self) -> Decimal: ...
    @property
    def trades(self) -> int: ...


class OpenBar(msgspec.Struct, frozen=True, kw_only=True):
    """A candle that is still open (see `Bar`)."""

    open_time: int
    close_time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int
