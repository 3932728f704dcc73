"""From Kraken's messages to our events, none of them twice. Pure.

The exchange tells no previous close, and a volume in quote units only by its weighted price: previous closes are None,
and quote volumes the product, to eight places. A pair that never traded has no price, and nothing is told of it.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Context, Decimal

from streaming import events
from streaming.clock import Clock
from streaming.events import Source
from streaming.events.intervals import close_time_of
from streaming.market.sources.kraken import messages
from streaming.market.sources.kraken.running_candles import RunningCandles, Told
from streaming.market.sources.messages import Received, SourceMessage, event_time
from streaming.market.sources.percent import percent_change
from streaming.market.sources.source import Addressed, DuplicateLimits
from streaming.topics.topic import MarketKind, Topic

_AHEAD_MS = 1_000
"""How far the exchange's clock may be ahead of ours where candles are closed by it: one wrong message closes none."""
_CONTEXT = Context(prec=80)
_QUOTE_PLACES = Decimal("1e-8")


class KrakenInterpreter:
    """Makes events of messages that are new: states that aren't older than the newest of their stream, and candles.

    Trades pass: who finds their gaps knows what was told of them.
    """

    def __init__(self, label: Source, *, limits: DuplicateLimits, clock: Clock) -> None:
        self._label = label
        self._newest = _NewestStates(limits)
        self._candles = RunningCandles()

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""
        return self._newest.doubles + self._candles.doubles

    def events_of(self, received: Received, *, received_at: int) -> Iterable[Addressed]:
        """Yield what a message means, and what its time means for candles that were open."""
        told_at = event_time(received.message)
        if told_at is not None:
            yield from self._told(self._candles.close_until(min(told_at, received_at + _AHEAD_MS)), told_at)
        at = received_at if told_at is None else told_at
        match received.message:
            case messages.TickerMessage() as ticker if self._newest.admits(received):
                yield from self._ticker(ticker, at)
            case messages.ProvenBook() as book if self._newest.admits(received):
                yield self._depth(book, at)
            case messages.TradesMessage(is_snapshot=False, trades=trades) as told if trades:
                yield self._trades(told)
            case messages.CandlesMessage() as candles:
                yield from self._told(self._candles.take(received.stream, candles), at)
            case _:
                return

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._newest.keep(streams)
        self._candles.keep(streams)

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that nothing overlaps on these streams."""
        self._newest.forget(streams)
        self._candles.interrupted(streams)

    def _ticker(self, told: messages.TickerMessage, at: int) -> Iterator[Addressed]:
        ticker = _ticker_event(told, at, self._label)
        if ticker is None:
            return
        yield (
            Topic(MarketKind.PRICE, told.symbol),
            events.Price(
                symbol=ticker.symbol,
                time=ticker.time,
                source=ticker.source,
                price=ticker.price,
                change=ticker.change,
                change_percent=ticker.change_percent,
                high=ticker.high,
                low=ticker.low,
                volume=ticker.volume,
            ),
        )
        yield Topic(MarketKind.TICKER, told.symbol), ticker

    def _trades(self, told: messages.TradesMessage) -> Addressed:
        return Topic(MarketKind.TRADE, told.symbol), events.Trades(
            symbol=told.symbol, time=told.trades[-1].time, source=self._label, trades=told.trades
        )

    def _depth(self, book: messages.ProvenBook, at: int) -> Addressed:
        return Topic(MarketKind.DEPTH, book.symbol), events.Depth(
            symbol=book.symbol, time=at, source=self._label, bids=book.bids, asks=book.asks
        )

    def _told(self, candles: Iterable[Told], at: int) -> Iterator[Addressed]:
        for row, is_final in candles:
            yield Topic(MarketKind.CANDLE, row.symbol, row.interval), self._candle(row, at, is_final=is_final)

    def _candle(self, row: messages.CandleRow, at: int, *, is_final: bool) -> events.Candle:
        close_time = close_time_of(row.interval, row.open_time)
        return events.Candle(
            symbol=row.symbol,
            time=close_time if is_final else at,
            source=self._label,
            interval=row.interval,
            open_time=row.open_time,
            close_time=close_time,
            open=row.open,
            high=row.high,
            low=row.low,
            close=row.close,
            volume=row.volume,
            quote_volume=quote_volume(row.volume, row.volume_weighted_price),
            trades=row.trades,
            is_final=is_final,
        )


def quote_volume(volume: Decimal, weighted_price: Decimal) -> Decimal:
    """Return a volume in quote units, to eight places, of one in base units and the price weighted by it."""
    return _CONTEXT.multiply(volume, weighted_price).quantize(_QUOTE_PLACES, context=_CONTEXT)


def _ticker_event(told: messages.TickerMessage, at: int, label: Source) -> events.Ticker | None:
    price, change, high, low, volume = told.price, told.change, told.high, told.low, told.volume
    if price is None or change is None or high is None or low is None or volume is None or not price:
        return None
    opening = price - change
    return events.Ticker(
        symbol=told.symbol,
        time=at,
        source=label,
        price=price,
        bid=told.bid,
        ask=told.ask,
        open=opening,
        high=high,
        low=low,
        previous_close=None,
        change=change,
        change_percent=percent_change(opening, price),
        volume=volume,
        quote_volume=None if told.volume_weighted_price is None else quote_volume(volume, told.volume_weighted_price),
    )


class _NewestStates:
    """The newest state of each stream: while one connection takes over from another, both tell it."""

    def __init__(self, limits: DuplicateLimits) -> None:
        self._limits = limits
        self._newest: dict[str, tuple[int, SourceMessage]] = {}
        self.doubles = 0

    def admits(self, received: Received) -> bool:
        """Return whether a state is no older than the newest of its stream, and not the same."""
        time = event_time(received.message) or 0
        newest = self._newest.get(received.stream)
        if newest is not None:
            is_older = newest[0] - self._limits.clock_anew * 1000 <= time < newest[0]
            if is_older or received.message == newest[1]:
                self.doubles += 1
                return False
        self._newest[received.stream] = (time, received.message)
        return True

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._newest = {stream: newest for stream, newest in self._newest.items() if stream in streams}

    def forget(self, streams: Collection[str]) -> None:
        """Forget these streams."""
        for stream in streams:
            self._newest.pop(stream, None)
