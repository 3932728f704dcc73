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
    """A step of all pairs, that ended at `time` by the clock of the exchange that follows."""

    time: int
    pairs: dict[str, PairStep]


class PairMarket:
    """One pair: its book, its trades (the last 10,000) and its candles, with times that are `ahead` of the followed."""

    def __init__(self, pair: Pair, followed: SymbolMarket, ahead: int) -> None:
        self.pair = pair
        self.book = FollowedBook(pair, followed.book)
        self.candles = FollowedCandles(pair, followed.candles, ahead)
        self._ahead = ahead
        self.trades = deque(map(self._trade_of, followed.trades), maxlen=_KEPT_TRADES)
        self._waiting: dict[tuple[Side, int], int] = {}
        """What stands at levels of the followed book, where it isn't told here yet."""

    def advance(self, time: int, trades: list[Trade], levels: _Levels, *, stands_still: bool) -> PairStep:
        """Take what a step that ended at `time` brought to the followed symbol.

        While it stands still, all is traded at the last price, and the book stays as it was.
        """
        last_price = self.candles.last_price
        made = [self._trade_of(trade) for trade in trades]
        if stands_still:
            made = [msgspec.structs.replace(trade, price=last_price) for trade in made]
        for trade in made:
            self.candles.add(trade)
        self.trades.extend(made)
        self.candles.roll(time)
        self._waiting.update({(side, price): quantity for side, price, quantity in levels})
        return PairStep(trades=made, touched=[] if stands_still else self._touched())

    def _touched(self) -> list[tuple[Side, int]]:
        """Let the book follow; return the sides and prices whose levels changed."""
        waiting, self._waiting = self._waiting, {}
        touched = [(side, self.book.side(side).set(price, quantity)) for (side, price), quantity in waiting.items()]
        return list(dict.fromkeys(touched))

    def _trade_of(self, trade: Trade) -> Trade:
        made = self.pair.trade_of(trade)
        return msgspec.structs.replace(made, time=made.time + self._ahead) if self._ahead else made


class FollowedMarket:
    """Pairs by name, each following a symbol of `market`, which is open.

    `lag`, in whole steps of 100 ms, is by how much all comes later, and `ahead`, in whole seconds, by how much the
    times that are told are ahead; both are in ms.
    """

    def __init__(self, market: Market, pairs: Mapping[str, Pair], lag: int, ahead: int = 0) -> None:
        self._market = market
        self._lag = lag
        self._ahead = ahead
        self._waiting: deque[tuple[int, dict[str, tuple[list[Trade], _Levels]]]] = deque()
        self.pairs = {
            name: PairMarket(pair, market.symbols[pair.source.symbol], ahead)
            for name, pair in pairs.items()
            if pair.source.symbol in market.symbols
        }
        self.time = market.time + ahead
        for one in self.pairs.values():
            one.candles.roll(self.time)

    def take(self, step: Step, *, stands_still: bool = False) -> Iterable[FollowedStep]:
        """Take a step of the followed market as it happens; yield those that are due here, where prices may stand."""
        brought = {name: (made.trades, self._levels(name, made.touched)) for name, made in step.symbols.items()}
        self._waiting.append((step.time, brought))
        while self._waiting and self._waiting[0][0] + self._lag <= step.time:
            time, due = self._waiting.popleft()
            yield self._advance(time + self._ahead, due, stands_still=stands_still)

    def _levels(self, symbol: str, touched: Iterable[tuple[Side, int]]) -> _Levels:
        book = self._market.symbols[symbol].book
        return [(side, price, book.side(side).quantity_at(price)) for side, price in touched]

    def _advance(
        self, time: int, brought: dict[str, tuple[list[Trade], _Levels]], *, stands_still: bool
    ) -> FollowedStep:
        self.time = time
        pairs = {
            name: pair.advance(time, *brought[pair.pair.source.symbol], stands_still=stands_still)
            for name, pair in self.pairs.items()
        }
        return FollowedStep(time=time, pairs=pairs)
