"""A market that follows another's steps, a lag behind: what each step brought to each pair. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping

import msgspec

from streaming.simulator.following.book import FollowedBook
from streaming.simulator.following.candles import FollowedCandles
from streaming.simulator.following.pairs import Pair
from streaming.simulator.market.market import Market, Step, SymbolMarket
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.order_book import Side

_KEPT_TRADES = 10_000

_Levels = list[tuple[Side, int, int]]


class PairStep(msgspec.Struct, frozen=True, kw_only=True):
    """What a step brought to a pair: its trades in order, and the sides and prices whose levels changed."""

    trades: list[Trade]
    touched: list[tuple[Side, int]]


class FollowedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of all pairs, that ended at `time` on the followed exchange."""

    time: int
    pairs: dict[str, PairStep]


class PairMarket:
    """One pair: its book, its trades (the last 10,000) and its candles."""

    def __init__(self, pair: Pair, followed: SymbolMarket) -> None:
        self.pair = pair
        self.book = FollowedBook(pair, followed.book)
        self.candles = FollowedCandles(pair, followed.candles)
        self.trades = deque(map(pair.trade_of, followed.trades), maxlen=_KEPT_TRADES)

    def advance(self, time: int, trades: list[Trade], levels: _Levels) -> PairStep:
        """Take what a step that ended at `time` brought to the followed symbol."""
        made = [self.pair.trade_of(trade) for trade in trades]
        for trade in made:
            self.candles.add(trade)
        self.trades.extend(made)
        self.candles.roll(time)
        touched = [(side, self.book.side(side).set(price, quantity)) for side, price, quantity in levels]
        return PairStep(trades=made, touched=list(dict.fromkeys(touched)))


class FollowedMarket:
    """Pairs by name, each following a symbol of `market`, which is open; `lag` is in ms, in whole steps of 100 ms."""

    def __init__(self, market: Market, pairs: Mapping[str, Pair], lag: int) -> None:
        self._market = market
        self._lag = lag
        self._waiting: deque[tuple[int, dict[str, tuple[list[Trade], _Levels]]]] = deque()
        self.pairs = {
            name: PairMarket(pair, market.symbols[pair.source.symbol])
            for name, pair in pairs.items()
            if pair.source.symbol in market.symbols
        }
        self.time = market.time

    def take(self, step: Step) -> Iterable[FollowedStep]:
        """Take a step of the followed market as it happens; yield those that are due here."""
        brought = {name: (made.trades, self._levels(name, made.touched)) for name, made in step.symbols.items()}
        self._waiting.append((step.time, brought))
        while self._waiting and self._waiting[0][0] + self._lag <= step.time:
            yield self._advance(*self._waiting.popleft())

    def _levels(self, symbol: str, touched: Iterable[tuple[Side, int]]) -> _Levels:
        book = self._market.symbols[symbol].book
        return [(side, price, book.side(side).quantity_at(price)) for side, price in touched]

    def _advance(self, time: int, brought: dict[str, tuple[list[Trade], _Levels]]) -> FollowedStep:
        self.time = time
        return FollowedStep(
            time=time,
            pairs={name: pair.advance(time, *brought[pair.pair.source.symbol]) for name, pair in self.pairs.items()},
        )
