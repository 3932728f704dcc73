"""One symbol's order book, kept from a snapshot and the changes that follow it, by Binance's own rules. Pure.

Source: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams, "How to manage a local order book
correctly", as corrected on 2025-11-12. A snapshot of so many levels says nothing of those beyond it, which changes name
all the same: they are left out, and another snapshot is asked for once too few of those that are known are left.
"""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

from streaming.events import Level
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.binance.messages import DepthUpdateMessage
from streaming.market.sources.order_book import BookSide, OrderBook

SNAPSHOT_LEVELS = 1_000
"""Levels of a side that a snapshot is asked for."""
MOST_LEVELS = 2_000
"""Levels of a side that are kept."""
MOST_WAITING = 1_000
"""Changes that wait for a snapshot; of more the oldest are let go, and the snapshot must be that much newer."""


class Lack(StrEnum):
    """Why a snapshot is needed."""

    FIRST = "there was none yet"
    GAP = "changes are missing"
    CROSSED = "bids have met asks"
    MALFORMED = "a level can't be"
    SHORT = "few of the levels that it told are left"


class LocalBook:
    """A book of which the best `levels` of each side count; `lack` says why it needs a snapshot, where it does."""

    def __init__(self, levels: int) -> None:
        self._levels = levels
        self._known: _KnownBook | None = None
        self._waiting: deque[DepthUpdateMessage] = deque(maxlen=MOST_WAITING)
        self.lack: Lack | None = Lack.FIRST

    @property
    def needs_snapshot(self) -> bool:
        """True where a snapshot is needed, and there are changes which it can be put before."""
        return self.lack is not None and bool(self._waiting)

    @property
    def best(self) -> OrderBook | None:
        """The book, as far as it is known; None where it isn't."""
        return None if self._known is None else self._known.book

    def take(self, update: DepthUpdateMessage) -> bool:
        """Take changes; return whether they have made another book of one that is known."""
        if not _is_sound(update.bids, update.asks):
            self._begin_anew(Lack.MALFORMED)
            return False
        if self.lack is not None:
            self._wait(update)
        return self._known is not None and self._follow(self._known, update)

    def seed(self, snapshot: BookSnapshot) -> bool:
        """Begin with a snapshot, and with the changes that wait for it; return whether the book is known then.

        It isn't where the snapshot is older than the first of them, or no book: it is to be asked for again.
        """
        is_older = not self._waiting or snapshot.update_id < self._waiting[0].first_id
        if is_older or not _is_sound(snapshot.bids, snapshot.asks):
            return False
        known, waiting = _KnownBook(snapshot), tuple(self._waiting)
        self._known, self.lack = known, None
        self._waiting.clear()
        if known.book.is_crossed:
            self._begin_anew(Lack.CROSSED)
        for update in waiting:
            if self._known is known:
                self._follow(known, update)
        return self._known is known

    def _follow(self, known: "_KnownBook", update: DepthUpdateMessage) -> bool:
        if update.last_id <= known.update_id:
            return False
        if update.first_id > known.update_id + 1:
            self._begin_anew(Lack.GAP)
            self._wait(update)
            return False
        known.change(update)
        if known.book.is_crossed:
            self._begin_anew(Lack.CROSSED)
            return False
        if known.is_short(self._levels) and self.lack is None:
            self.lack = Lack.SHORT
        return True

    def _begin_anew(self, lack: Lack) -> None:
        self._known, self.lack = None, lack
        self._waiting.clear()

    def _wait(self, update: DepthUpdateMessage) -> None:
        if self._waiting:
            newest = self._waiting[-1].last_id
            if update.last_id <= newest:
                return
            if update.first_id > newest + 1:
                self._waiting.clear()
        self._waiting.append(update)


class _KnownBook:
    """A book as of an update of the exchange."""

    def __init__(self, snapshot: BookSnapshot) -> None:
        self.update_id = snapshot.update_id
        self.book = OrderBook(snapshot.bids, snapshot.asks)
        self._sides = (
            _KnownSide(self.book.bids, snapshot.bids, is_bid=True),
            _KnownSide(self.book.asks, snapshot.asks, is_bid=False),
        )

    def change(self, update: DepthUpdateMessage) -> None:
        for side, levels in zip(self._sides, (update.bids, update.asks), strict=True):
            side.change(levels)
        self.update_id = update.last_id

    def is_short(self, levels: int) -> bool:
        return any(side.is_short(levels) for side in self._sides)


class _KnownSide:
    """A side of a book, down to the worst price of which it is known that nothing is missing above it."""

    def __init__(self, side: BookSide, told: tuple[Level, ...], *, is_bid: bool) -> None:
        self._side = side
        self._is_bid = is_bid
        prices = [level.price for level in told]
        is_whole = len(told) < SNAPSHOT_LEVELS
        self._worst: Decimal | None = None if is_whole else min(prices) if is_bid else max(prices)

    def change(self, levels: Iterable[Level]) -> None:
        self._side.change(level for level in levels if self._knows(level.price))
        if len(self._side) > MOST_LEVELS:
            self._side.cut(MOST_LEVELS)
            self._worst = self._side.best(MOST_LEVELS)[-1].price

    def is_short(self, levels: int) -> bool:
        return self._worst is not None and len(self._side) < levels

    def _knows(self, price: Decimal) -> bool:
        if self._worst is None:
            return True
        return price >= self._worst if self._is_bid else price <= self._worst


def _is_sound(*sides: Iterable[Level]) -> bool:
    return all(level.price > 0 and level.quantity >= 0 for levels in sides for level in levels)
