"""Stored candles as the engine takes them: every price exact, in a tick that is fine enough."""

from decimal import Decimal

import pytest

from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of
from streaming.market.candles.storage import candles_store
from streaming.market.sources.answers import KlineRow
from tests.trading.market import MINUTE, START, SYMBOL, minutes_stored, symbol_listed
from trading.candles.series import SeriesRange, finer_series, stored_series

pytestmark = pytest.mark.django_db


def wanted(interval: Interval = Interval.MINUTE_1, minutes: int = 5) -> SeriesRange:
    """Return a range from the first candle on."""
    return SeriesRange(
        source=Source.BINANCE, symbol=SYMBOL, interval=interval, start=START, end=START + minutes * MINUTE
    )


def stored(*closes: str, interval: Interval = Interval.MINUTE_1, length: int = MINUTE, volume: str = "1.23456") -> None:
    """Store candles of one price each."""
    rows = [
        KlineRow(
            open_time=START + index * length,
            open=Decimal(close),
            high=Decimal(close),
            low=Decimal(close),
            close=Decimal(close),
            volume=Decimal(volume),
            close_time=close_time_of(interval, START + index * length),
            quote_volume=Decimal(1),
            trades=1,
        )
        for index, close in enumerate(closes)
    ]
    candles_store(source=Source.BINANCE, symbol=SYMBOL, interval=interval, rows=rows)


@pytest.mark.parametrize(
    ("closes", "tick", "ticks"),
    [
        (("100.00", "100.5", "101"), "0.01", [10_000, 10_050, 10_100]),
        (("100.005", "100.01"), "0.005", [20_001, 20_002]),
        (("0.12345678901", "1"), "1E-11", [12_345_678_901, 100_000_000_000]),
    ],
    ids=str,
)
def test_it_holds_every_price_exactly_in_a_tick_that_all_are_multiples_of(
    closes: tuple[str, ...], tick: str, ticks: list[int]
) -> None:
    symbol_listed()
    stored(*closes)
    series = stored_series(wanted())
    assert (series.instrument.tick_size, series.close.tolist()) == (Decimal(tick), ticks)
    assert [series.instrument.price(each) for each in ticks] == [Decimal(close) for close in closes]


def test_it_leaves_out_what_of_a_volume_is_finer_than_a_step() -> None:
    symbol_listed()
    stored("100", volume="1.2349")
    assert stored_series(wanted()).volume.tolist() == [1234]


def test_it_holds_the_volumes_of_what_costs_next_to_nothing() -> None:
    symbol_listed(step_size=Decimal(1), tick_size=Decimal("0.00000001"))
    stored("0.00001234", volume="987654321987654.00")
    assert stored_series(wanted()).volume.tolist() == [987_654_321_987_654]


def test_it_holds_the_candles_of_the_range_alone_and_none_where_none_are_stored() -> None:
    symbol_listed()
    minutes_stored(-3, 20)
    series = stored_series(wanted(minutes=5))
    assert series.open_time.tolist() == [START + index * MINUTE for index in range(5)]
    assert len(stored_series(wanted(Interval.HOUR_1))) == 0


def test_the_finer_candles_that_cover_most_decide_within_longer_ones_where_they_are_not_too_many() -> None:
    symbol_listed()
    minutes_stored(0, 10)
    longer = wanted(Interval.MINUTE_5, minutes=10)
    instrument = stored_series(wanted()).instrument
    found = finer_series(longer, instrument, most=10)
    assert found is not None
    assert (found.interval, len(found)) == (Interval.MINUTE_1, 10)
    assert finer_series(longer, instrument, most=9) is None
    stored("1000", "1000.5", interval=Interval.SECOND_1, length=1000)
    minutes = finer_series(longer, instrument, most=10)
    assert minutes is not None
    assert minutes.interval is Interval.MINUTE_1
    seconds = finer_series(wanted(minutes=1), instrument, most=10)
    assert seconds is not None
    assert (seconds.interval, len(seconds)) == (Interval.SECOND_1, 2)
    assert finer_series(wanted(Interval.SECOND_1), instrument, most=10) is None
