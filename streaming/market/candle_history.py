"""Candles of the past, for whoever asks: the `History` of the event loop answers."""

import asyncio
from weakref import WeakKeyDictionary

from streaming.clock import SystemClock
from streaming.market.history.history import History, HistoryPage
from streaming.market.history.stored import Rows
from streaming.market.parameters import HistoryQuery

_history_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, History] = WeakKeyDictionary()


async def market_history(query: HistoryQuery) -> HistoryPage:
    """Return the candles of `query` as the JSON that clients are sent.

    Raise a `MarketError` where the symbol is unknown, or where nothing is stored and the exchange can't answer.
    """
    return await _history().page(query)


async def market_candles(query: HistoryQuery) -> Rows:
    """Return the candles of `query` for whoever computes with them: rows of exact numbers, oldest first.

    The last may still be open. Raise a `MarketError` where the symbol is unknown, or where nothing is stored and the
    exchange can't answer.
    """
    return await _history().rows(query)


def _history() -> History:
    loop = asyncio.get_running_loop()
    history = _history_of_loop.get(loop)
    if history is None:
        history = _history_of_loop[loop] = History(SystemClock())
    return history
