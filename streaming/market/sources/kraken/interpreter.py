"""From Kraken's messages to our events, none of them twice. Pure.

The exchange tells no previous close, and a volume in quote units only by its weighted price: previous closes are None,
and quote volumes the product, to eight places. A pair that never traded has no price, and nothing is told of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from streaming import events
from streaming.clock import Clock
from streaming.events import Source
from streaming.events.intervals import close_time_of
from streaming.market.sources.answers import BookSnapshot, CandleSeed
from streaming.market.sources.kraken import messages
from streaming.market.sources.kraken.running_candles import RunningCandles, Told
from streaming.market.sources.latest_states import LatestStates
from streaming.market.sources.messages import Received, event_time
from streaming.market.sources.percent import percent_change
from streaming.market.sources.price import price_of
from streaming.market.sources.quote_volume import quote_volume
from streaming.market.sources.source import Addressed, DuplicateLimits
from streaming.topics.topic import MarketKind, Topic

_AHEAD_MS = 1_000
"""How far the exchange's clock may be ahead of ours where candles are closed by it: one wrong message closes none."""


class KrakenInterpreter:
    """Makes events of messages that are new: states that aren't older than the newest of their stream, and candles.

    Trades pass: who finds their gaps knows what was told of them.
    """

    def __init__(self, label: Source, *, limits: DuplicateLimits, clock: Clock) -> None:
        self._label = label
        self._latest = LatestStates(limits)
        self._candles = RunningCandles()

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""
        return self._latest.doubles + self._candles.doubles

    def events_of(self, received: Received, *, received_at: int) -> Iterable[Addressed]:
        """Yield what a message means, and what its time means for candles that were open."""
        told_at = event_time(received.message)
        if told_at is not None:
            yield from self._told(self._candles.close_until(min(told_at, received_at + _AHEAD_MS)), told_at)
        at = received_at if told_at is None else told_at
        match received.message:
            case messages.TickerMessage() as ticker if self._latest.admits(received):
                yield from self._ticker(ticker, at)
            case messages.ProvenBook() as book if self._latest.admits(received):
                yield self._depth(book, at)
            case messages.TradesMessage(is_snapshot=False, trades=trades) as told if trades:
                yield self._trades(told)
            case messages.CandlesMessage() as candles:
                yield from self._told(self._candles.take(received.stream, candles), at)
            case _:
                return

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return none: the exchange sends whole candles."""
        return ()

    def seed(self, candle: Topic, seed: CandleSeed) -> Iterable[Addressed]:
        """Return nothing: no candle needs it."""
        return ()

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return none: books begin with what the feed itself tells."""
        return {}

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> Iterable[Addressed]:
        """Return nothing: no book needs it."""
        return ()

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._latest.keep(streams)
        self._candles.keep(streams)

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that nothing overlaps on these streams."""
        self._latest.forget(streams)
        self._candles.interrupted(streams)

    def _ticker(self, told: messages.TickerMessage, at: int) -> Iterator[Addressed]:
        ticker = _ticker_event(told, at, self._label)
        if ticker is None:
            return
        yield Topic(MarketKind.PRICE, told.symbol), price_of(ticker)
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
