"""What the bridge adds to the prices of an exchange: by how much each differs from that of an hour before.

That is known by candles of a minute: those that are stored when a symbol begins to be wanted, and those that close
while it is. Of a symbol whose candles nobody reads, the last price of each minute stands for the candle's close.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from functools import partial

import msgspec

from streaming.events import Candle, Interval, MarketUpdate, Price, Resync, Source
from streaming.events.intervals import open_time_at
from streaming.market.hourly_change.past_prices import PastPrices
from streaming.market.hourly_change.stored_prices import stored_prices
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.waiting import until_it_works

_SYMBOLS_AT_A_TIME = 50
_RETRY_SECONDS = 5.0


class HourlyChanges:
    """Knows the prices of the last hour of what is wanted of `source`; `now_ms` gives the exchange's time."""

    def __init__(self, source: Source, now_ms: Callable[[], int]) -> None:
        self._source = source
        self._now_ms = now_ms
        self._past: Mapping[str, PastPrices] = {}
        self._newest: dict[str, Price] = {}
        self._unread: set[str] = set()
        self._wanted = asyncio.Event()

    def want(self, topics: Collection[Topic]) -> None:
        """Know the past of the symbols whose prices are among `topics`, and of no others."""
        symbols = {topic.symbol for topic in topics if topic.kind == MarketKind.PRICE}
        self._unread = (self._unread & symbols) | (symbols - self._past.keys())
        self._past = {symbol: self._past.get(symbol) or PastPrices() for symbol in symbols}
        self._newest = {symbol: price for symbol, price in self._newest.items() if symbol in symbols}
        self._wanted.set()

    def with_change(self, event: MarketUpdate | Resync) -> MarketUpdate | Resync:
        """Return an event of the market as it is to be told, having learnt from it what the past will be."""
        match event:
            case Price() if event.source is self._source and (past := self._past.get(event.symbol)) is not None:
                self._note_minute(past, event)
                change = past.change(event.price, now_ms=event.time)
                return event if change is None else msgspec.structs.replace(event, change_1h=change)
            case Candle(is_final=True, interval=Interval.MINUTE_1) if event.source is self._source:
                if (past := self._past.get(event.symbol)) is not None:
                    past.note(event.open_time, event.close)
        return event

    async def run(self) -> None:
        """Read what is stored of symbols that begin to be wanted, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._unread:
                symbols = sorted(self._unread)[:_SYMBOLS_AT_A_TIME]
                read = partial(self._read, symbols)
                await until_it_works(read, what="table of candles", pause=_RETRY_SECONDS)
                self._unread.difference_update(symbols)

    async def _read(self, symbols: Collection[str]) -> None:
        for symbol, open_time, close in await stored_prices(self._source, symbols, now_ms=self._now_ms()):
            if (past := self._past.get(symbol)) is not None:
                past.note(open_time, close)

    def _note_minute(self, past: PastPrices, price: Price) -> None:
        """Take the newest price of a minute for its close, as soon as one of a later minute comes."""
        before = self._newest.get(price.symbol)
        if before is None or before.time <= price.time:
            self._newest[price.symbol] = price
        if before is not None:
            minute = open_time_at(Interval.MINUTE_1, before.time)
            if minute < open_time_at(Interval.MINUTE_1, price.time):
                past.note_where_unknown(minute, before.price)
