"""What market requests are answered with: numbers exact, in plain notation. Pure."""

from typing import Annotated

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.events import Interval, Source
from streaming.market.history.history import HistoryPage
from streaming.market.selectors import SymbolPage, SymbolRow
from streaming.numbers import optional_json_number
from streaming.times import WrittenTime

_NUMBERS = {"type": "array", "items": {"type": "number"}}
_Candles = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "array", "items": _NUMBERS})]


class SymbolAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A symbol, with the steps of its prices and quantities, and the bounds of an order; null where there are none."""

    symbol: str
    base: str
    quote: str
    status: str
    tick_size: JsonNumber | None
    step_size: JsonNumber | None
    min_notional: JsonNumber | None
    min_quantity: JsonNumber | None
    max_quantity: JsonNumber | None


class SymbolsAnswer(msgspec.Struct, frozen=True):
    """A part of the symbols."""

    items: list[SymbolAnswer]
    total: int


class HistoryAnswer(msgspec.Struct, frozen=True):
    """Candles, oldest first: time, open, high, low, close, volume."""

    symbol: str
    interval: Interval
    candles: _Candles


class OverviewRowAnswer(msgspec.Struct, frozen=True):
    """One symbol at a glance."""

    symbol: str
    price: JsonNumber
    change_percent: JsonNumber = msgspec.field(name="changePercent24h")
    volume: JsonNumber = msgspec.field(name="volume24h")


class OverviewAnswer(msgspec.Struct, frozen=True):
    """The market at a glance; the three lists name symbols, the first first. Marks that don't apply are left out."""

    symbols: list[OverviewRowAnswer]
    gainers: list[str]
    losers: list[str]
    volumes: list[str]
    timestamp: WrittenTime
    source: Source
    simulated: bool | msgspec.UnsetType = msgspec.UNSET
    stale: bool | msgspec.UnsetType = msgspec.UNSET
    repaired: bool | msgspec.UnsetType = msgspec.UNSET


def history_answer(page: HistoryPage) -> HistoryAnswer:
    """Return the candles of a page."""
    return HistoryAnswer(page.query.symbol, page.query.interval, page.candles)


def symbols_answer(page: SymbolPage) -> SymbolsAnswer:
    """Return the symbols of a page."""
    return SymbolsAnswer([_symbol(row) for row in page.items], page.total)


def _symbol(row: SymbolRow) -> SymbolAnswer:
    return SymbolAnswer(
        row.symbol,
        row.base,
        row.quote,
        row.status,
        optional_json_number(row.tick_size),
        optional_json_number(row.step_size),
        optional_json_number(row.minimum_notional),
        optional_json_number(row.minimum_quantity),
        optional_json_number(row.maximum_quantity),
    )
