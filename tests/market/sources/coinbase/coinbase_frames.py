"""Frames of Coinbase's feed, with the digits that its wire has."""

import json

MINUTE_MS = 1_783_465_200_000
"""2026-07-07 23:00 UTC."""


def time_at(second: float) -> str:
    """Return a time, so long after 23:00."""
    minutes, seconds = divmod(second, 60)
    return f"2026-07-07T23:{int(minutes):02}:{seconds:09.6f}Z"


def subscriptions(**channels: list[str]) -> str:
    """Return all that a connection has; `level2_50` is the name of books."""
    rows = [{"name": name, "product_ids": products, "account_ids": None} for name, products in channels.items()]
    return json.dumps({"type": "subscriptions", "channels": rows})


def error(reason: str, method: str = "subscribe") -> str:
    """Return a refusal."""
    return json.dumps({"type": "error", "message": f"Failed to {method}", "reason": reason})


def match(
    number: int,
    second: float = 0.0,
    *,
    price: str = "63514.6",
    size: str = "0.2",
    kind: str = "match",
    product: str = "BTC-USD",
) -> str:
    """Return a trade whose maker sold, so that its taker bought."""
    return (
        f'{{"type":"{kind}","trade_id":{number},"maker_order_id":"a","taker_order_id":"b","side":"sell",'
        f'"size":"{size}","price":"{price}","product_id":"{product}","sequence":{number * 100},'
        f'"time":"{time_at(second)}"}}'
    )


def heartbeat(last: int, second: float = 0.0, *, product: str = "BTC-USD") -> str:
    """Return a sign of life that names the last trade."""
    return (
        f'{{"type":"heartbeat","last_trade_id":{last},"product_id":"{product}","sequence":{last * 100 + 99},'
        f'"time":"{time_at(second)}"}}'
    )


def ticker(second: float = 0.0, *, price: str = "63514.6", number: int = 7, product: str = "BTC-USD") -> str:
    """Return a ticker."""
    return (
        f'{{"type":"ticker","sequence":{number * 100},"product_id":"{product}","price":"{price}","open_24h":"63000",'
        '"volume_24h":"1234.50000000","low_24h":"62000.01","high_24h":"64000.5","volume_30d":"9","best_bid":"63514.59",'
        '"best_bid_size":"0.20000000","best_ask":"63514.60","best_ask_size":"0.10000000","side":"buy",'
        f'"time":"{time_at(second)}","trade_id":{number},"last_size":"0.2"}}'
    )


def snapshot(second: float = 0.0, *, product: str = "BTC-USD", bids: str = '[["63514.59","0.20000000"]]') -> str:
    """Return a book."""
    return (
        f'{{"type":"snapshot","product_id":"{product}","asks":[["63514.60","0.10000000"]],"bids":{bids},'
        f'"time":"{time_at(second)}"}}'
    )


def update(second: float, *changes: tuple[str, str, str], product: str = "BTC-USD") -> str:
    """Return changes of a book: side, price, size."""
    changed = json.dumps([list(change) for change in changes])
    return f'{{"type":"l2update","product_id":"{product}","changes":{changed},"time":"{time_at(second)}"}}'
