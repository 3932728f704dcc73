"""Stored candles as columns of whole numbers, never a float on the way.

Prices are stored as decimal text. The database sends a column as one text, as what a million rows would cost one by one
is most of the time; its digits are counted here, all at once.
"""

from collections.abc import Sequence

import msgspec
from django.db import connection

from streaming.events import Interval, Source
from streaming.market.models import Candle
from trading.candles.decimal_columns import Integers, decimal_column

PRICES = ("open", "high", "low", "close")
_COLUMNS = ("open_time", *PRICES, "volume")
_USUAL_PLACES = 8
"""What Binance writes."""


class StoredColumns(msgspec.Struct, frozen=True):
    """Candles, oldest first: when they open (ms), prices in units of 10⁻`decimals`, volumes of 10⁻`volume_decimals`.

    What of a volume is finer is left out.
    """

    decimals: int
    volume_decimals: int
    open_time: Integers
    prices: Sequence[Integers]
    volume: Integers


def stored_columns(
    *, source: Source, symbol: str, interval: Interval, start: int, end: int, volume_decimals: int
) -> StoredColumns:
    """Return the candles that open from `start` up to, not including, `end` (ms); without any, empty columns.

    Raise `ColumnsTooLargeError` where a number has too many digits.
    """
    time, *prices, volume = map(decimal_column, _texts((source.value, symbol, interval.value, start, end)))
    decimals = max(_USUAL_PLACES, *(price.finest for price in prices))
    return StoredColumns(
        decimals,
        volume_decimals,
        time.digits,
        [price.scaled(decimals) for price in prices],
        volume.scaled(volume_decimals),
    )


def _texts(series: Sequence[str | int]) -> list[bytes]:
    """Return the columns, each as its values with a space between two."""
    name = connection.ops.quote_name
    gather = "string_agg(CAST({} AS text), ' ')" if connection.vendor == "postgresql" else "group_concat({}, ' ')"
    columns = [name(column) for column in _COLUMNS]
    table = name(Candle._meta.db_table)  # noqa: SLF001 - public, for all its name
    query = (
        f"SELECT {', '.join(map(gather.format, columns))} "  # noqa: S608 - our own names only
        f"FROM (SELECT {', '.join(columns)} FROM {table} WHERE source = %s AND symbol = %s AND {name('interval')} = %s "
        f"AND open_time >= %s AND open_time < %s ORDER BY open_time) AS candles"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, series)
        return [str(text or "").encode("ascii") for text in cursor.fetchone()]
