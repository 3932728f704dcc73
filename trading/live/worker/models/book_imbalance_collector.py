"""The order book's imbalance as candles close: noted for the models that are trained, and are asked, with it.

Only of the symbols that the settings have trained each night. It is that of the last book of before the close, whatever
was told since: a closed candle is told a moment late, and what is learnt from must not know how the price goes on. What
is asked by must not be old.
"""

from collections import defaultdict, deque
from collections.abc import Mapping

from django.conf import settings

from streaming.events import Candle, Depth, Event, Interval, Source
from streaming.events.intervals import open_time_at
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.database_thread import DatabaseThread
from trading.learning.definitions import book_imbalance
from trading.learning.kinds import learning_is_installed
from trading.price_models.book_imbalances import CollectedImbalance, imbalances_store

_OLDEST_MS = 10_000
"""How much before the close a book may be of."""
_CANDLES_KEPT = 4
"""Of so many candles the last book is kept: of the one that goes on, and of those that may still be told as closed."""
_KEPT = 4_000
"""So many closes of a symbol are kept in memory, which is more than are behind what is stored."""
_MOST_WAITING = 20_000
"""So many wait to be stored where the database doesn't answer; what comes then is left out."""


class BookImbalanceCollector:
    """Hears books and closed candles; `store` what was noted since."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self._interval = Interval(settings.LEARNING_INTERVAL)
        self._symbols = frozenset(settings.LEARNING_SYMBOLS if learning_is_installed() else ())
        self._books: dict[str, dict[int, Depth]] = defaultdict(dict)
        self._known: Mapping[tuple[Source, str], dict[int, float]] = defaultdict(dict)
        self._waiting: deque[CollectedImbalance] = deque()

    @property
    def topics(self) -> frozenset[Topic]:
        """What is to be read of the market."""
        books = {Topic(MarketKind.DEPTH, symbol) for symbol in self._symbols}
        return frozenset(books | {Topic(MarketKind.CANDLE, symbol, self._interval) for symbol in self._symbols})

    def hear(self, event: Event) -> None:
        """Take a book in, or note how it stood as a candle closed."""
        if isinstance(event, Depth) and event.symbol in self._symbols:
            self._keep(event)
        elif isinstance(event, Candle) and event.is_final and not event.stale and self._is_learnt_from(event):
            self._note(event)

    def at(self, source: Source, symbol: str, close_time: int) -> float | None:
        """Return the imbalance as a candle closed whose last ms is `close_time`; None where it wasn't noted here."""
        return self._known.get((source, symbol), {}).get(close_time)

    async def store(self) -> None:
        """Store all that was noted; raise what the database does: then it is tried again with the next."""
        while noted := tuple(self._waiting):
            await self._database.run(imbalances_store, noted)
            for _ in noted:
                self._waiting.popleft()

    def _is_learnt_from(self, candle: Candle) -> bool:
        return candle.symbol in self._symbols and candle.interval is self._interval

    def _keep(self, book: Depth) -> None:
        """Keep a candle's last book, by when that opens; forget what was told longest ago: a clock may jump back."""
        books = self._books[book.symbol]
        open_time = open_time_at(self._interval, book.time)
        books.pop(open_time, None)  # so that it becomes the last
        books[open_time] = book
        if len(books) > _CANDLES_KEPT:
            del books[next(iter(books))]

    def _note(self, candle: Candle) -> None:
        imbalance = self._imbalance_at(candle)
        if imbalance is None or len(self._waiting) >= _MOST_WAITING:
            return
        known = self._known[candle.source, candle.symbol]
        known[candle.close_time] = imbalance
        if len(known) > _KEPT:
            del known[next(iter(known))]
        self._waiting.append(CollectedImbalance(candle.source, candle.symbol, candle.close_time, imbalance))

    def _imbalance_at(self, candle: Candle) -> float | None:
        """Return that of the last book of before its close, where it is one of the candle's market, and not old."""
        before = (book for book in self._books[candle.symbol].values() if book.time <= candle.close_time)
        book = max(before, key=lambda one: one.time, default=None)
        if book is None or book.stale or book.source is not candle.source:
            return None
        if candle.close_time - book.time > _OLDEST_MS:
            return None
        sides = [[(float(level.price), float(level.quantity)) for level in side] for side in (book.bids, book.asks)]
        return book_imbalance(*sides)
