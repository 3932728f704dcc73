"""What one subscription brings: a snapshot, then frames as the market moves; shared by its subscribers. Pure."""

from collections.abc import Callable, Iterable
from random import Random

from streaming.simulator.candles.candles import MINUTE
from streaming.simulator.following.book import FollowedSide, LevelRow
from streaming.simulator.following.fan_out import Feed, FeedKey
from streaming.simulator.following.market import PairMarket, PairStep
from streaming.simulator.kraken import frames
from streaming.simulator.market.order_book import Side

_SNAPSHOT_TRADES = 50
_SNAPSHOT_CANDLES = 10
_REPEATED = 0.1
"""How many of the changed levels are told twice in a frame, as the exchange tells what happened in between."""


class BookFeed:
    """A book of `depth` levels a side: what fell out of the depth is told by nobody.

    Checksums are wrong as long as it `is_damaged`.
    """

    def __init__(
        self, market: PairMarket, depth: int, chance: Random, time: int, is_damaged: Callable[[], bool]
    ) -> None:
        self._market = market
        self._depth = depth
        self._chance = chance
        self._time = time
        self._bids = dict(market.book.bids.best(depth))
        self._asks = dict(market.book.asks.best(depth))
        self._checksum = frames.checksum_of(market.pair, market.book)
        self._is_damaged = is_damaged

    def snapshot(self) -> list[bytes]:
        """Return the book as the last frame left it."""
        return [self._frame(list(self._bids.items()), list(self._asks.items()), is_snapshot=True)]

    def events(self, step: PairStep, time: int) -> list[bytes]:
        """Return the levels that changed, removed ones first."""
        if not step.touched:
            return []
        book = self._market.book
        bids, asks = dict(book.bids.best(self._depth)), dict(book.asks.best(self._depth))
        changed = (self._changes(self._bids, bids, book.bids), self._changes(self._asks, asks, book.asks))
        if not any(changed):
            return []
        self._bids, self._asks, self._time = bids, asks, time
        self._checksum = frames.checksum_of(self._market.pair, book)
        return [self._frame(*changed, is_snapshot=False)]

    def _changes(self, before: dict[int, int], now: dict[int, int], side: FollowedSide) -> list[LevelRow]:
        gone = [(price, 0) for price in before if price not in now and not side.quantity_at(price)]
        changed = [(price, quantity) for price, quantity in now.items() if before.get(price) != quantity]
        return [row for level in (*gone, *changed) for row in self._told(level)]

    def _told(self, level: LevelRow) -> list[LevelRow]:
        if self._chance.random() >= _REPEATED:
            return [level]
        price, quantity = level
        return [(price, quantity + self._chance.randint(1, 1000)), level]

    def _frame(self, bids: list[LevelRow], asks: list[LevelRow], *, is_snapshot: bool) -> bytes:
        checksum = self._checksum ^ self._is_damaged()
        row = frames.book_row(self._market.pair, bids, asks, checksum, self._time)
        return frames.envelope("book", [row], is_snapshot=is_snapshot)


class TradeFeed:
    """Each trade; those of one taker's order come in one frame."""

    def __init__(self, market: PairMarket) -> None:
        self._market = market

    def snapshot(self) -> list[bytes]:
        """Return the last 50 trades, oldest first."""
        rows = [frames.trade_row(self._market.pair, trade) for trade in list(self._market.trades)[-_SNAPSHOT_TRADES:]]
        return [frames.envelope("trade", rows, is_snapshot=True)]

    def events(self, step: PairStep, _time: int) -> list[bytes]:
        """Return a frame for each order of a taker."""
        orders: dict[int, list[str]] = {}
        for trade in step.trades:
            orders.setdefault(trade.taker_order_id, []).append(frames.trade_row(self._market.pair, trade))
        return [frames.envelope("trade", rows, is_snapshot=False) for rows in orders.values()]


class TickerFeed:
    """The 24 hours, after each step with a trade; with the trigger `bbo` also where a best price changed."""

    def __init__(self, market: PairMarket, trigger: str, time: int) -> None:
        self._market = market
        self._follows_best = trigger == "bbo"
        self._time = time
        self._best = self._now_best()

    def snapshot(self) -> list[bytes]:
        """Return the ticker as it stands."""
        return [self._frame(is_snapshot=True)]

    def events(self, step: PairStep, time: int) -> list[bytes]:
        """Return the ticker where it changed."""
        before, self._best, self._time = self._best, self._now_best(), time
        if not step.trades and not (self._follows_best and before != self._best):
            return []
        return [self._frame(is_snapshot=False)]

    def _now_best(self) -> tuple[list[LevelRow], list[LevelRow]]:
        book = self._market.book
        return book.side(Side.BUY).best(1), book.side(Side.SELL).best(1)

    def _frame(self, *, is_snapshot: bool) -> bytes:
        market = self._market
        row = frames.ticker_row(market.pair, market.book, market.candles, self._time)
        return frames.envelope("ticker", [row], is_snapshot=is_snapshot)


class CandleFeed:
    """The running candle, after each step with a trade; nothing is sent of a time without, and nothing closes one."""

    def __init__(self, market: PairMarket, minutes: int, time: int) -> None:
        self._market = market
        self._minutes = minutes
        self._time = time

    def snapshot(self) -> list[bytes]:
        """Return recent candles that had trades, oldest first."""
        times = self._market.candles.open_times(self._minutes * MINUTE, _SNAPSHOT_CANDLES)
        return [frames.candles(self._rows(times), self._time, is_snapshot=True)]

    def events(self, step: PairStep, time: int) -> list[bytes]:
        """Return the candle that the step's trades belong to."""
        self._time = time
        if not step.trades:
            return []
        length = self._minutes * MINUTE
        return [frames.candles(self._rows([step.trades[-1].time // length * length]), time, is_snapshot=False)]

    def _rows(self, times: list[int]) -> list[str]:
        candles = self._market.candles
        rows = [candles.row(time, self._minutes * MINUTE) for time in times]
        return [frames.candle_row(self._market.pair, row, self._minutes) for row in rows if row.trades]


class InstrumentFeed:
    """All pairs and assets, and all of them again when their status changed."""

    def __init__(self, markets: Iterable[PairMarket], status: Callable[[], str]) -> None:
        self._pairs = [market.pair for market in markets]
        self._status_now = status
        self._status = status()

    def snapshot(self) -> list[bytes]:
        """Return what is listed."""
        return [frames.instruments(self._pairs, self._status, is_snapshot=True)]

    def events(self, _step: PairStep, _time: int) -> list[bytes]:
        """Return what is listed where its status changed."""
        before, self._status = self._status, self._status_now()
        if before == self._status:
            return []
        return [frames.instruments(self._pairs, self._status, is_snapshot=False)]


def open_pair_feed(key: FeedKey, market: PairMarket, chance: Random, time: int, is_damaged: Callable[[], bool]) -> Feed:
    """Return what a key of a known channel and pair brings, from a market that stands at `time`."""
    match key.channel, key.parameter:
        case "book", int(depth):
            return BookFeed(market, depth, chance, time, is_damaged)
        case "ticker", str(trigger):
            return TickerFeed(market, trigger, time)
        case "ohlc", int(minutes):
            return CandleFeed(market, minutes, time)
        case _:
            return TradeFeed(market)
