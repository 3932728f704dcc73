"""Orders and candles as the tables of docs/backtests.md write them: in whole ticks and steps."""

from typing import Any

from streaming.events import Side
from trading.engine.matching.candle_path import PriceBar
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType, TimeInForce

MUCH = 10**9
"""A volume that bounds nothing."""
_FIELDS = {"at": "price", "stop": "stop_price"}


def request_of(text: str, name: str = "order") -> OrderRequest:
    """Return what `text` orders, such as `limit sell 10 at 105 in exit ioc`; 10 steps where it says none."""
    order_type, side, *words = text.split()
    fields: dict[str, Any] = {"quantity": int(words.pop(0)) if words and words[0].isdigit() else 10}
    while words:
        word = words.pop(0)
        if word in _FIELDS:
            fields[_FIELDS[word]] = int(words.pop(0))
        elif word == "in":
            fields["cancel_group"] = words.pop(0)
        else:
            fields["time_in_force"] = TimeInForce(word)
    return OrderRequest(client_order_id=name, side=Side(side), type=OrderType(order_type), **fields)


def bar_of(text: str, volume: int = MUCH, *, time: int = 7) -> PriceBar:
    """Return a candle that is written as open high low close, and perhaps `of` its volume."""
    prices, _, traded = text.partition(" of ")
    opened, high, low, close = map(int, prices.split())
    return PriceBar(open=opened, high=high, low=low, close=close, volume=int(traded or volume), time=time)
