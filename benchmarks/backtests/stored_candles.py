"""`python -m benchmarks.backtests.stored_candles COUNT TIMES`: fill the database of DATABASE_URL, and read it.

Prints how many seconds each reading took, from the query to a series of whole ticks and steps, as JSON. Random candles
are made by the database itself, of which only the reading is measured.
"""

import json
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

import django
from django.db import connection

_FIRST = 1_600_000_020_000 // 60_000 * 60_000
_MINUTE = 60_000
_FILL = """
INSERT INTO {table}
    (source, symbol, "interval", open_time, open, high, low, close, volume, quote_volume, trades, repaired)
SELECT 'binance', 'BTCUSDT', '1m', {first} + {minute} * number,
       base || '.25', base || '.75', base || '.05', base || '.50', number %% 90 || '.12345', '1.5', 7, false
FROM (SELECT number, 60000 + number %% 5000 AS base FROM generate_series(0::bigint, %s) AS number) AS numbers
"""


def main() -> None:
    """Fill, and read as often as told."""
    count, times = map(int, sys.argv[1:])
    django.setup()
    from streaming.events import Interval, Source  # noqa: PLC0415 - after the set-up
    from streaming.market.models import Candle, Symbol  # noqa: PLC0415
    from trading.candles.series import SeriesRange, stored_series  # noqa: PLC0415

    now = datetime.now(UTC)
    Symbol.objects.create(
        name="BTCUSDT",
        base="BTC",
        quote="USDT",
        status="TRADING",
        tick_size=Decimal("0.01"),
        step_size=Decimal("0.00001"),
        source="binance",
        listed_at=now,
        updated_at=now,
    )
    fill = _FILL.format(table=connection.ops.quote_name(Candle._meta.db_table), first=_FIRST, minute=_MINUTE)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(fill, [count - 1])
        cursor.execute("ANALYZE")
    wanted = SeriesRange(
        source=Source.BINANCE,
        symbol="BTCUSDT",
        interval=Interval.MINUTE_1,
        start=_FIRST,
        end=_FIRST + _MINUTE * count,
    )
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        assert len(stored_series(wanted)) == count
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
