"""The order book's imbalance as candles close: noted for the models that are trained, and are asked, with it.

Only of the symbols that the settings have trained each night. It is that of the last book that was told before the
closed candle was, and counts where that is of about the time of the close: what is learnt from must not know what came
later, and what is asked by must not be old.
"""

from collections import defaultdict, deque
from collections.abc import Mapping

from django.conf import settings

from streaming.events import Candle, Depth, Event, Interval, Source
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.database_thread import DatabaseThread
from trading.learning.definitions import book_imbalance
from trading.learning.kinds import learning_is_installed
from trading.price_models.book_imbalances import NotedImbalance, imbalances_store

_OLDEST_MS = 10_000
_LATEST_MS = 2_000
"""How much before and after the close a book may be of: clocks differ, and a closed candle is told a little later."""
_KEPT = 4_000
"""So many closes of a symbol are kept in memory, which is more than are behind what is stored."""
_MOST_WAITING = 20_000
"""So many wait to be stored where the database doesn't answer; what comes then is left out."""


class NotedBooks:
    """Hears books and closed candles; `store` what was noted since."""

    def __init__(self, database: DatabaseThread) -> None:
        self._database = database
        self._interval = Interval(settings.LEARNING_INTERVAL)
        self._symbols = frozenset(settings.LEARNING_SYMBOLS if learning_is_installed() else ())
        self._books: dict[str, Depth] = {}
        self._known: Mapping[tuple[Source, str], dict[int, float]] = defaultdict(dict)
        self._waiting: deque[NotedImbalance] = deque()

    @property
    def topics(self) -> frozenset[Topic]:
        """What is to be read of the market."""
        books = {Topic(MarketKind.DEPTH, symbol) for symbol in self._symbols}
        return frozenset(books | {Topic(MarketKind.CANDLE, symbol, self._interval) for symbol in self._symbols})

    def hear(self, event: Event) -> None:
        """Take a book in, or note how it stood as a candle closed."""
        if isinstance(event, Depth) and event.symbol in self._symbols:
            self._books[event.symbol] = event
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

    def _note(self, candle: Candle) -> None:
        imbalance = self._imbalance_at(candle)
        if imbalance is None or len(self._waiting) >= _MOST_WAITING:
            return
        known = self._known[candle.source, candle.symbol]
        known[candle.close_time] = imbalance
        if len(known) > _KEPT:
            del known[next(iter(known))]
        self._waiting.append(NotedImbalance(candle.source, candle.symbol, candle.close_time, imbalance))

    def _imbalance_at(self, candle: Candle) -> float | None:
        """Return that of the last book, where it is one of the candle's market and of about the time of its close."""
        book = self._books.get(candle.symbol)
        if book is None or book.stale or book.source is not candle.source:
            return None
        if not -_OLDEST_MS <= book.time - candle.close_time <= _LATEST_MS:
            return None
        sides = [[(float(level.price), float(level.quantity)) for level in side] for side in (book.bids, book.asks)]
        return book_imbalance(*sides)
