"""What is asked of the exchange beside what is stored, and what its answer teaches, in minutes that one can count."""

from collections.abc import Sequence

import msgspec
import pytest

from streaming.events import Interval
from streaming.market.candle_ranges import CandleRange
from streaming.market.history.plan import (
    KlinesRequest,
    Settled,
    answer_of,
    final_rows,
    gaps_of,
    needed,
    request_for,
    usable,
    without_exchange,
)
from streaming.market.sources.answers import KlineRow
from tests.market.history.minutes import MINUTE, NOW, minute_row, opens

_MINUTE_1 = Interval.MINUTE_1
_SETTLED = Settled(candle=0, gap=0)


def _minutes(first: int, last: int) -> CandleRange:
    return CandleRange(opens(first), opens(last))


def _rows(*minutes: int, close: str = "97000.10") -> list[KlineRow]:
    return [minute_row(minute, close=close) for minute in minutes]


def _request(first: int | None, last: int | None, *, limit: int = 10) -> KlinesRequest:
    start, end = (None if minute is None else opens(minute) for minute in (first, last))
    return KlinesRequest(symbol="BTCUSDT", interval=_MINUTE_1, start=start, end=end, limit=limit)


def _gaps(
    request: KlinesRequest, *given: int, stored: Sequence[int] = (), until: int = -1, settled: Settled = _SETTLED
) -> list[CandleRange]:
    rows, before = _rows(*given), _rows(*stored)
    return gaps_of(request, rows, stored=before, until=opens(until), now_ms=NOW, settled=settled)


@pytest.mark.parametrize(
    ("stored", "newest", "expected"),
    [
        ((-5, -4), False, _minutes(-9, -1)),
        ((-5, -4, -3), False, _minutes(-9, -3)),
        ((-5, -4, -3), True, _minutes(-5, -1)),
    ],
)
def test_it_needs_no_more_than_decides_the_answer(stored: Sequence[int], newest: bool, expected: CandleRange) -> None:
    assert needed(_minutes(-9, -1), _rows(*stored), limit=3, newest=newest) == expected


@pytest.mark.parametrize(
    ("limit", "newest", "open_end", "expected"),
    [
        (9, True, False, (-9, -1)),
        (8, True, False, (None, -1)),
        (8, False, False, (-9, -1)),
        (8, True, True, (None, None)),
    ],
)
def test_it_asks_once_for_all_that_is_missing_and_for_the_newest_from_their_end(
    limit: int, newest: bool, open_end: bool, expected: tuple[int | None, int | None]
) -> None:
    missing = [_minutes(-9, -7), _minutes(-2, -1)]
    request = request_for("BTCUSDT", _MINUTE_1, missing, limit=limit, newest=newest, open_end=open_end)
    assert request == _request(*expected, limit=limit)


def test_it_uses_each_candle_of_what_was_asked_for_once_and_nothing_else() -> None:
    between_two = msgspec.structs.replace(minute_row(-4), open_time=opens(-4) + 1)
    impossible = msgspec.structs.replace(minute_row(-3), volume=-minute_row(-3).volume)
    rows = [*_rows(-2, -5, -5, -6, -1), between_two, impossible]
    assert usable(_request(-5, -2), rows) == _rows(-5, -2)
    assert usable(_request(None, -2), rows) == _rows(-6, -5, -2)
    assert usable(_request(-5, None), rows) == _rows(-5, -2, -1)
    assert usable(_request(None, None), [minute_row(-1), epoch := _at(0)]) == [epoch, minute_row(-1)]


def _at(open_time: int) -> KlineRow:
    return msgspec.structs.replace(minute_row(0), open_time=open_time)


def test_it_takes_a_candle_for_final_once_it_has_settled() -> None:
    since_close = NOW - opens(0)  # of the candle of minute -1, which closed a millisecond before the next one opened
    rows, request = _rows(-2, -1, 0), _request(-2, 0)
    for settled, expected in (
        (since_close, _rows(-2, -1)),
        (since_close + 1, _rows(-2)),
        (since_close + MINUTE, _rows(-2)),
    ):
        assert final_rows(request, rows, now_ms=NOW, settled=Settled(candle=settled, gap=0)) == expected


def test_it_learns_what_the_exchange_does_not_have() -> None:
    assert _gaps(_request(-9, -1), -9, -8, -5) == [_minutes(-7, -6), _minutes(-4, -1)]
    assert _gaps(_request(-9, -1)) == [_minutes(-9, -1)]
    assert _gaps(_request(-9, -1), -9, -8, -7, -6, -5, -4, -3, -2, -1) == []


def test_it_learns_nothing_of_what_a_full_answer_does_not_reach() -> None:
    assert _gaps(_request(-9, -1, limit=3), -9, -8, -5) == [_minutes(-7, -6)]
    assert _gaps(_request(None, -1, limit=3), -5, -2, -1) == [_minutes(-4, -3)]


def test_it_learns_that_nothing_is_older_than_the_newest_of_an_answer_that_is_not_full() -> None:
    (older, hole) = _gaps(_request(None, -1, limit=4), -5, -2, -1)
    assert older == CandleRange(0, opens(-6))
    assert hole == _minutes(-4, -3)


def test_it_learns_nothing_of_what_may_still_come() -> None:
    two_minutes = Settled(candle=0, gap=2 * MINUTE)
    assert _gaps(_request(-9, -1), -9, settled=two_minutes) == [_minutes(-8, -3)]
    assert _gaps(_request(-2, -1), settled=two_minutes) == []


def test_it_learns_nothing_from_an_answer_that_cannot_be_the_whole_truth() -> None:
    assert _gaps(_request(-9, None)) == [], "now one candle is always open"
    assert _gaps(_request(-9, None), -9, until=-1) == [_minutes(-8, -1)]
    for stored in (-9, -7, -1):
        assert _gaps(_request(-9, -1), -8, stored=[stored]) == [], "it lacks one that there was"
    assert _gaps(_request(-9, -1), -8, stored=[-10, -8, 0]) == [_minutes(-9, -9), _minutes(-7, -1)]


def test_it_answers_with_what_is_stored_and_was_fetched_which_counts_more() -> None:
    stored, fetched = _rows(-10, -5, -4, close="1"), _rows(-4, -3)
    within = _minutes(-9, -1)
    oldest = answer_of(stored, fetched, within, limit=2, newest=False)
    newest = answer_of(stored, fetched, within, limit=2, newest=True)
    assert oldest == (minute_row(-5, close="1"), minute_row(-4))
    assert newest == tuple(_rows(-4, -3))


@pytest.mark.parametrize(
    ("stored", "missing", "newest", "expected"),
    [
        ((-9, -8, -5), [(-7, -6)], False, (-9, -8)),
        ((-5, -4, -2, -1), [(-3, -3)], True, (-2, -1)),
        ((-5, -4, -2), [(-3, -3), (-1, -1)], True, (-2,)),
        ((-9, -3, -2, -1), [(-8, -4)], True, (-3, -2, -1)),
        ((-9, -8), [(-7, -1)], True, ()),
        ((), [(-9, -1)], True, ()),
    ],
)
def test_it_answers_without_the_exchange_up_to_the_first_hole_and_with_nothing_old(
    stored: Sequence[int], missing: Sequence[tuple[int, int]], newest: bool, expected: Sequence[int]
) -> None:
    holes = [_minutes(*hole) for hole in missing]
    answer = without_exchange(_MINUTE_1, _rows(*stored), holes, _minutes(-9, -1), limit=4, newest=newest)
    assert answer == tuple(_rows(*expected))
