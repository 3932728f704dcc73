"""What changes the market's tables: storing the symbols that the exchange lists."""

from datetime import datetime

import msgspec
from django.db import transaction

from streaming.events import Source
from streaming.market.errors import EmptyExchangeInfoError
from streaming.market.models import TRADING, UNLISTED, Symbol
from streaming.market.sources.answers import ExchangeInfo, SymbolInfo

_BATCH = 500
_SIZES = (
    "tick_size",
    "step_size",
    "minimum_quantity",
    "maximum_quantity",
    "minimum_notional",
    "bid_multiplier_down",
    "bid_multiplier_up",
    "ask_multiplier_down",
    "ask_multiplier_up",
    "maximum_orders",
)
_CHANGING = ["base", "quote", "status", *_SIZES, "source", "updated_at"]


class SymbolsStored(msgspec.Struct, frozen=True, kw_only=True):
    """How many symbols the exchange lists, how many of them trade, and how many have just become unlisted."""

    listed: int
    trading: int
    unlisted: int


def symbols_store(*, info: ExchangeInfo, source: Source, now: datetime) -> SymbolsStored:
    """Store every symbol of `info`, in one transaction; those that it no longer lists become UNLISTED.

    They aren't deleted: candles, rules and orders may still name them. Raise `EmptyExchangeInfoError`, having changed
    nothing, where `info` lists no symbol at all, which no exchange means.
    """
    if not info.symbols:
        raise EmptyExchangeInfoError(unreadable=info.unreadable)
    rows = [_row(symbol, source, now) for symbol in info.symbols]
    with transaction.atomic():
        Symbol.objects.bulk_create(
            rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["name"], update_fields=_CHANGING
        )
        gone = Symbol.objects.exclude(updated_at=now).exclude(status=UNLISTED)
        unlisted = gone.update(status=UNLISTED)
    return SymbolsStored(listed=len(rows), trading=sum(row.status == TRADING for row in rows), unlisted=unlisted)


def _row(symbol: SymbolInfo, source: Source, now: datetime) -> Symbol:
    return Symbol(
        name=symbol.name,
        base=symbol.base,
        quote=symbol.quote,
        status=symbol.status,
        **{size: getattr(symbol, size) for size in _SIZES},
        source=source.value,
        listed_at=now,
        updated_at=now,
    )
