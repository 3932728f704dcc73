"""From what the sources' tickers say to combined prices: the newest quote of each market, combined when asked. Pure.

Times are of a steady clock, in ms: what an exchange's clock says decides nothing, and ours may be set.
"""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal

import msgspec

from streaming.events import CombinedPrice, LeftOut, PriceSource, Source, Ticker
from streaming.market.combined.combination import Combination, SourceStanding, Standing, combined
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.quotes import DollarQuote, Quote, in_dollars
from streaming.market.combined.symbols import CombinedMarkets, CombinedSymbol, SourceMarket

_TOLD = Context(prec=12)
"""With so many digits prices are told: more than any source has, fewer than a product of several has."""
_REASONS = {Standing.OLD: LeftOut.OLD, Standing.OUTLIER: LeftOut.OUTLIER}


class Combiner:
    """The newest quote of each market, and what they come to.

    `simulated` where the deployment's own market is the simulator's; else what is simulated counts for nothing.
    """

    def __init__(self, markets: CombinedMarkets, limits: CombiningLimits, *, simulated: bool) -> None:
        self._markets = markets
        self._limits = limits
        self._simulated = simulated
        self._quotes: dict[SourceMarket, Quote] = {}

    @property
    def source_markets(self) -> frozenset[SourceMarket]:
        """Every market that anything is made of."""
        return frozenset(market for one in (*self._markets.symbols, *self._markets.rates) for market in one.markets)

    def hear(self, market: SourceMarket, ticker: Ticker, *, now: int) -> bool:
        """Take what a source says of a market; return False for what is no news: an old value, or a stand-in's."""
        if ticker.stale or ticker.repaired or (ticker.simulated and not self._simulated):
            return False
        self._quotes[market] = Quote(
            source=market.source,
            quote_asset=market.quote_asset,
            price=ticker.price,
            volume=ticker.volume,
            heard_at=now,
        )
        return True

    def prices(self, *, now: int, time: int) -> dict[str, CombinedPrice]:
        """Return the price of each symbol at `now`, told as of `time` (ms since the epoch); of none without a quote."""
        rates = self._rates(now)
        told = {one.symbol: self._price(one, rates, now=now, time=time) for one in self._markets.symbols}
        return {symbol: price for symbol, price in told.items() if price is not None}

    def _rates(self, now: int) -> dict[str, DollarQuote]:
        """Return the fresh rates of stablecoins, each as old as the oldest of what it is made of."""
        found: dict[str, DollarQuote] = {}
        for rate in self._markets.rates:
            told = combined(self._in_dollars(rate, {}, now), self._limits)
            used = [source for source in told.sources if source.standing is Standing.USED]
            if used and told.price is not None:
                age = max(source.age_ms for source in used)
                found[rate.base] = DollarQuote(source=Source.COMBINED, price=told.price, weight=Decimal(0), age_ms=age)
        return found

    def _price(
        self, symbol: CombinedSymbol, rates: Mapping[str, DollarQuote], *, now: int, time: int
    ) -> CombinedPrice | None:
        told = combined(self._in_dollars(symbol, rates, now), self._limits)
        if told.price is None:
            return None
        return CombinedPrice(
            symbol=symbol.symbol,
            time=time,
            source=Source.SIMULATOR if self._simulated else Source.COMBINED,
            stale=told.is_stale,
            price=_TOLD.plus(told.price),
            is_single=told.is_single,
            sources=tuple(self._sources(symbol, told, now)),
        )

    def _in_dollars(self, symbol: CombinedSymbol, rates: Mapping[str, DollarQuote], now: int) -> list[DollarQuote]:
        quotes = (self._quotes.get(market) for market in symbol.markets)
        told = (in_dollars(quote, rates, now_ms=now) for quote in quotes if quote is not None)
        return [quote for quote in told if quote is not None]

    def _sources(self, symbol: CombinedSymbol, told: Combination, now: int) -> Iterable[PriceSource]:
        """Yield every source that was heard, in the order of the settings."""
        standings = {standing.source: standing for standing in told.sources}
        for market in symbol.markets:
            quote, standing = self._quotes.get(market), standings.get(market.source)
            if standing is not None:
                yield _told(standing)
            elif quote is not None:
                age = max(0, now - quote.heard_at)
                name = market.source.value
                yield PriceSource(name=name, price=None, age_ms=age, used=False, reason=LeftOut.NO_RATE)


def _told(standing: SourceStanding) -> PriceSource:
    is_used = standing.standing is Standing.USED
    reason = msgspec.UNSET if is_used else _REASONS[standing.standing]
    return PriceSource(
        name=standing.source.value,
        price=_TOLD.plus(standing.price),
        age_ms=standing.age_ms,
        used=is_used,
        reason=reason,
    )
