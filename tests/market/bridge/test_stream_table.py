"""The table of streams: problems first, filtered and sorted as asked."""

import pytest

from streaming.market.bridge.stream_reports import StreamReport
from streaming.market.bridge.stream_table import Sort, StreamCondition, condition_of, stream_table

LIVE = StreamReport(stream="btcusdt@ticker", wanted=True, actual=True, last_event=5_000, lag_ms=20)
SILENT = StreamReport(
    stream="xrpusdt@trade", wanted=True, actual=True, last_event=1_000, lag_ms=90, silent=True, gaps=2
)
MISSING = StreamReport(stream="zecusdt@kline_1m", wanted=True, actual=False, gaps=1)
UNREAD = StreamReport(stream="adausdt@ticker", wanted=False, actual=True, last_event=4_000, lag_ms=20, silent=True)
ALL = (UNREAD, LIVE, SILENT, MISSING)


@pytest.mark.parametrize(
    ("report", "condition"),
    [
        (LIVE, StreamCondition.LIVE),
        (SILENT, StreamCondition.SILENT),
        (MISSING, StreamCondition.MISSING),
        (UNREAD, StreamCondition.UNREAD),
    ],
)
def test_it_tells_how_a_stream_is(report: StreamReport, condition: StreamCondition) -> None:
    assert condition_of(report) is condition


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        (Sort.PROBLEMS, [MISSING, SILENT, LIVE, UNREAD]),
        (Sort.STREAM, [UNREAD, LIVE, SILENT, MISSING]),
        (Sort.LAST_EVENT, [MISSING, SILENT, UNREAD, LIVE]),
        (Sort.LAG, [SILENT, UNREAD, LIVE, MISSING]),
        (Sort.GAPS, [SILENT, MISSING, UNREAD, LIVE]),
    ],
)
def test_it_sorts(sort: Sort, first: list[StreamReport]) -> None:
    assert list(stream_table(ALL, sort=sort).rows) == first


def test_it_filters_by_all_words_and_counts_everything() -> None:
    table = stream_table(ALL, text=" USDT  Ticker ")
    assert [row.stream for row in table.rows] == ["btcusdt@ticker", "adausdt@ticker"]
    assert (table.found, table.total, table.problems) == (2, 4, 2)


def test_it_cuts_a_long_table_after_sorting() -> None:
    many = [StreamReport(stream=f"s{number:04}@ticker", wanted=True, actual=True) for number in range(1200)]
    table = stream_table([*many, MISSING], most=100)
    assert table.rows[0] is MISSING
    assert (len(table.rows), table.found, table.total) == (100, 1201, 1201)
