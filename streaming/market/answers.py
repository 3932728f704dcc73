"""What market requests are answered with, ready for JSON: numbers exact, in plain notation. Pure."""

from decimal import Decimal
from typing import Any

import msgspec

from streaming.market.history.history import HistoryPage
from streaming.market.selectors import SymbolPage, SymbolRow
from streaming.numbers import json_number


def history_answer(page: HistoryPage) -> dict[str, Any]:
    """Return `{symbol, interval, candles: [[time, open, high, low, close, volume]]}`."""
    return {"symbol": page.query.symbol, "interval": page.query.interval.value, "candles": page.candles}


def symbols_answer(page: SymbolPage) -> dict[str, Any]:
    """Return `{items: [{symbol, base, quote, status, tickSize, stepSize, minNotional}], total}`."""
    return {"items": [_symbol(row) for row in page.items], "total": page.total}


def _symbol(row: SymbolRow) -> dict[str, Any]:
    return {
        "symbol": row.symbol,
        "base": row.base,
        "quote": row.quote,
        "status": row.status,
        "tickSize": _number_or_null(row.tick_size),
        "stepSize": _number_or_null(row.step_size),
        "minNotional": _number_or_null(row.minimum_notional),
    }


def _number_or_null(number: Decimal | None) -> msgspec.Raw | None:
    return None if number is None else json_number(number)
