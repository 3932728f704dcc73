"""From what the sources' tickers say to combined prices: the newest quote of each market, combined when asked. Pure.

Times are of a steady clock, in ms: what an exchange's clock says decides nothing, and ours may be set.
"""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal

import msgspec

from streaming.events import CombinedPrice, LeftOut, MarketEvent, PriceSource, Source, Ticker
from streaming.market.combined.combination import Combination, SourceStanding, Standing, combined
from streaming.market.combined.day import Day, UsedTicker, day_of
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.quotes import DOLLAR, DollarQuote, Quote, in_dollars
from streaming.market.combined.stablecoin_rate import StablecoinRate
from streaming.market.combined.symbols import CombinedMarkets, CombinedSymbol, SourceMarket

_TOLD = Context(prec=12)
"""With so many digits prices are told: more than any source has, fewer than a product of several has."""
_ONE = Decimal(1)
_REASONS = {Standing.OLD: LeftOut.OLD, Standing.OUTLIER: LeftOut.OUTLIER}


class CombinedValues(msgspec.Struct, frozen=True):
    """A symbol's price, and its 24 hours; those of a price that nobody tells any more are the last that were told."""

    price: CombinedPrice
    day: Day | None


class Combiner:
    """The newest quote of each market, and what they come to.

    `simulated` where the deployment's own market is the simulator's; else what is simulated counts for nothing.
    """

    def __init__(self, markets: CombinedMarkets, limits: CombiningLimits, *, simulated: bool) -> None:
        self._markets = markets
        self._limits = limits
        self._simulated = simulated
        self._quotes: dict[SourceMarket, Quote] = {}
        self._tickers: dict[SourceMarket, Ticker] = {}
        self._days: dict[str, Day] = {}
        self._rates_of = {rate.base: StablecoinRate(limits) for rate in markets.rates}

    @property
    def source_markets(self) -> frozenset[SourceMarket]:
        """Every market that anything is made of."""
        return frozenset(market for one in (*self._markets.symbols, *self._markets.rates) for market in one.markets)

    def hear(self, market: SourceMarket, ticker: Ticker, *, now: int) -> bool:
        """Take what a source says of a market; return False for what is no news: an old value, or a stand-in's."""
        if ticker.stale or ticker.repaired or self.is_shut_out(ticker):
            return False
        self._tickers[market] = ticker
        self._quotes[market] = Quote(
            source=market.source,
            quote_asset=market.quote_asset,
            price=ticker.price,
            volume=ticker.volume,
            heard_at=now,
        )
        return True

    def is_shut_out(self, event: MarketEvent) -> bool:
        """Return whether an event is of no real market, where the deployment's is."""
        return event.simulated and not self._simulated

    def values(self, *, now: int, time: int) -> dict[str, CombinedValues]:
        """Return each symbol's values at `now`, told as of `time` (ms since the epoch); of none without a quote."""
        rates = self._rates(now)
        told = {one.symbol: self._values(one, rates, now=now, time=time) for one in self._markets.symbols}
        return {symbol: values for symbol, values in told.items() if values is not None}

    def _rates(self, now: int) -> dict[str, DollarQuote]:
        """Return the fresh rates of stablecoins."""
        told = {
            rate.base: self._rates_of[rate.base].of(self._in_dollars(rate, {}, now)) for rate in self._markets.rates
        }
        return {base: rate for base, rate in told.items() if rate is not None}

    def _values(
        self, symbol: CombinedSymbol, rates: Mapping[str, DollarQuote], *, now: int, time: int
    ) -> CombinedValues | None:
        told = combined(self._in_dollars(symbol, rates, now), self._limits)
        if told.price is None:
            return None
        price = _TOLD.plus(told.price)
        day = day_of(price, self._used(symbol, told, rates)) or self._days.get(symbol.symbol)
        if day is not None:
            self._days[symbol.symbol] = day
        return CombinedValues(self._price(symbol, told, price, day, now=now, time=time), day)

    def _price(
        self, symbol: CombinedSymbol, told: Combination, price: Decimal, day: Day | None, *, now: int, time: int
    ) -> CombinedPrice:
        return CombinedPrice(
            symbol=symbol.symbol,
            time=time,
            source=Source.SIMULATOR if self._simulated else Source.COMBINED,
            stale=told.is_stale,
            price=price,
            change=None if day is None else day.change,
            change_percent=None if day is None else day.change_percent,
            high=None if day is None else day.high,
            low=None if day is None else day.low,
            volume=None if day is None else day.volume,
            is_single=told.is_single,
            sources=tuple(self._sources(symbol, told, now)),
        )

    def _used(self, symbol: CombinedSymbol, told: Combination, rates: Mapping[str, DollarQuote]) -> list[UsedTicker]:
        used = {source.source for source in told.sources if source.standing is Standing.USED}
        return [
            UsedTicker(self._tickers[market], _ONE if market.quote_asset == DOLLAR else rates[market.quote_asset].price)
            for market in symbol.markets
            if market.source in used
        ]

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
