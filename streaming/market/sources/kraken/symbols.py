"""How Kraken spells a pair: `BTC/USD` on the feed, `XBT/USD` in what REST calls its feed's name. Pure."""

_ASSETS = {"XBT": "BTC", "XDG": "DOGE"}


def feed_name(rest_name: str) -> str:
    """Return the feed's name of a pair that REST names (`wsname`); the case of letters is part of a name.

    >>> feed_name("XDG/USD"), feed_name("ETH/XBT"), feed_name("AAPLx/USD")
    ('DOGE/USD', 'ETH/BTC', 'AAPLx/USD')
    """
    return "/".join(_ASSETS.get(asset, asset) for asset in rest_name.split("/"))
