"""Symbols in the database."""

from datetime import UTC, datetime

from asgiref.sync import sync_to_async

from streaming.events import Source
from streaming.market.services import symbols_store
from streaming.market.sources.answers import ExchangeInfo
from tests.market.listed_symbols import symbol


async def store(*names: str, status: str = "TRADING") -> None:
    """Store symbols as all that the exchange lists."""
    info = ExchangeInfo(symbols=tuple(symbol(name, status=status) for name in names), unreadable=0)
    await sync_to_async(symbols_store)(info=info, source=Source.BINANCE, now=datetime.now(tz=UTC))
