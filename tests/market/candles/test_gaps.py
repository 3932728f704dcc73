"""Remembering what the exchange doesn't have."""

import pytest

from streaming.events import Interval, Source
from streaming.market.candle_ranges import CandleRange
from streaming.market.candles.gaps import gaps_store, known_gaps
from streaming.market.models import CandleGap
from tests.market.candles.minutes import MINUTES, minute_range

pytestmark = pytest.mark.django_db


def store(*gaps: CandleRange) -> None:
    """Remember gaps of the series."""
    gaps_store(**MINUTES, gaps=gaps)  # type: ignore[arg-type]


def known(first: int = -1000, last: int = 1000) -> list[CandleRange]:
    """Return what is remembered of the series."""
    return known_gaps(**MINUTES, within=minute_range(first, last))  # type: ignore[arg-type]


def test_it_makes_one_of_neighbours_and_of_what_overlaps() -> None:
    store(minute_range(0, 2), minute_range(10, 12))
    store(minute_range(3, 4))
    assert known() == [minute_range(0, 4), minute_range(10, 12)]
    store(minute_range(2, 11), minute_range(20, 20))
    assert known() == [minute_range(0, 12), minute_range(20, 20)]
    store(minute_range(-5, 30))
    assert known() == [minute_range(-5, 30)]


def test_it_changes_nothing_where_it_is_known() -> None:
    store(minute_range(0, 9))
    key = CandleGap.objects.get().pk
    store(minute_range(3, 4))
    store()
    assert CandleGap.objects.get().pk == key
    assert str(CandleGap.objects.get()) == f"BTCUSDT 1m {minute_range(0, 9).start} to {minute_range(0, 9).end}"


def test_it_finds_those_that_reach_into_a_range_and_of_no_other_series() -> None:
    store(minute_range(0, 4), minute_range(10, 14), minute_range(20, 24))
    gaps_store(source=Source.BINANCE, symbol="ETHUSDT", interval=Interval.MINUTE_1, gaps=[minute_range(5, 5)])
    gaps_store(source=Source.SIMULATOR, symbol="BTCUSDT", interval=Interval.MINUTE_1, gaps=[minute_range(5, 5)])
    assert known(4, 10) == [minute_range(0, 4), minute_range(10, 14)]
    assert known(5, 9) == []
