"""What may be asked for, and what is said of the rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Interval, Source
from streaming.market.backfill.errors import BackfillRefusedError
from streaming.market.backfill.plan import CandleOrigin
from streaming.market.backfill.request import BackfillRequest, RequestLimits, backfill_request, moment
from streaming.market.candle_ranges import CandleRange
from tests.market.backfill.conftest import NOW, ms

DAY = 86_400_000


def request(start: str = "2026-01-01", end: str | None = "2026-02-01", **changes: Any) -> BackfillRequest:
    """Return a request made at `NOW`."""
    given_ = {
        "source": Source.BINANCE,
        "symbols": ["BTCUSDT"],
        "intervals": ["1m"],
        "origin": CandleOrigin.AUTO,
    } | changes
    limits = RequestLimits(maximum_candles=1_000_000, settled=10_000)
    return backfill_request(**given_, start=start, end=end, verify=False, now_ms=NOW, limits=limits)  # type: ignore[arg-type]


def test_a_range_ends_before_its_end() -> None:
    assert request().candles == {Interval.MINUTE_1: CandleRange(ms("2026-01-01"), ms("2026-01-31T23:59"))}


@pytest.mark.parametrize(
    ("start", "first"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-01-01T03:04", "2026-01-01T03:04"),
        ("2026-01-01 03:04:05", "2026-01-01T03:05"),
        ("2026-01-01T03:00Z", "2026-01-01T03:00"),
        ("2026-01-01T03:00+02:00", "2026-01-01T01:00"),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(start: str, first: str) -> None:
    assert request(start).candles[Interval.MINUTE_1].start == ms(first)


def test_without_an_end_it_goes_up_to_the_last_candle_that_has_surely_closed() -> None:
    found = request("2026-03-01", None, intervals=["1s", "1m", "1w"]).candles
    assert [found[one].end for one in found] == [NOW - 11_000, NOW - 120_000, ms("2026-03-02")]
    assert request("2026-03-01", "2027-01-01").candles[Interval.MINUTE_1].end == NOW - 120_000


def test_each_series_counts_once() -> None:
    found = request(symbols=["BTCUSDT", "ETHUSDT", "BTCUSDT"], intervals=["1m", "1h", "1m"])
    assert (found.symbols, list(found.candles)) == (("BTCUSDT", "ETHUSDT"), [Interval.MINUTE_1, Interval.HOUR_1])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": "yesterday"}, "--start is a date such as 2024-01-31 or a time such as 2024-01-31T12:00, not 'yes"),
        ({"end": "2026-02-30"}, "--end is a date"),
        ({"start": "9999-12-31T23:59-14:00"}, "--start is a date"),
        ({"start": "0001-01-01T00:00+14:00", "end": "0001-01-01T00:00+14:00"}, "--start is a date"),
        ({"start": "1735689600000"}, "--start is a date"),
        ({"start": ""}, "--start is a date"),
        ({"intervals": ["7m"]}, "There is no interval '7m'; there are 1s, 1m,"),
        ({"intervals": ["1m", "1h "]}, "There is no interval '1h '"),
        ({"start": "2026-02-01"}, r"The range is empty: it begins and ends at 2026-02-01 00:00 UTC\."),
        ({"start": "2026-02-02"}, r"The range is reversed: 2026-02-02 00:00 is after 2026-02-01 00:00 UTC\."),
        ({"start": "2027-01-01", "end": None}, "The range lies in the future: it begins at 2027-01-01"),
        ({"start": "2015-01-01", "end": "2016-01-01"}, "before the exchange opened"),
        ({"start": "0001-01-01", "end": "0001-01-02"}, "before the exchange opened"),
        ({"start": "2026-01-05", "end": "2026-01-20", "intervals": ["1M"]}, "No candle of 1M opens in the range"),
        ({"start": "2026-03-10T11:59:30", "end": None}, "No candle of 1m opens in the range and has closed"),
        ({"intervals": ["1s"]}, r"That is 2,678,400 candles, and one run takes at most 1,000,000 \(BACKFILL_MAX"),
        ({"symbols": [f"S{n}" for n in range(23)]}, "That is 1,026,720 candles"),
        ({"symbols": []}, "at least one --symbol"),
    ],
)  # fmt: skip
def test_it_says_in_one_sentence_what_makes_no_sense(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BackfillRefusedError, match=sentence):
        request(**changes)


def test_a_range_that_begins_before_the_epoch_begins_with_it() -> None:
    found = request("1960-01-01", "2026-01-01", intervals=["1d"])
    assert found.candles[Interval.DAY_1].start == 0


@given(st.text(max_size=30), st.one_of(st.none(), st.text(max_size=30)))
def test_any_text_is_a_range_or_refused(start: str, end: str | None) -> None:
    try:
        found = request(start, end)
    except BackfillRefusedError:
        return
    assert all(one.start <= one.end < NOW for one in found.candles.values())


def test_times_are_shown_with_seconds_where_there_are_any() -> None:
    assert [moment(ms("2026-01-01T03:04")), moment(ms("2026-01-01T03:04:05"))] == [
        "2026-01-01 03:04",
        "2026-01-01 03:04:05",
    ]


def test_of_an_exchange_without_an_archive_candles_come_by_rest_alone() -> None:
    assert request(source=Source.KRAKEN, symbols=["BTC/USD"]).origin is CandleOrigin.REST
    with pytest.raises(BackfillRefusedError, match="no archive of kraken"):
        request(source=Source.KRAKEN, symbols=["BTC/USD"], origin=CandleOrigin.ARCHIVE)
