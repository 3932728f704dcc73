"""A symbol that something trades: its market as it stands, and which sub-accounts a trade reaches."""

from collections import deque
from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from streaming.events import Depth, Level, Source, Trade
from trading.engine.instrument import Instrument, Rounding
from trading.engine.live.triggers import PriceTriggers
from trading.engine.matching.book import Book, BookLevel
from trading.live.worker.trade_sequence import TradeSequence

_MOST_EARLY = 10_000
"""Of more trades that come before the first book the oldest are left out, and fetched as missing."""


class FollowedSymbol:
    """What the worker knows of a symbol. `last` is the last price in ticks; None while nothing is known.

    `members` are the ids of the sub-accounts that trade it, each with the number of the book that it has seen.
    `is_away` while its data can't be relied upon; where it `lags`, it is away until no trade is missing. `heard_at`
    (monotonic seconds) is when anything of it last came, `missing_since` since when trades are waited for.
    """

    def __init__(self, instrument: Instrument, sequence: TradeSequence, *, now: float) -> None:
        self.instrument = instrument
        self.sequence = sequence
        self.triggers: PriceTriggers[int] = PriceTriggers()
        self.members: dict[int, int] = {}
        self.book: Book | None = None
        self._book_number = 0
        self._early: deque[Trade] = deque(maxlen=_MOST_EARLY)
        self.last: int | None = None
        self.source: Source | None = None
        self.is_away = self.lags = False
        self.heard_at = now
        self.missing_since: float | None = None

    def take_over(self, former: Self) -> None:
        """Know the market as another did; which trades count is left to the sequence."""
        self.book, self.last, self.source = former.book, former.last, former.source
        self._book_number = former._book_number
        self.is_away, self.lags, self.heard_at = former.is_away, former.lags, former.heard_at

    def change_instrument(self, instrument: Instrument) -> None:
        """Go by other ticks and steps: the book was of those before, and the next one is waited for."""
        price, self.instrument, self.book = self.price, instrument, None
        self.last = None if price is None else self.ticks(price)

    @property
    def market(self) -> int | None:
        """The market's price in ticks: of the last trade, before the first the middle of the book."""
        if self.last is not None or self.book is None or not self.book.bids or not self.book.asks:
            return self.last
        return (self.book.bids[0].price + self.book.asks[0].price) // 2

    @property
    def can_trade(self) -> bool:
        """Whether its book and its price are known, and can be relied upon."""
        return not self.is_away and self.book is not None and self.market is not None

    @property
    def price(self) -> Decimal | None:
        """The market's price as a decimal."""
        return None if self.market is None else self.instrument.price(self.market)

    def has_waited(self, seconds: float, *, now: float) -> bool:
        """Return whether trades have been waited for longer than so."""
        return self.missing_since is not None and now - self.missing_since > seconds

    def add(self, pk: int) -> None:
        """Note that a sub-account trades it, which has seen no book yet."""
        self.members[pk] = 0

    def remove(self, pk: int) -> None:
        """Note that a sub-account trades it no more."""
        self.members.pop(pk, None)
        self.triggers.discard(pk)

    def has_new_book_for(self, pk: int) -> bool:
        """Return whether a sub-account has not seen the newest book; then it has from now on."""
        is_new = self.members[pk] != self._book_number
        self.members[pk] = self._book_number
        return is_new

    def after_book(self, trades: Sequence[Trade]) -> Sequence[Trade]:
        """Return trades where the book is known; before that they wait for it: a new order looks at the book first."""
        if self.book is not None:
            return trades
        self._early.extend(trades)
        return ()

    def taken_early_trades(self) -> Sequence[Trade]:
        """Return the trades that have waited for the first book, which wait no more."""
        early = tuple(self._early)
        self._early.clear()
        return early

    def see_trade(self, price: int) -> None:
        """Take a trade's price, in ticks, as the last; what of the book it has passed is gone."""
        self.last = price
        if self.book is not None:
            self.book = self.book.after_trade(price)

    def see_depth(self, depth: Depth) -> None:
        """Take the order book as it stands now."""
        self._book_number += 1
        self.book = Book(bids=self._levels(depth.bids), asks=self._levels(depth.asks))

    def ticks(self, price: Decimal) -> int:
        """Return a price of the market in ticks, to the nearest where the exchange has changed them."""
        return self.instrument.ticks(price, Rounding.NEAREST)

    def steps(self, quantity: Decimal) -> int:
        """Return a quantity of the market in steps, rounded down."""
        return self.instrument.steps(quantity, Rounding.DOWN)

    def _levels(self, levels: tuple[Level, ...]) -> tuple[BookLevel, ...]:
        return tuple(BookLevel(self.ticks(level.price), self.steps(level.quantity)) for level in levels)
