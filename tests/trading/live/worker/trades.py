"""Trades for the worker's tests: by their ids alone, the time of each told by its id where nothing else is said."""

from decimal import Decimal

from streaming.events import Side, Trade


def trade(trade_id: int, *, time: int | None = None) -> Trade:
    """Return a trade that happened in the order of its id, where nothing else is said."""
    happened = trade_id if time is None else time
    return Trade(trade_id=trade_id, price=Decimal(1), quantity=Decimal(1), side=Side.BUY, time=happened)


def ids(trades: list[Trade]) -> list[int]:
    """Return the ids of trades, in their order."""
    return [one.trade_id for one in trades]
