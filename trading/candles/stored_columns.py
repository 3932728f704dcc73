"""Stored candles as columns of whole numbers: digits cut and counted by the database, never a float on the way.

Prices are stored as decimal text. The database moves their point by as many places as the finest of them has decimals,
and sends a column as one value: what a million rows would cost one by one is most of the time.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from django.db import connection
from numpy.typing import NDArray

from streaming.events import Interval, Source
from streaming.market.models import Candle

Integers = NDArray[np.int64]
PRICES = ("open", "high", "low", "close")
_USUAL_DECIMALS = 8
"""What Binance writes; where one has more, all are read again."""
_COLUMNS = 6
_LARGEST = 2**63 - 1


class StoredColumns(msgspec.Struct, frozen=True):
    """Candles, oldest first: when they open (ms), prices in units of 10⁻`decimals`, volumes of 10⁻`volume_decimals`.

    What of a volume is finer is left out.
    """

    decimals: int
    volume_decimals: int
    open_time: Integers
    prices: Sequence[Integers]
    volume: Integers


class ColumnsTooLargeError(ValueError):
    """A price or a volume has more digits than 64 bits hold."""


def stored_columns(
    *, source: Source, symbol: str, interval: Interval, start: int, end: int, volume_decimals: int
) -> StoredColumns:
    """Return the candles that open from `start` up to, not including, `end` (ms); without any, empty columns.

    Raise `ColumnsTooLargeError` where a number has too many digits.
    """
    series = (source.value, symbol, interval.value, start, end)
    decimals = _USUAL_DECIMALS
    while True:
        finest, *columns = _read(series, decimals, volume_decimals)
        if finest is None or finest <= decimals:
            break
        decimals = finest
    time, *prices, volume = (_integers(column) for column in columns)
    if any(len(column) and column.max() == _LARGEST for column in (*prices, volume)):
        raise ColumnsTooLargeError(f"The prices or volumes of {symbol} have too many digits")
    return StoredColumns(decimals, volume_decimals, time, prices, volume)


def _read(series: Sequence[str | int], decimals: int, volume_decimals: int) -> Sequence[Any]:
    """Return the most decimals that any price has, and the columns as the database sends them."""
    name = connection.ops.quote_name
    is_postgres = connection.vendor == "postgresql"
    gather = "string_agg(int8send({}), '')" if is_postgres else "group_concat({}, ' ')"
    point = "strpos" if is_postgres else "instr"
    whole = [name("open_time")]
    whole += [_moved(name(price), decimals, point) for price in PRICES]
    whole += [_moved(name("volume"), volume_decimals, point)]
    finest = [f"max(length({name(price)}) - {point}({name(price)} || '.', '.'))" for price in PRICES]
    largest = f"greatest({', '.join(finest)})" if is_postgres else f"max({', '.join(finest)})"
    table = name(Candle._meta.db_table)  # noqa: SLF001 - public, for all its name
    names = ", ".join(map(name, ("open_time", *PRICES, "volume")))
    query = (
        f"SELECT {largest}, {', '.join(gather.format(column) for column in whole)} "  # noqa: S608 - our own names only
        f"FROM (SELECT {names} FROM {table} WHERE source = %s AND symbol = %s AND {name('interval')} = %s "
        f"AND open_time >= %s AND open_time < %s ORDER BY open_time) AS candles"
    )
    return _copied(query, series) if is_postgres else _selected(query, series)


def _selected(query: str, series: Sequence[str | int]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, series)
        return tuple(cursor.fetchone())


def _copied(query: str, series: Sequence[str | int]) -> Sequence[Any]:
    """Return the one row by COPY: Django's cursors take bytes as hexadecimal text, of twice the size."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", series) as copy:
        copy.set_types(["int4", *["bytea"] * _COLUMNS])
        (row,) = copy.rows()
    return tuple(row)


def _moved(column: str, decimals: int, point: str) -> str:
    """Return the SQL of a decimal text as a whole number of 10⁻`decimals`; further digits are cut off."""
    digits = f"replace({column}, '.', '') || '{'0' * decimals}'"
    return f"CAST(substr({digits}, 1, CAST({point}({column} || '.', '.') - 1 + {decimals} AS INTEGER)) AS BIGINT)"


def _integers(column: Any) -> Integers:
    if column is None:
        return np.empty(0, np.int64)
    if isinstance(column, str):
        return np.fromstring(column, np.int64, sep=" ")
    if isinstance(column, int):  # SQLite gives the one value of one row as it is
        return np.array([column], np.int64)
    return np.frombuffer(bytes(column), ">i8").astype(np.int64)
