"""The truth: what the simulated exchange made, as it was made. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal

from streaming.simulator.candles.candles import Candle, next_open_time
from streaming.simulator.market.instruments import UNITS, Instrument
from streaming.simulator.market.market import Step
from streaming.simulator.market.matching import Trade
from tests.soak.judging.types import Feed, FeedKind, Item

INTERVALS = ("1s", "1m")
"""The candles that witnesses read."""


class Made:
    """All items of one feed, in the order in which they were made."""

    def __init__(self) -> None:
        self._items: dict[int, Item] = {}
        self._keys: list[int] = []
        self._times: list[int] = []

    def __len__(self) -> int:
        """Return how many were made."""
        return len(self._keys)

    def add(self, item: Item) -> None:
        """Take the next one."""
        self._items[item.key] = item
        self._keys.append(item.key)
        self._times.append(item.time)

    def add_earlier(self, items: Sequence[Item]) -> None:
        """Take what was made before the first one, the oldest first."""
        self._items.update((item.key, item) for item in items)
        self._keys[:0] = [item.key for item in items]
        self._times[:0] = [item.time for item in items]

    def get(self, key: int) -> Item | None:
        """Return the item of a key; None where none was made."""
        return self._items.get(key)

    def between(self, after: int, until: int) -> Sequence[Item]:
        """Return what was made after `after` and not after `until`."""
        keys = self._keys[bisect_right(self._times, after) : bisect_right(self._times, until)]
        return [self._items[key] for key in keys]


class Truth:
    """What was made of each feed of these instruments."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._instruments = {one.symbol: one for one in instruments}
        self._made = {feed: Made() for feed in feeds_of(self._instruments)}

    def __getitem__(self, feed: Feed) -> Made:
        """Return what was made of a feed."""
        return self._made[feed]

    def take(self, step: Step) -> None:
        """Take note of a step of the market."""
        for symbol, news in step.symbols.items():
            instrument = self._instruments[symbol]
            for trade in news.trades:
                self._made[Feed(FeedKind.TRADES, symbol)].add(_trade(trade, instrument))
            for interval, candle in news.closed:
                if interval in INTERVALS:
                    self._made[Feed(FeedKind.CANDLES, symbol, interval)].add(_candle(candle, interval, instrument))

    def take_past_candles(self, symbol: str, interval: str, candles: Iterable[Candle]) -> None:
        """Take note of candles that closed before the first step, the oldest first.

        A bridge that can't learn where its predecessor stopped fetches them again.
        """
        instrument = self._instruments[symbol]
        items = [_candle(candle, interval, instrument) for candle in candles]
        self._made[Feed(FeedKind.CANDLES, symbol, interval)].add_earlier(items)


def feeds_of(symbols: Iterable[str]) -> list[Feed]:
    """Return every feed of these symbols."""
    feeds = []
    for symbol in symbols:
        feeds.append(Feed(FeedKind.TRADES, symbol))
        feeds += [Feed(FeedKind.CANDLES, symbol, interval) for interval in INTERVALS]
    return feeds


def _trade(trade: Trade, instrument: Instrument) -> Item:
    values = (_price(trade.price, instrument), _quantity(trade.quantity, instrument))
    return Item(trade.trade_id, trade.time, trade.time, values)


def _candle(candle: Candle, interval: str, instrument: Instrument) -> Item:
    prices = [_price(one, instrument) for one in (candle.open, candle.high, candle.low, candle.close)]
    values = (*prices, _quantity(candle.volume, instrument))
    return Item(candle.open_time, candle.open_time, next_open_time(interval, candle.open_time) - 1, values)


def _price(ticks: int, instrument: Instrument) -> Decimal:
    return Decimal(ticks * instrument.tick) / UNITS


def _quantity(steps: int, instrument: Instrument) -> Decimal:
    return Decimal(steps * instrument.step) / UNITS
