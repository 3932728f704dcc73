"""What reads the market's tables, and what the exchange has candles of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from django.db.models import Q

from streaming.database.fair_queries import in_turn
from streaming.events import Interval
from streaming.market.combined.configured_symbols import is_combined
from streaming.market.combined.running_candle import INTERVAL as COMBINED_INTERVAL
from streaming.market.errors import MarketUnavailableError
from streaming.market.models import UNLISTED, Symbol
from streaming.market.parameters import SymbolsQuery
from streaming.market.sources.discovery import current_source
from streaming.numbers import decimals_of_step
from streaming.topics.topic import MarketKind, Topic


class SymbolRow(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol as it is told to clients."""

    symbol: str
    base: str
    quote: str
    status: str
    tick_size: Decimal | None
    step_size: Decimal | None
    minimum_notional: Decimal | None
    minimum_quantity: Decimal | None
    maximum_quantity: Decimal | None


class SymbolUnits(NamedTuple):
    """In what the values of a symbol are counted: its asset `base`, which is priced in `quote` by steps of `tick_size`.

    The exchange may give no tick size: it is None then.
    """

    base: str
    quote: str
    tick_size: Decimal | None

    @property
    def price_decimals(self) -> int:
        """How many decimals its prices have; 0 where that isn't known."""
        return 0 if self.tick_size is None else decimals_of_step(self.tick_size)


class SymbolPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the symbols that a search found, and how many it found in all."""

    items: Sequence[SymbolRow]
    total: int


async def market_symbols(query: SymbolsQuery) -> SymbolPage:
    """Return the listed symbols whose name or assets hold the query's text (in any case), by name.

    Raise `MarketUnavailableError` while no symbols are known at all.
    """
    return await in_turn(_symbols_page)(query)


def _symbols_page(query: SymbolsQuery) -> SymbolPage:
    found = Symbol.objects.exclude(status=UNLISTED)
    if query.query:
        holds = Q(name__icontains=query.query) | Q(base__icontains=query.query) | Q(quote__icontains=query.query)
        found = found.filter(holds)
    rows = found.order_by("name")[query.offset : query.offset + query.limit]
    page = SymbolPage(items=[_row(symbol) for symbol in rows], total=found.count())
    if not page.total and not any_symbol_exists():
        raise MarketUnavailableError("Market data unavailable")
    return page


def symbol_of_pair(pair: str) -> str:
    """Return a pair, such as `BTC-USDT` or `btc/usdt`, as the exchange writes it; a combined symbol keeps its name."""
    name = pair.upper()
    return name if is_combined(name) else current_source().symbol_name(pair)


def symbol_fault(name: str) -> str | None:
    """Return why nothing can be asked of a symbol, as a sentence; None where it is listed.

    Raise `MarketUnavailableError` while no symbols are known at all.
    """
    if is_combined(name):
        return f"{name} is made of several exchanges' prices, and traded on none"
    return symbol_faults([name]).get(name)


def symbol_faults(names: Iterable[str]) -> Mapping[str, str]:
    """Return of each symbol that is not listed why, as a sentence by its name; a combined one counts as listed.

    One query for all. Raise `MarketUnavailableError` while no symbols are known at all.
    """
    asked = [name for name in dict.fromkeys(names) if not is_combined(name)]
    if not asked:
        return {}
    statuses = dict(Symbol.objects.filter(name__in=asked).values_list("name", "status"))
    if not statuses and not any_symbol_exists():
        raise MarketUnavailableError("Market data unavailable")
    unlisted = {name: f"No longer listed: {name}" for name in asked if statuses.get(name) == UNLISTED}
    return unlisted | {name: f"Unknown symbol: {name}" for name in asked if name not in statuses}


def interval_fault(interval: Interval) -> str | None:
    """Return that the exchange has no candles of an interval, as a sentence; None where it has."""
    return None if interval in current_source().intervals else f"the exchange has no candles of {interval.value}"


def candles_fault(symbol: str, interval: Interval) -> str | None:
    """Return why a symbol has no candles of an interval, as a sentence; None where it has."""
    if is_combined(symbol):
        return None if interval is COMBINED_INTERVAL else f"combined symbols have candles of {COMBINED_INTERVAL} alone"
    return interval_fault(interval)


def offered_intervals() -> tuple[str, ...]:
    """Return the intervals that the exchange has candles of, the shortest first."""
    offered = current_source().intervals
    return tuple(interval.value for interval in Interval if interval in offered)


def has_overview() -> bool:
    """Return whether the exchange tells of all its markets at once, as `market:overview` does."""
    return bool(current_source().streams_of(Topic(MarketKind.OVERVIEW)))


def any_symbol_exists() -> bool:
    """Return whether any symbol is known at all."""
    return Symbol.objects.exists()


def units_of_symbols(names: Collection[str]) -> dict[str, SymbolUnits]:
    """Return the units of those of these symbols that are known, by name: of as many as one query can take."""
    rows = Symbol.objects.filter(name__in=names).values_list("name", "base", "quote", "tick_size")
    return {name: SymbolUnits(base, quote, tick_size) for name, base, quote, tick_size in rows}


def listed_symbols() -> list[tuple[str, str, str, str]]:
    """Return name, base, quote and status of every listed symbol."""
    return list(Symbol.objects.exclude(status=UNLISTED).values_list("name", "base", "quote", "status"))


def _row(symbol: Symbol) -> SymbolRow:
    return SymbolRow(
        symbol=symbol.name,
        base=symbol.base,
        quote=symbol.quote,
        status=symbol.status,
        tick_size=symbol.tick_size,
        step_size=symbol.step_size,
        minimum_notional=symbol.minimum_notional,
        minimum_quantity=symbol.minimum_quantity,
        maximum_quantity=symbol.maximum_quantity,
    )
