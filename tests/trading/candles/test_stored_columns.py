"""Stored candles as columns, as the database has them."""

from decimal import Decimal

import pytest

from streaming.events import Interval, Source
from streaming.market.models import Candle
from trading.candles.stored_columns import StoredColumns, stored_columns

MINUTE = 60_000


def store(number: int, close: str, volume: str = "1.5", *, symbol: str = "BTCUSDT") -> None:
    """Store a candle that opens at a minute."""
    Candle.objects.create(
        source=Source.BINANCE,
        symbol=symbol,
        interval=Interval.MINUTE_1,
        open_time=number * MINUTE,
        open=Decimal(7),
        high=Decimal("70000.5"),
        low=Decimal("6.99999999"),
        close=Decimal(close),
        volume=Decimal(volume),
        quote_volume=Decimal(1),
        trades=1,
    )


def read(start: int, end: int) -> StoredColumns:
    """Return the candles that open from one minute to before another, with volumes of three places."""
    return stored_columns(
        source=Source.BINANCE,
        symbol="BTCUSDT",
        interval=Interval.MINUTE_1,
        start=start * MINUTE,
        end=end * MINUTE,
        volume_decimals=3,
    )


@pytest.mark.django_db
def test_it_reads_a_range_in_the_order_of_time_to_the_last_digit() -> None:
    for number, close, volume in ((3, "8.25", "0.0019"), (1, "10", "12"), (2, "9.00000001", "1000.001"), (4, "1", "1")):
        store(number, close, volume)
    store(2, "1", symbol="ETHUSDT")
    columns = read(1, 4)
    assert columns.decimals == 8
    assert columns.open_time.tolist() == [MINUTE, 2 * MINUTE, 3 * MINUTE]
    opened, high, low, close = (prices.tolist() for prices in columns.prices)
    assert (opened, high, low) == ([700_000_000] * 3, [7_000_050_000_000] * 3, [699_999_999] * 3)
    assert close == [1_000_000_000, 900_000_001, 825_000_000]
    assert columns.volume.tolist() == [12_000, 1_000_001, 1]


@pytest.mark.django_db
def test_a_finer_price_gives_finer_units_and_no_candle_empty_columns() -> None:
    assert [len(column) for column in (read(1, 9).open_time, *read(1, 9).prices, read(1, 9).volume)] == [0] * 6
    store(1, "0.0000000012")
    columns = read(1, 2)
    assert (columns.decimals, columns.prices[3].tolist()) == (10, [12])
