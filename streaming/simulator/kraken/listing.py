"""What Kraken lists, and how it spells it: `BTC/USD` on its feed, `XBT/USD`, `XBTUSD` and `XXBTZUSD` in REST. Pure."""

from collections.abc import Iterable

from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.market.instruments import UNITS, Instrument

DEPTHS = (10, 25, 100, 500, 1000)
INTERVALS = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
"""Lengths of candles, in minutes. All are counted from the epoch, so that weeks begin on Thursday."""

_COARSE_TICKS = {"BTC": UNITS // 10}
_OLD_NAMES = {"BTC": "XBT", "DOGE": "XDG"}
_LONG_NAMES = {"BTC": "XXBT", "ETH": "XETH", "XRP": "XXRP", "DOGE": "XXDG", "USD": "ZUSD"}
_LONG_KEYS = {"BTC", "ETH", "XRP"}
_DOLLAR, _FOLLOWED_QUOTE = "USD", "USDT"


def pairs_of(instruments: Iterable[Instrument], settings: FollowingSettings) -> dict[str, Pair]:
    """Return the pairs by their names on the feed: those followed, and against USD what is against USDT."""
    pairs: dict[str, Pair] = {}
    for instrument in instruments:
        if instrument.quote == _FOLLOWED_QUOTE:
            _add(pairs, instrument, _DOLLAR, settings, settings.premium + settings.dollar_premium)
        _add(pairs, instrument, instrument.quote, settings, settings.premium)
    return pairs


def _add(pairs: dict[str, Pair], instrument: Instrument, quote: str, settings: FollowingSettings, premium: int) -> None:
    pairs[f"{instrument.base}/{quote}"] = Pair(
        base=instrument.base,
        quote=quote,
        source=instrument,
        tick=max(instrument.tick, _COARSE_TICKS.get(instrument.base, 0)),
        premium=premium,
        spread=settings.spread,
    )


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
