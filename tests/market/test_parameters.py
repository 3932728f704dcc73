"""Parameters of commands, which come as JSON; those of REST, which come as text, are tested over REST."""

import pytest

from streaming.events import Interval
from streaming.market.errors import InvalidParametersError
from streaming.market.parameters import HistoryQuery, SymbolsQuery, history_query, symbols_query


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
    with pytest.raises(InvalidParametersError) as refused:
        symbols_query({"limit": value})
    assert refused.value.fields == {"limit": "limit must be a whole number from 1 to 500"}


@pytest.mark.parametrize("value", [7, [], {}, True])
def test_it_refuses_what_is_no_text(value: object) -> None:
    with pytest.raises(InvalidParametersError) as refused:
        history_query({"symbol": value, "interval": value})
    assert set(refused.value.fields or ()) == {"symbol", "interval"}
