"""Each trade and each closed candle once, whoever publishes it again."""

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Candle as CandleEvent
from streaming.events import Event, Interval, Price, Resync, Source, Trades
from streaming.fan_out.deduplication import MAXIMUM_CLOSED_CANDLES, MAXIMUM_HOLES, Deduplicator, TradeIds, TradeIdStatus
from streaming.market.sources.source import ROWS_AT_ONCE
from tests.streaming.fan_out.numbered_trades import trades


def candle(open_time: int, *, final: bool = True, source: Source = Source.BINANCE) -> CandleEvent:
    one = Decimal(1)
    return CandleEvent(
        symbol="BTCUSDT", time=open_time, source=source, interval=Interval.MINUTE_1, open_time=open_time,
        close_time=open_time + 59_999, open=one, high=one, low=one, close=one, volume=one, quote_volume=one, trades=1,
        is_final=final,
    )  # fmt: skip


def ids_of(event: Event | None) -> list[int]:
    return [one.trade_id for one in event.trades] if isinstance(event, Trades) else []


class TestTrades:
    """By their ids."""

    def test_it_admits_new_trades_as_they_came(self) -> None:
        deduplicator, event = Deduplicator(), trades(1, 2)
        assert deduplicator.admit(event) is event
        assert deduplicator.admit(later := trades(3)) is later

    def test_it_leaves_out_what_was_told(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(1, 2, 3))
        assert deduplicator.admit(trades(2, 3)) is None
        assert ids_of(deduplicator.admit(trades(3, 4, 5))) == [4, 5]

    def test_it_lets_what_fills_a_hole_pass_once(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(1, 5))
        assert ids_of(deduplicator.admit(trades(3))) == [3]
        assert ids_of(deduplicator.admit(trades(2, 3, 4, 5))) == [2, 4]
        assert deduplicator.admit(trades(1, 2, 3, 4, 5)) is None

    def test_it_tells_once_what_was_fetched_from_before_the_first(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(10))
        fetched = msgspec.structs.replace(trades(8, 9, 10), repaired=True)
        assert ids_of(deduplicator.admit(fetched)) == [8, 9]
        assert deduplicator.admit(fetched) is None

    def test_it_follows_ids_and_a_clock_that_both_begin_anew(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(99_999))
        deduplicator.admit(trades(100_000))
        assert ids_of(deduplicator.admit(trades(100_000, 1, 2))) == [1, 2]

    def test_it_takes_no_fetched_trade_for_a_clock_that_began_anew(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(1, 2))
        deduplicator.admit(trades(100_000))
        fetched = msgspec.structs.replace(trades(1, 2), repaired=True)
        assert deduplicator.admit(fetched) is None

    def test_it_knows_a_late_trade_again_that_is_the_newest_by_its_time(self) -> None:
        ids = TradeIds()
        statuses = [ids.take(number, time) for number, time in ((1, 100), (3, 101), (2, 102), (2, 102))]
        assert statuses == [TradeIdStatus.FIRST, TradeIdStatus.AHEAD, TradeIdStatus.LATE, TradeIdStatus.DUPLICATE]

    def test_it_follows_a_numbering_that_begins_anew(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(1000, 1001, time=5))
        assert ids_of(deduplicator.admit(trades(1, time=6))) == [1]
        assert ids_of(deduplicator.admit(trades(1, 2, time=6))) == [2]

    def test_it_begins_anew_with_another_source(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(7))
        assert ids_of(deduplicator.admit(trades(7, source=Source.SIMULATOR))) == [7]
        assert deduplicator.admit(trades(7, source=Source.SIMULATOR)) is None

    def test_it_knows_an_exchange_again_behind_what_stood_in_for_it(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(trades(7, 8))
        for _ in range(2):
            assert ids_of(deduplicator.admit(trades(1, time=0, source=Source.SIMULATOR))) == [1]
            assert deduplicator.admit(trades(7, 8)) is None
        assert ids_of(deduplicator.admit(trades(8, 9, 10))) == [9, 10]

    @given(st.permutations(range(2, 12)), st.lists(st.integers(1, 12)))
    def test_it_tells_every_trade_once_in_whatever_order_they_come(self, order: list[int], again: list[int]) -> None:
        deduplicator, told = Deduplicator(), list[int]()
        for number in [1, *order, 12, *again]:
            told += ids_of(deduplicator.admit(trades(number, time=1)))
        assert sorted(told) == sorted(set(told))
        assert set(told) == {1, *order, 12}

    def test_it_remembers_no_more_holes_than_it_may(self) -> None:
        ids = TradeIds()
        for number in range(0, 4 * MAXIMUM_HOLES, 2):
            ids.take(number, number)
        assert len(ids.holes) == MAXIMUM_HOLES
        assert ids.take(1, 1) is TradeIdStatus.DUPLICATE
        assert ids.take(4 * MAXIMUM_HOLES - 3, 1) is TradeIdStatus.LATE


class TestTradeIds:
    """One numbering, as bridges and readers follow it."""

    def test_it_says_what_each_id_is(self) -> None:
        ids = TradeIds()
        statuses = [ids.take(number, 100 + number) for number in (1, 2, 5, 3, 3, 4, 5)]
        expected = ("first", "next", "ahead", "late", "duplicate", "late", "duplicate")
        assert [status.name.lower() for status in statuses] == list(expected)
        assert (ids.highest, ids.holes, ids.has_forgotten) == (5, [], False)

    def test_a_clock_begins_anew_that_goes_back_by_more_than_a_minute(self) -> None:
        ids = TradeIds()
        ids.take(1, 100_000)
        assert ids.take(1, 40_000) is TradeIdStatus.DUPLICATE
        assert ids.take(1, 39_999, is_live=False) is TradeIdStatus.DUPLICATE
        assert ids.take(1, 39_999) is TradeIdStatus.RESTARTED
        assert ids.newest_time == 39_999

    def test_a_trade_that_is_older_than_the_one_before_it_leaves_the_newest_time(self) -> None:
        ids = TradeIds()
        ids.take(1, 100)
        ids.take(2, 90)
        assert ids.take(2, 95) is TradeIdStatus.DUPLICATE
        assert ids.take(2, 101) is TradeIdStatus.RESTARTED

    def test_it_knows_what_is_missing_until_that_is_given_up(self) -> None:
        ids = TradeIds()
        ids.miss_all_before()
        assert not ids.is_missing(0)
        for number in (3, 6):
            ids.take(number, number)
        assert [number for number in range(8) if ids.is_missing(number)] == [4, 5]
        ids.miss_all_before()
        assert [number for number in range(8) if ids.is_missing(number)] == [0, 1, 2, 3, 4, 5]
        ids.give_up()
        assert not any(ids.is_missing(number) for number in range(8))
        assert ids.take(4, 4) is TradeIdStatus.DUPLICATE

    def test_nothing_of_before_is_missing_in_a_numbering_that_begins_anew(self) -> None:
        ids = TradeIds()
        for number, time in ((1, 100), (5, 101), (1, 200)):
            ids.take(number, time)
        assert (ids.highest, ids.holes) == (1, [])

    def test_it_says_that_it_has_forgotten_holes_until_they_are_given_up(self) -> None:
        ids = TradeIds()
        for number in range(0, 2 * MAXIMUM_HOLES + 2, 2):
            assert not ids.has_forgotten
            ids.take(number, number)
        ids.take(2 * MAXIMUM_HOLES + 2, 2 * MAXIMUM_HOLES + 2)
        assert ids.has_forgotten
        ids.give_up()
        assert not ids.has_forgotten

    def test_behind_a_trade_that_somebody_else_has_seen_nothing_older_is_missing(self) -> None:
        ids = TradeIds()
        for number in (1, 5):
            ids.take(number, 100)
        ids.resume(10, 200)
        assert not ids.is_missing(3)
        assert ids.take(3, 150) is TradeIdStatus.DUPLICATE
        assert ids.take(11, 200) is TradeIdStatus.NEXT


class TestCandles:
    """By when they open."""

    def test_it_tells_a_closed_candle_once_and_an_open_one_always(self) -> None:
        deduplicator = Deduplicator()
        assert deduplicator.admit(candle(0)) is not None
        assert deduplicator.admit(msgspec.structs.replace(candle(0), repaired=True)) is None
        assert deduplicator.admit(candle(60_000, final=False)) is not None
        assert deduplicator.admit(candle(60_000, final=False)) is not None

    def test_it_lets_an_older_one_pass_that_was_not_told(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(candle(60_000))
        assert deduplicator.admit(candle(0)) is not None
        assert deduplicator.admit(candle(0)) is None

    def test_it_takes_for_told_what_is_older_than_all_it_remembers(self) -> None:
        deduplicator = Deduplicator()
        for number in range(MAXIMUM_CLOSED_CANDLES + 2):
            assert deduplicator.admit(candle(number * 60_000)) is not None
        assert deduplicator.admit(msgspec.structs.replace(candle(0), repaired=True)) is None
        assert deduplicator.admit(msgspec.structs.replace(candle(60_000), repaired=True)) is None

    def test_it_takes_for_told_what_it_never_saw_and_is_older_than_all_it_remembers(self) -> None:
        deduplicator = Deduplicator()
        for number in range(1, MAXIMUM_CLOSED_CANDLES + 2):
            deduplicator.admit(candle(number * 60_000))
        older = msgspec.structs.replace(candle(0), repaired=True)
        assert deduplicator.admit(older) is None
        assert MAXIMUM_CLOSED_CANDLES == ROWS_AT_ONCE, "what REST gives at once must all be known again"

    def test_it_forgets_none_of_as_many_as_it_may_remember(self) -> None:
        deduplicator = Deduplicator()
        for number in range(1, MAXIMUM_CLOSED_CANDLES + 1):
            deduplicator.admit(candle(number * 60_000))
        assert deduplicator.admit(msgspec.structs.replace(candle(0), repaired=True)) is not None

    def test_it_takes_a_candle_of_a_minute_before_for_no_clock_that_begins_anew(self) -> None:
        deduplicator = Deduplicator()
        for time in (0, 60_000, 120_000):
            deduplicator.admit(candle(time))
        assert deduplicator.admit(candle(60_000)) is None
        assert deduplicator.admit(msgspec.structs.replace(candle(60_000), time=59_999)) is not None

    def test_it_tells_them_again_where_the_clock_begins_anew(self) -> None:
        deduplicator = Deduplicator()
        for number in range(5):
            deduplicator.admit(candle(number * 60_000))
        assert deduplicator.admit(candle(3 * 60_000)) is None
        assert deduplicator.admit(candle(60_000, final=False)) is not None
        assert deduplicator.admit(candle(60_000)) is not None
        assert deduplicator.admit(candle(2 * 60_000)) is not None

    def test_it_begins_anew_with_another_source(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(candle(0))
        assert deduplicator.admit(candle(0, source=Source.SIMULATOR)) is not None

    def test_it_knows_an_exchange_again_behind_what_stood_in_for_it(self) -> None:
        deduplicator = Deduplicator()
        deduplicator.admit(candle(0))
        for _ in range(2):
            assert deduplicator.admit(candle(0, source=Source.SIMULATOR)) is not None
            assert deduplicator.admit(candle(0)) is None


def test_it_lets_everything_else_pass() -> None:
    deduplicator, one = Deduplicator(), Decimal(1)
    price = Price(
        symbol="A", time=1, source=Source.BINANCE, price=one, change=one, change_percent=one, high=one, low=one,
        volume=one,
    )  # fmt: skip
    resync = Resync(time=1, start=0, end=1, complete=True)
    for event in (price, price, resync, resync):
        assert deduplicator.admit(event) is event
