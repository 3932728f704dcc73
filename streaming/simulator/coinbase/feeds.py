"""What a subscription brings: what is told first, then frames as the market moves; shared by its subscribers. Pure."""

from collections.abc import Iterable
from random import Random

from streaming.simulator.candles.candles import MINUTE, SECOND
from streaming.simulator.coinbase import frames
from streaming.simulator.following.fan_out import Feed, FeedKey
from streaming.simulator.following.market import PairMarket, PairStep
from streaming.simulator.following.pairs import Pair
from streaming.simulator.market.matching import Trade
from streaming.simulator.market.order_book import Side

CHANNELS = ("heartbeat", "ticker", "ticker_batch", "matches", "level2_batch")
"""The channels of products that need no key."""
STATUS = "status"
_BATCH = 5 * SECOND
_UNKNOWN_REMOVALS = 0.2
"""How many updates remove a level that nobody knew, as on the exchange."""


class MatchFeed:
    """Each trade, and the last one before."""

    def __init__(self, market: PairMarket) -> None:
        self._market = market

    def snapshot(self) -> list[bytes]:
        """Return the last trade, which is old."""
        return [frames.encode(frames.match(self._market.pair, one, "last_match")) for one in _last(self._market.trades)]

    def events(self, step: PairStep, _time: int) -> list[bytes]:
        """Return one frame a trade."""
        return [frames.encode(frames.match(self._market.pair, trade)) for trade in step.trades]


class TickerFeed:
    """The 24 hours after each order of a taker: its matches are gathered. In batches, only the newest, every 5 s."""

    def __init__(self, market: PairMarket, *, in_batches: bool) -> None:
        self._market = market
        self._in_batches = in_batches
        self._newest: list[Trade] = []

    def snapshot(self) -> list[bytes]:
        """Return the ticker of the last trade."""
        return self._tickers(_last(self._market.trades))

    def events(self, step: PairStep, time: int) -> list[bytes]:
        """Return the ticker after the last trade of each taker's order."""
        if not self._in_batches:
            return self._tickers({trade.taker_order_id: trade for trade in step.trades}.values())
        self._newest = _last(step.trades) or self._newest
        if time % _BATCH:
            return []
        due, self._newest = self._newest, []
        return self._tickers(due)

    def _tickers(self, trades: Iterable[Trade]) -> list[bytes]:
        return [frames.encode(frames.ticker(self._market, trade)) for trade in trades]


class BookFeed:
    """The whole book, then the levels that changed: without number and checksum, so that nothing proves it."""

    def __init__(self, market: PairMarket, time: int, deep_levels: int, chance: Random) -> None:
        self._market = market
        self._time = time
        self._deep_levels = deep_levels
        self._chance = chance

    def snapshot(self) -> list[bytes]:
        """Return the book."""
        return [frames.encode(frames.snapshot(self._market, self._time, self._deep_levels))]

    def events(self, step: PairStep, time: int) -> list[bytes]:
        """Return the levels that changed in a step."""
        self._time = time
        if not step.touched:
            return []
        book = self._market.book
        changes = [(side, (price, book.side(side).quantity_at(price))) for side, price in step.touched]
        if self._chance.random() < _UNKNOWN_REMOVALS and (lowest := book.bids.best()[-1:]):
            changes.append((Side.BUY, (lowest[0][0] * 2 // 3, 0)))
        return [frames.encode(frames.update(self._market.pair, changes, time))]


class HeartbeatFeed:
    """A sign of life on each whole second, with the last trade."""

    def __init__(self, market: PairMarket) -> None:
        self._market = market

    def snapshot(self) -> list[bytes]:
        """Return nothing: the next second comes."""
        return []

    def events(self, _step: PairStep, time: int) -> list[bytes]:
        """Return a heartbeat when a second is full."""
        return [] if time % SECOND else [frames.encode(frames.heartbeat(self._market, time))]


class StatusFeed:
    """All products and currencies, at once and each minute."""

    def __init__(self, pairs: list[Pair]) -> None:
        self._pairs = pairs

    def snapshot(self) -> list[bytes]:
        """Return what is listed."""
        return [frames.encode(frames.status(self._pairs))]

    def events(self, _step: PairStep, time: int) -> list[bytes]:
        """Return what is listed when a minute is full."""
        return [] if time % MINUTE else self.snapshot()


def open_product_feed(key: FeedKey, market: PairMarket, time: int, deep_levels: int, chance: Random) -> Feed:
    """Return what a key of a known channel and product brings, from a market that stands at `time`."""
    match key.channel:
        case "level2_batch":
            return BookFeed(market, time, deep_levels, chance)
        case "heartbeat":
            return HeartbeatFeed(market)
        case "ticker" | "ticker_batch":
            return TickerFeed(market, in_batches=key.channel == "ticker_batch")
        case _:
            return MatchFeed(market)


def _last(trades: Iterable[Trade]) -> list[Trade]:
    return list(trades)[-1:]
