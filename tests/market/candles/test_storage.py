"""Storing closed candles."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import msgspec
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of
from streaming.market.candle_ranges import CandleRange
from streaming.market.candles.gaps import gaps_store
from streaming.market.candles.storage import SeriesRows, Stored, candles_forget, candles_store, series_store
from streaming.market.errors import CandleRefusedError
from streaming.market.models import Candle, CandleGap
from streaming.market.sources.answers import KlineRow
from streaming.market.stored_candles import stored_candles
from tests.market.candles.rows import FIRST, MINUTE, NOW, candle_row, minute_rows

pytestmark = pytest.mark.django_db


def store(*rows: KlineRow, interval: Interval = Interval.MINUTE_1, symbol: str = "BTCUSDT") -> Stored:
    """Store candles of one series."""
    return candles_store(source=Source.BINANCE, symbol=symbol, interval=interval, rows=rows, now_ms=NOW)


def stored(interval: Interval = Interval.MINUTE_1, symbol: str = "BTCUSDT") -> tuple[KlineRow, ...]:
    """Return the stored candles of one series."""
    return stored_candles(source=Source.BINANCE, symbol=symbol, interval=interval)


def test_it_stores_candles_in_any_order_and_counts_them() -> None:
    rows = minute_rows(2, 0, 1)
    assert store(*rows) == Stored(added=3, changed=0)
    assert stored() == tuple(minute_rows(0, 1, 2))


def test_it_changes_nothing_where_the_same_is_stored_again() -> None:
    rows = minute_rows(*range(1200))
    assert store(*rows) == Stored(added=1200, changed=0)
    keys = list(Candle.objects.values_list("id", flat=True))
    assert store(*rows) == Stored(added=0, changed=0)
    assert store(candle_row(close="97000.100")) == Stored(added=0, changed=0)
    assert list(Candle.objects.values_list("id", flat=True)) == keys
    assert str(stored()[0].close) == "97000.10"


def test_it_changes_what_the_exchange_has_revised() -> None:
    store(*minute_rows(0, 1))
    assert store(candle_row(close="97000.11"), *minute_rows(1, 2)) == Stored(added=1, changed=1)
    assert [str(row.close) for row in stored()] == ["97000.11", "97000.10", "97000.10"]


def test_of_two_candles_that_open_together_the_last_counts() -> None:
    assert store(candle_row(close="1"), candle_row(close="2")) == Stored(added=1, changed=0)
    assert [row.close for row in stored()] == [2]


def test_it_keeps_sources_symbols_and_intervals_apart() -> None:
    store(candle_row())
    candles_store(source=Source.SIMULATOR, symbol="BTCUSDT", interval=Interval.MINUTE_1, rows=[candle_row(close="1")])
    store(candle_row(close="2"), symbol="GONEUSDT")
    month = candle_row(1_696_118_400_000, Interval.MONTH_1, close="3")
    store(month, interval=Interval.MONTH_1)
    assert [row.close for row in stored()] == [Decimal("97000.10")]
    assert stored(Interval.MONTH_1) == (month,)
    assert Candle.objects.count() == 4


def test_it_stores_several_series_together_and_marks_what_was_repaired() -> None:
    one, other = minute_rows(0, 1)
    series = [
        SeriesRows(symbol="B", interval=Interval.MINUTE_1, rows=[one]),
        SeriesRows(symbol="A", interval=Interval.MINUTE_1, rows=[one]),
        SeriesRows(symbol="A", interval=Interval.MINUTE_1, rows=[other], repaired=True),
    ]
    assert series_store(source=Source.BINANCE, series=series, now_ms=NOW) == Stored(added=3, changed=0)
    assert list(Candle.objects.values_list("symbol", "open_time", "repaired")) == [
        ("A", FIRST, False),
        ("A", FIRST + MINUTE, True),
        ("B", FIRST, False),
    ]


def test_it_forgets_one_source_with_its_gaps() -> None:
    for source in Source:
        key = {"source": source, "symbol": "A", "interval": Interval.MINUTE_1}
        candles_store(**key, rows=minute_rows(0, 1), now_ms=NOW)  # type: ignore[arg-type]
        gaps_store(**key, gaps=[CandleRange(0, MINUTE)])  # type: ignore[arg-type]
    assert candles_forget(source=Source.SIMULATOR) == 2
    others = {source.value for source in Source} - {"simulator"}
    assert set(Candle.objects.values_list("source", flat=True)) == others
    assert {gap.source for gap in CandleGap.objects.all()} == others


@pytest.mark.django_db(transaction=True)
def test_two_processes_can_store_the_same_candles_at_once() -> None:
    rows = minute_rows(*range(1000))

    def store_all(symbols: list[str]) -> int:
        series = [SeriesRows(symbol=symbol, interval=Interval.MINUTE_1, rows=rows) for symbol in symbols]
        try:
            return series_store(source=Source.BINANCE, series=series, now_ms=NOW).added
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(store_all, (["A", "B"], ["B", "A"])))
    assert Candle.objects.count() == 2000


def changed(**values: object) -> KlineRow:
    """Return a candle with other values."""
    return msgspec.structs.replace(candle_row(), **values)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (changed(open_time=FIRST + 1), "no candle of 1m opens then"),
        (changed(open_time=-MINUTE), "no candle of 1m opens then"),
        (candle_row(NOW // MINUTE * MINUTE), "it has not closed yet"),
        (candle_row(FIRST + 10**6 * MINUTE), "it has not closed yet"),
        (changed(high=Decimal(1), low=Decimal(2)), "its high 1 is below its low 2"),
        (changed(open=Decimal("98000.51")), "its open 98000.51 or close 97000.10 lies outside of 1E-8 to 98000.5"),
        (changed(close=Decimal(0)), "its open 97000.00000000 or close 0 lies outside of 1E-8 to 98000.5"),
        (changed(volume=Decimal("-0.1")), "its volume or number of trades is negative"),
        (changed(quote_volume=Decimal(-1)), "its volume or number of trades is negative"),
        (changed(trades=-1), "its volume or number of trades is negative"),
    ],
)
def test_it_refuses_a_candle_that_cannot_be_and_then_stores_none(bad: KlineRow, fault: str) -> None:
    with pytest.raises(CandleRefusedError) as refused:
        store(*minute_rows(1, 2), bad, *minute_rows(3))
    assert str(refused.value) == f"the candle of BTCUSDT 1m at {bad.open_time} is refused: {fault}"
    assert (refused.value.open_time, refused.value.fault) == (bad.open_time, fault)
    assert not Candle.objects.exists()


def test_it_takes_a_candle_from_the_ms_after_its_last() -> None:
    row = candle_row()
    series = {"source": Source.BINANCE, "symbol": "A", "interval": Interval.MINUTE_1, "rows": [row]}
    with pytest.raises(CandleRefusedError):
        candles_store(**series, now_ms=row.close_time)  # type: ignore[arg-type]
    assert candles_store(**series, now_ms=row.close_time + 1).added == 1  # type: ignore[arg-type]


prices = st.decimals(min_value=0, allow_nan=False, allow_infinity=False, places=8, max_value=10**12)


@given(
    sorted_prices=st.tuples(prices, prices, prices, prices).map(sorted), volume=prices, trades=st.integers(0, 2**63 - 1)
)
def test_it_gives_back_every_digit(sorted_prices: list[Decimal], volume: Decimal, trades: int) -> None:
    low, opening, close, high = sorted_prices
    row = KlineRow(
        open_time=FIRST, open=opening, high=high, low=low, close=close, volume=volume,
        close_time=close_time_of(Interval.MINUTE_1, FIRST), quote_volume=volume, trades=trades,
    )  # fmt: skip
    Candle.objects.all().delete()
    store(row)
    (found,) = stored()
    assert found == row
    assert [str(price) for price in (found.open, found.high, found.volume)] == [str(opening), str(high), str(volume)]


@pytest.mark.parametrize(
    "change", [{"symbol": ""}, {"source": "elsewhere"}, {"interval": "2m"}, {"open_time": -1}, {"trades": -1}]
)
def test_the_database_refuses_a_candle_that_makes_no_sense(change: dict[str, object]) -> None:
    store(candle_row())
    with pytest.raises(IntegrityError), transaction.atomic():
        Candle.objects.update(**change)


def test_the_database_refuses_a_second_candle_of_one_time() -> None:
    store(candle_row())
    candle = Candle.objects.get()
    assert str(candle) == f"BTCUSDT 1m {FIRST}"
    candle.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        candle.save(force_insert=True)
