"""What Kraken lists, and how it spells it: `BTC/USD` on its feed, `XBT/USD`, `XBTUSD` and `XXBTZUSD` in REST. Pure."""

from streaming.simulator.following.pairs import Pair
from streaming.simulator.market.instruments import UNITS

DEPTHS = (10, 25, 100, 500, 1000)
INTERVALS = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
"""Lengths of candles, in minutes. All are counted from the epoch, so that weeks begin on Thursday."""

LEAST_TICKS = {"BTC": UNITS // 10}
_OLD_NAMES = {"BTC": "XBT", "DOGE": "XDG"}
_LONG_NAMES = {"BTC": "XXBT", "ETH": "XETH", "XRP": "XXRP", "DOGE": "XXDG", "USD": "ZUSD"}
_LONG_KEYS = {"BTC", "ETH", "XRP"}
_DOLLAR = "USD"


def feed_name(pair: Pair) -> str:
    """Return the name on the feed, version 2."""
    return f"{pair.base}/{pair.quote}"


def old_name(pair: Pair) -> str:
    """Return the name on the feed of version 1, which REST calls `wsname`."""
    return f"{_OLD_NAMES.get(pair.base, pair.base)}/{_OLD_NAMES.get(pair.quote, pair.quote)}"


def alternative_name(pair: Pair) -> str:
    """Return what REST calls `altname`."""
    return old_name(pair).replace("/", "")


def key(pair: Pair) -> str:
    """Return the key of REST's answers: long for the oldest pairs against dollars."""
    if pair.base in _LONG_KEYS and pair.quote == _DOLLAR:
        return asset_name(pair.base) + asset_name(pair.quote)
    return alternative_name(pair)


def asset_name(asset: str) -> str:
    """Return what REST calls an asset."""
    return _LONG_NAMES.get(asset, asset)


def least_quantity(pair: Pair) -> int:
    """Return the least quantity of an order, in steps: the power of ten that is worth 1 to 10 of the quote asset.

    Kraken sets each pair's by hand, to a few dollars' worth: 0.00005 BTC, 0.001 ETH, 50 DOGE in July 2026.
    """
    steps_of_one = UNITS * UNITS // (pair.source.reference * pair.source.tick * pair.source.step)
    return 10 ** len(str(steps_of_one)) if steps_of_one else 1
