"""From Binance's messages to our events, none of them twice."""

from collections.abc import Collection, Iterable, Mapping

from streaming.clock import Clock
from streaming.events import Source
from streaming.market.sources.answers import BookSnapshot, CandleSeed
from streaming.market.sources.binance.deep_books import DeepBooks
from streaming.market.sources.binance.duplicates import DuplicateFilter
from streaming.market.sources.binance.messages import DepthUpdateMessage
from streaming.market.sources.binance.normalise import Normaliser
from streaming.market.sources.binance.overview import MarketOverview
from streaming.market.sources.messages import Received
from streaming.market.sources.source import Addressed, DuplicateLimits
from streaming.topics.topic import Topic


class BinanceInterpreter:
    """Makes events of messages that are new; see `DuplicateFilter`, `Normaliser` and, for deep books, `DeepBooks`."""

    def __init__(
        self, label: Source, *, overview_symbols: Collection[str], limits: DuplicateLimits, clock: Clock
    ) -> None:
        self._guard = DuplicateFilter(limits, clock)
        overview = MarketOverview(tuple(overview_symbols), clock_anew=limits.clock_anew)
        self._normaliser = Normaliser(label, overview)
        self._books = DeepBooks(label)

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""
        return self._guard.doubles

    def events_of(self, received: Received, *, received_at: int) -> Iterable[Addressed]:
        """Return what a message means for our topics; nothing, where it was said already."""
        if isinstance(received.message, DepthUpdateMessage):
            return self._books.take(received.message, received_at)
        return self._normaliser.events_of(received, received_at=received_at) if self._guard.admits(received) else ()

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return none: the exchange sends whole candles."""
        return ()

    def seed(self, candle: Topic, seed: CandleSeed) -> Iterable[Addressed]:
        """Return nothing: no candle needs it."""
        return ()

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return those of these topics whose book needs a snapshot now, each with the reason."""
        return self._books.unseeded(topics)

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> Iterable[Addressed]:
        """Yield the book that begins with a snapshot."""
        return self._books.seed(topic, snapshot)

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._guard.keep(streams)
        self._books.keep(streams)

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that nothing overlaps on these streams."""
        self._guard.interrupted(streams)
        self._books.interrupted(streams)
