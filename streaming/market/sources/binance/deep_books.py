"""The deep order books of the symbols whose changes are listened to. Pure."""

from collections.abc import Collection, Iterator

from streaming.events import Depth, Source
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.binance.local_book import LocalBook
from streaming.market.sources.binance.messages import DepthUpdateMessage
from streaming.market.sources.binance.stream_names import topics_of
from streaming.market.sources.source import Addressed
from streaming.topics.topic import DEEP_LEVELS, MarketKind, Topic


class DeepBooks:
    """Keeps a book for each deep topic of the streams that `keep` was told of, and tells it after each change."""

    def __init__(self, label: Source) -> None:
        self._label = label
        self._books: dict[Topic, LocalBook] = {}
        self._received_at: dict[Topic, int] = {}

    def keep(self, streams: Collection[str]) -> None:
        """Keep the books of these streams, and no others."""
        self._books = {topic: self._books.get(topic) or LocalBook(DEEP_LEVELS) for topic in _deep_topics(streams)}
        self._received_at = {topic: at for topic, at in self._received_at.items() if topic in self._books}

    def interrupted(self, streams: Collection[str]) -> None:
        """Begin the books of these streams anew: what comes next may be another exchange's."""
        for topic in _deep_topics(streams):
            if topic in self._books:
                self._books[topic] = LocalBook(DEEP_LEVELS)

    def take(self, update: DepthUpdateMessage, received_at: int) -> Iterator[Addressed]:
        """Yield the book that changes have made; nothing, where it isn't known, or its changes aren't wanted.

        Its time is that of their receipt, in ms, as it is of a book that comes whole: so both can be compared.
        """
        topic = _deep_topic(update.symbol)
        book = self._books.get(topic)
        if book is None:
            return
        self._received_at[topic] = received_at
        if book.take(update):
            yield from self._told(topic, book)

    def unseeded(self, topics: Collection[Topic]) -> dict[Topic, str]:
        """Return those of these topics whose book needs a snapshot now, each with the reason."""
        books = ((topic, self._books.get(topic)) for topic in topics)
        return {topic: str(book.lack) for topic, book in books if book is not None and book.needs_snapshot}

    def seed(self, topic: Topic, snapshot: BookSnapshot) -> Iterator[Addressed]:
        """Yield the book that begins with a snapshot; nothing, and it is still needed, where it was too old."""
        book = self._books.get(topic)
        if book is not None and book.seed(snapshot):
            yield from self._told(topic, book)

    def _told(self, topic: Topic, book: LocalBook) -> Iterator[Addressed]:
        if (best := book.best) is not None:
            yield (
                topic,
                Depth(
                    symbol=topic.symbol,
                    time=self._received_at[topic],
                    source=self._label,
                    bids=best.bids.best(DEEP_LEVELS),
                    asks=best.asks.best(DEEP_LEVELS),
                    levels=DEEP_LEVELS,
                ),
            )


def _deep_topic(symbol: str) -> Topic:
    return Topic(MarketKind.DEPTH, symbol, levels=DEEP_LEVELS)


def _deep_topics(streams: Collection[str]) -> list[Topic]:
    return [topic for stream in streams for topic in topics_of(stream) if topic.levels]
