"""From Coinbase's messages to our events, none of them twice. Pure.

The exchange tells neither a previous close nor volumes in quote units over 24 hours: these are None. The trade that a
subscription begins with is old, and told to nobody.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from streaming import events
from streaming.events import Source
from streaming.market.sources.answers import BookSnapshot, CandleSeed
from streaming.market.sources.coinbase import messages
from streaming.market.sources.coinbase.candle_aggregator import CandleAggregator, Told
from streaming.market.sources.coinbase.stream_names import Channel, split_stream
from streaming.market.sources.latest_states import LatestStates
from streaming.market.sources.messages import Received, event_time
from streaming.market.sources.percent import percent_change
from streaming.market.sources.price import price_of
from streaming.market.sources.source import Addressed, DuplicateLimits
from streaming.topics.topic import MarketKind, Topic

_AHEAD_MS = 1_000
"""How far the exchange's clock may be ahead of ours where candles are closed by it: one wrong message closes none."""


class CoinbaseInterpreter:
    """Makes events of messages that are new: states that aren't older than the newest of their stream, and candles.

    Trades pass: who finds their gaps knows what was told of them.
    """

    def __init__(self, label: Source, *, limits: DuplicateLimits) -> None:
        self._label = label
        self._latest = LatestStates(limits)
        self._candles: dict[str, CandleAggregator] = {}

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""
        return self._latest.doubles

    def events_of(self, received: Received, *, received_at: int) -> Iterable[Addressed]:
        """Yield what a message means for our topics; nothing, where it means nothing."""
        told_at = event_time(received.message)
        at = received_at if told_at is None else told_at
        match received.message:
            case messages.TickerMessage() as ticker if ticker.price and self._latest.admits(received):
                yield from self._ticker(ticker, at)
            case messages.BestLevels() as book if self._latest.admits(received):
                yield self._depth(book, at)
            case messages.MatchMessage(is_last=False) as match:
                yield self._trade(match)
                yield from self._told(match.symbol, self._candles_of(match.symbol).take(match.trade), match.trade.time)
            case messages.HeartbeatMessage() as beat:
                time = min(at, received_at + _AHEAD_MS)
                closed = self._candles_of(beat.symbol).close_until(time, beat.last_trade_id)
                yield from self._told(beat.symbol, closed, at)
            case _:
                return

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return those of these candles whose beginning wasn't listened to."""
        return [
            topic
            for topic in candles
            if topic.interval is not None and not self._candles_of(topic.symbol).is_seeded(topic.interval)
        ]

    def seed(self, candle: Topic, seed: CandleSeed) -> Iterable[Addressed]:
        """Yield a candle with what was traded in it before, and those that have followed it."""
        if candle.interval is not None:
            told = self._candles_of(candle.symbol).seed(candle.interval, seed)
            yield from self._told(candle.symbol, told, max(seed.as_of, seed.trades[-1].time if seed.trades else 0))

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return none: books begin with what the feed itself tells."""
        return {}

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> Iterable[Addressed]:
        """Return nothing: no book needs it."""
        return ()

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._latest.keep(streams)
        products = {product for product, channel in map(split_stream, streams) if channel == Channel.MATCHES}
        self._candles = {product: candles for product, candles in self._candles.items() if product in products}

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that nothing overlaps on these streams."""
        self._latest.forget(streams)
        for product, channel in map(split_stream, streams):
            if channel == Channel.MATCHES:
                self._candles_of(product).lose()

    def _candles_of(self, product: str) -> CandleAggregator:
        return self._candles.setdefault(product, CandleAggregator())

    def _ticker(self, told: messages.TickerMessage, at: int) -> Iterator[Addressed]:
        ticker = events.Ticker(
            symbol=told.symbol,
            time=at,
            source=self._label,
            price=told.price,
            bid=told.bid,
            ask=told.ask,
            open=told.open,
            high=told.high,
            low=told.low,
            previous_close=None,
            change=told.price - told.open,
            change_percent=percent_change(told.open, told.price),
            volume=told.volume,
            quote_volume=None,
        )
        yield Topic(MarketKind.PRICE, told.symbol), price_of(ticker)
        yield Topic(MarketKind.TICKER, told.symbol), ticker

    def _trade(self, match: messages.MatchMessage) -> Addressed:
        return Topic(MarketKind.TRADE, match.symbol), events.Trades(
            symbol=match.symbol, time=match.trade.time, source=self._label, trades=(match.trade,)
        )

    def _depth(self, book: messages.BestLevels, at: int) -> Addressed:
        return Topic(MarketKind.DEPTH, book.symbol), events.Depth(
            symbol=book.symbol, time=at, source=self._label, bids=book.bids, asks=book.asks
        )

    def _told(self, product: str, candles: Iterable[Told], at: int) -> Iterator[Addressed]:
        for interval, row, is_final in candles:
            candle = row.candle(
                symbol=product,
                interval=interval,
                source=self._label,
                time=row.close_time if is_final else at,
                is_final=is_final,
            )
            yield Topic(MarketKind.CANDLE, product, interval), candle
