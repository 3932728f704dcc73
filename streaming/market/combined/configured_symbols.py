"""What this deployment combines, as its settings say."""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from streaming.events import Source
from streaming.market.combined.symbols import CombinedMarkets, CombinedSymbolsError, combined_markets
from streaming.market.sources.discovery import read_sources


def combined_markets_from_settings() -> CombinedMarkets:
    """Return what is combined; raise `CombinedSymbolsError` for settings with which no process starts."""
    return _read(tuple(settings.COMBINED_SYMBOLS), tuple(settings.COMBINED_RATES), read_sources())


def check_combined_symbols() -> None:
    """Raise `ImproperlyConfigured` where what the settings name can't be combined: asked before a process starts."""
    try:
        combined_markets_from_settings()
    except CombinedSymbolsError as error:
        raise ImproperlyConfigured(f"COMBINED_SYMBOLS, COMBINED_RATES: {error}") from error


def combined_source(own: Source) -> Source:
    """Return whose combined values are where the deployment's own market is that of `own`: the simulator's, or ours."""
    return Source.SIMULATOR if own is Source.SIMULATOR else Source.COMBINED


def is_combined(symbol: str) -> bool:
    """Return whether a symbol is a combined one of this deployment."""
    return symbol.endswith("-USD") and any(one.symbol == symbol for one in combined_markets_from_settings().symbols)


@lru_cache(maxsize=16)
def _read(symbols: tuple[str, ...], rates: tuple[str, ...], sources: tuple[Source, ...]) -> CombinedMarkets:
    return combined_markets(symbols, rates, sources=sources)
