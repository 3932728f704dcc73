"""Candles as the JSON that clients are told: numbers exact, in plain notation. Pure."""

from collections.abc import Iterable

import msgspec

from streaming.market.sources.answers import KlineRow
from streaming.numbers import json_number


def candles_json(rows: Iterable[KlineRow]) -> msgspec.Raw:
    """Return `[[time, open, high, low, close, volume], ...]`."""
    candles = [[row.open_time, *map(json_number, (row.open, row.high, row.low, row.close, row.volume))] for row in rows]
    return msgspec.Raw(msgspec.json.encode(candles))
