"""How Coinbase spells a product: `BTC-USD`, on the feed and in REST alike. Pure."""


def listed_name(pair: str) -> str:
    """Return a pair, which a person may have written with a slash or in lower case, as the exchange lists it.

    >>> listed_name("BTC-USD"), listed_name("eth/btc")
    ('BTC-USD', 'ETH-BTC')
    """
    return pair.replace("/", "-").upper()
