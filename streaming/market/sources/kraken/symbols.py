"""How Kraken spells a pair: `BTC/USD` on the feed; in REST `XBT/USD` (`wsname`) and `XBTUSD` (`altname`). Pure."""

_ASSETS = {"XBT": "BTC", "XDG": "DOGE"}
_REST_ASSETS = {feed: rest for rest, feed in _ASSETS.items()}


def feed_name(rest_name: str) -> str:
    """Return the feed's name of a pair that REST names (`wsname`); the case of letters is part of a name.

    >>> feed_name("XDG/USD"), feed_name("ETH/XBT"), feed_name("AAPLx/USD")
    ('DOGE/USD', 'ETH/BTC', 'AAPLx/USD')
    """
    return "/".join(_ASSETS.get(asset, asset) for asset in rest_name.split("/"))


def listed_name(pair: str) -> str:
    """Return the feed's name of a pair that a person may have written with a hyphen.

    >>> listed_name("BTC/USD"), listed_name("AAPLx-USD")
    ('BTC/USD', 'AAPLx/USD')
    """
    return pair.replace("-", "/")


def rest_name(symbol: str) -> str:
    """Return the name by which REST is asked for a pair (`altname`).

    >>> rest_name("DOGE/USD"), rest_name("ETH/BTC"), rest_name("AAPLx/USD")
    ('XDGUSD', 'ETHXBT', 'AAPLxUSD')
    """
    return "".join(_REST_ASSETS.get(asset, asset) for asset in symbol.split("/"))
