"""Parameters of commands, which come as JSON; those of REST, which come as text, are tested over REST."""

import pytest

from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of
from streaming.events import Interval
from streaming.market.parameters import HistoryQuery, SymbolsQuery

symbols_query, history_query = reader_of(SymbolsQuery), reader_of(HistoryQuery)


def test_it_reads_numbers_as_numbers_and_as_text() -> None:
    expected = HistoryQuery(symbol="BTCUSDT", interval=Interval.HOUR_1, start=0, end=5, limit=1000)
    given = {"symbol": "BTCUSDT", "interval": "1h", "start": 0, "end": 5, "limit": 1000}
    assert history_query(given) == expected
    assert history_query({name: str(value) for name, value in given.items()}) == expected


def test_it_fills_in_what_is_not_given() -> None:
    assert symbols_query({}) == SymbolsQuery(query="", limit=100, offset=0)
    query = history_query({"symbol": "A", "interval": "1m", "start": None})
    assert (query.start, query.end, query.limit) == (None, None, 500)


@pytest.mark.parametrize("value", [True, 1.5, [], {}, "1e3", "+5", " 5", -1, 10**30])
def test_it_refuses_what_is_no_whole_number(value: object) -> None:
    with pytest.raises(WrongParametersError) as refused:
        symbols_query({"limit": value})
    assert refused.value.fields == {"limit": "limit must be a whole number from 1 to 500"}


@pytest.mark.parametrize("value", [7, [], {}, True])
def test_it_refuses_what_is_no_text(value: object) -> None:
    with pytest.raises(WrongParametersError) as refused:
        history_query({"symbol": value, "interval": value})
    assert set(refused.value.fields or ()) == {"symbol", "interval"}


TIMES = {
    0: 0,
    "0": 0,
    "1700000040000": 1_700_000_040_000,
    100_000_000_000_000: 10**14,
    "2023-11-14T22:14:00Z": 1_700_000_040_000,
    "2023-11-14T22:14:00.0009Z": 1_700_000_040_001,
    "2023-11-15 03:44+05:30": 1_700_000_040_000,
}


@pytest.mark.parametrize("name", ["start", "end"])
@pytest.mark.parametrize("given", TIMES)
def test_it_reads_times_in_ms_and_in_iso_8601(name: str, given: object) -> None:
    query = history_query({"symbol": "A", "interval": "1m", name: given})
    assert getattr(query, name) == TIMES[given]


@pytest.mark.parametrize("name", ["start", "end"])
@pytest.mark.parametrize(
    "value",
    [
        -1, 10**14 + 1, 10**400, 1.5, True, [], {}, "", " 5", "1e3", "yesterday", "2023-11-14", "2023-11-14T22:14:00",
        "1960-01-01T00:00Z", "9999-12-31T00:00Z", "9999-12-31T23:59:59.999999-23:59", "x" * 10_000,
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_time(name: str, value: object) -> None:
    with pytest.raises(WrongParametersError) as refused:
        history_query({"symbol": "A", "interval": "1m", name: value})
    assert set(refused.value.fields or ()) == {name}
    assert str(refused.value).startswith(f"{name} must be a time: ms since the epoch")


def test_it_refuses_a_range_that_ends_before_it_starts_but_not_one_of_a_single_moment() -> None:
    given = {"symbol": "A", "interval": "1m", "start": 5, "end": 5}
    assert history_query(given).end == 5
    with pytest.raises(WrongParametersError) as refused:
        history_query({**given, "end": 4})
    assert refused.value.fields == {"end": "end must not be before start"}
