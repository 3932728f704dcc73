"""Which symbols are combined, and of which markets: what the settings name, read and checked. Pure."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from streaming.events import Source
from streaming.market.combined.quotes import DOLLAR, STABLECOINS
from streaming.market.sources.names import dollar_market

_SUFFIX = f"-{DOLLAR}"
_SYMBOL = re.compile(r"([A-Z0-9]{1,20})-USD")
_SEPARATORS = re.compile(r"[-/]")
_LONGEST_ENTRY = 500


class CombinedSymbolsError(ValueError):
    """What is to be combined can't be, as the message says."""


class SourceMarket(msgspec.Struct, frozen=True):
    """A market of a source: its symbol as the source lists it, and the asset that it is priced in."""

    source: Source
    symbol: str
    quote_asset: str


class CombinedSymbol(msgspec.Struct, frozen=True):
    """A symbol such as `BTC-USD`, and the markets that its price is made of: of each source one."""

    symbol: str
    markets: tuple[SourceMarket, ...]

    @property
    def base(self) -> str:
        """The asset that it is the price of."""
        return self.symbol.removesuffix(_SUFFIX)


class CombinedMarkets(msgspec.Struct, frozen=True):
    """All that is combined: the symbols, and the stablecoins' rates, which are combined by the same rules."""

    symbols: tuple[CombinedSymbol, ...]
    rates: tuple[CombinedSymbol, ...]


def combined_markets(symbols: Sequence[str], rates: Sequence[str], *, sources: Sequence[Source]) -> CombinedMarkets:
    """Return what two settings name, where `sources` are those that are read.

    An entry is a symbol, `BTC-USD`, or says of which markets it is made: `BTC-USD=BTCUSDT@binance+BTC/USD@kraken`.
    Without that it is made of each source's market against dollars; a rate is made of US dollars alone. Rates of
    sources that aren't read, or that nothing needs, are left out. Raise `CombinedSymbolsError` for what can't be.
    """
    read_rates = tuple(_rate(entry, sources) for entry in rates)
    _check_single("COMBINED_RATES", [rate.symbol for rate in read_rates])
    rated = {rate.base for rate in read_rates if rate.markets}
    read_symbols = tuple(_symbol(entry, sources, rated) for entry in symbols)
    _check_single("COMBINED_SYMBOLS", [one.symbol for one in read_symbols])
    needed = {market.quote_asset for one in read_symbols for market in one.markets}
    return CombinedMarkets(read_symbols, tuple(rate for rate in read_rates if rate.markets and rate.base in needed))


def _rate(entry: str, sources: Sequence[Source]) -> CombinedSymbol:
    rate = _read(entry, sources)
    if rate.base not in STABLECOINS:
        raise CombinedSymbolsError(f"{entry}: {rate.base} is none of the stablecoins {_listed(STABLECOINS)}")
    if "=" in entry and any(market.quote_asset != DOLLAR for market in rate.markets):
        raise CombinedSymbolsError(f"{entry}: a stablecoin's rate is made of markets against {DOLLAR} alone")
    markets = tuple(one for one in rate.markets if one.quote_asset == DOLLAR and one.source in sources)
    return CombinedSymbol(rate.symbol, markets)


def _symbol(entry: str, sources: Sequence[Source], rated: set[str]) -> CombinedSymbol:
    combined = _read(entry, sources)
    own = sources[0].value
    if combined.symbol == dollar_market(own, combined.base):
        raise CombinedSymbolsError(f"{entry}: {own}, which is EXCHANGE_SOURCE, has a symbol of that name itself")
    for market in combined.markets:
        if market.source not in sources:
            known = _listed(source.value for source in sources)
            raise CombinedSymbolsError(
                f"{entry}: {market.source.value} isn't read; EXCHANGE_SOURCE and EXCHANGE_FURTHER_SOURCES name {known}"
            )
    if not any(market.quote_asset in rated | {DOLLAR} for market in combined.markets):
        quotes = _listed({market.quote_asset for market in combined.markets})
        raise CombinedSymbolsError(
            f"{entry}: no source counts, as none of COMBINED_RATES that is read tells what {quotes} is worth"
        )
    return combined


def _read(entry: str, sources: Sequence[Source]) -> CombinedSymbol:
    symbol, has_markets, markets = entry.strip()[:_LONGEST_ENTRY].partition("=")
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        raise CombinedSymbolsError(f"{symbol!r} is no symbol like BTC-USD")
    base = match[1]
    if has_markets:
        read = tuple(_market(entry, base, text) for text in markets.split("+"))
    else:
        read = tuple(_market(entry, base, f"{dollar_market(each.value, base)}@{each.value}") for each in sources)
    _check_single(entry, [market.source.value for market in read])
    return CombinedSymbol(symbol, read)


def _market(entry: str, base: str, text: str) -> SourceMarket:
    symbol, _, name = text.rpartition("@")
    try:
        source = Source(name)
    except ValueError:
        raise CombinedSymbolsError(f"{entry}: {text!r} is no market like BTC/USD@kraken") from None
    plain = _SEPARATORS.sub("", symbol)
    quote = plain.removeprefix(base)
    if quote == plain or quote not in STABLECOINS | {DOLLAR}:
        dollars = _listed(STABLECOINS)
        raise CombinedSymbolsError(f"{entry}: {symbol!r} is no market of {base} against {DOLLAR} or one of {dollars}")
    return SourceMarket(source, symbol, quote)


def _check_single(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise CombinedSymbolsError(f"{what}: {name} is named twice")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
