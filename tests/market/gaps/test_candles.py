"""The closed candles of a symbol: once each, in order, and what is missing fetched or told."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Candle, Interval, Resync, Source
from streaming.market.gaps.candles import CandleTracker
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import KlineRow
from tests.examples import examples
from tests.manual_clock import ManualClock

LIMITS = GapLimits()
MINUTE = 60_000
T0 = 28_333_333 * MINUTE


def live(number: int, *, final: bool = True, time: int | None = None) -> Candle:
    """Return the candle of a minute, as the stream gives it."""
    one, opens = Decimal(1), T0 + number * MINUTE
    end = opens + MINUTE
    return Candle(
        symbol="BTCUSDT", time=time or (end + 4 if final else end - 30_000), source=Source.BINANCE,
        interval=Interval.MINUTE_1, open_time=opens, close_time=end - 1, open=one, high=one, low=one, close=one,
        volume=one, quote_volume=one, trades=1, is_final=final,
    )  # fmt: skip


def rows(*numbers: int) -> list[KlineRow]:
    """Return the candles of minutes, as REST gives them."""
    one = Decimal(2)
    return [
        KlineRow(
            open_time=T0 + number * MINUTE, open=one, high=one, low=one, close=one, volume=one,
            close_time=T0 + (number + 1) * MINUTE - 1, quote_volume=one, trades=1,
        )
        for number in numbers
    ]  # fmt: skip


class Told(list[object]):
    """What a tracker has told, in order; time is counted in minutes from the first candle's opening."""

    def __init__(self, *, since: int = 0) -> None:
        super().__init__()
        self.clock = ManualClock(T0)
        self.tracker = CandleTracker(
            "BTCUSDT", Interval.MINUTE_1, Source.BINANCE, LIMITS, self.clock, since=T0 + since * MINUTE
        )

    def at(self, minutes: float) -> int:
        """Move on to a time, looking every second; return it in ms."""
        while self.clock.now_ms() < T0 + round(minutes * MINUTE):
            self.clock.advance(min(1.0, (T0 + round(minutes * MINUTE) - self.clock.now_ms()) / 1000))
            self.extend(self.tracker.look(self.clock.now_ms()))
        return self.clock.now_ms()

    def asks(self) -> bool:
        """Return whether REST is to be asked."""
        return self.tracker.wants_fill

    def take(self, number: int, *, final: bool = True) -> None:
        """Take a live candle."""
        self.extend(self.tracker.take(live(number, final=final), self.clock.now_ms()))

    def fill(self, *numbers: int) -> None:
        """Take candles that REST was asked for now."""
        self.extend(self.tracker.filled(rows(*numbers), as_of=self.clock.now_ms()))

    @property
    def closed(self) -> list[int]:
        """The minutes told as closed, in order."""
        return [(one.open_time - T0) // MINUTE for one in self if isinstance(one, Candle) and one.is_final]

    @property
    def repaired(self) -> list[int]:
        """Those of them that were fetched."""
        return [
            (one.open_time - T0) // MINUTE for one in self if isinstance(one, Candle) and one.is_final and one.repaired
        ]

    @property
    def resyncs(self) -> list[bool]:
        """Whether each gap that was told is complete."""
        return [one.complete for one in self if isinstance(one, Resync)]


@pytest.fixture
def told() -> Told:
    """Return what a tracker tells."""
    return Told()


class TestLive:
    """Without an interruption."""

    def test_it_passes_open_and_closed_candles_on(self, told: Told) -> None:
        told.take(0, final=False)
        told.take(0)
        told.take(1, final=False)
        assert told.closed == [0]
        assert len(told) == 3
        assert told.tracker.gap is None

    def test_it_tells_a_closed_candle_once_and_nothing_of_it_afterwards(self, told: Told) -> None:
        told.take(0)
        told.take(0)
        told.take(0, final=False)
        assert told.closed == [0]
        assert len(told) == 1
        assert told.tracker.doubles == 1

    def test_it_tells_the_first_one_though_its_closing_frame_comes_behind_the_next_open_one(self, told: Told) -> None:
        told.at(1.02)
        told.take(1, final=False)
        told.take(0)
        told.take(0)
        told.at(2.01)
        told.take(1)
        assert told.closed == [0, 1]
        assert told.resyncs == []

    def test_it_tells_none_that_ended_before_it_was_wanted(self) -> None:
        told = Told(since=2)
        told.at(2.5)
        told.take(2, final=False)
        told.take(1)
        assert told.closed == []

    def test_it_gives_nothing_up_by_being_asked_what_to_ask_for(self, told: Told) -> None:
        told.take(0)
        told.at(2.1)
        assert told.asks()
        assert told.tracker.fill_from(T0 + 1_000_000 * MINUTE) > T0 + 2 * MINUTE
        told.take(1)
        assert told.closed == [0, 1]

    def test_it_fetches_the_candle_that_did_not_come_five_seconds_after_its_end(self, told: Told) -> None:
        told.take(0, final=False)
        told.at(1 + 4.9 / 60)
        assert not told.asks()
        told.at(1 + 5.1 / 60)
        assert told.asks()
        assert told.tracker.fill_from(told.clock.now_ms()) == T0
        told.fill(0, 1)
        assert told.closed == told.repaired == [0]
        assert told.resyncs == []
        told.take(0)
        assert told.closed == [0]
        told.take(1)
        assert told.closed == [0, 1]

    def test_it_fetches_it_also_where_the_next_has_closed_already_and_keeps_the_order(self, told: Told) -> None:
        told.take(0)
        told.at(3.01)
        told.take(2)
        assert told.closed == [0]
        told.at(3.1)
        assert told.asks()
        told.fill(1, 2, 3)
        assert told.closed == [0, 1, 2]
        assert told.repaired == [1]

    def test_it_takes_the_late_one_where_it_comes_first(self, told: Told) -> None:
        told.take(0)
        told.at(3.01)
        told.take(2)
        told.take(1)
        assert told.closed == [0, 1, 2]
        assert told.repaired == told.resyncs == []

    def test_it_never_takes_an_open_candle_of_rest_for_closed(self, told: Told) -> None:
        told.take(0, final=False)
        told.at(1 + 5.1 / 60)
        told.fill(0, 1, 2)
        assert told.closed == [0]

    def test_it_lets_newer_ones_go_where_filling_takes_long_and_tells_the_older_late(self, told: Told) -> None:
        told.take(0)
        told.at(3.01)
        told.take(2)
        told.at(3.01 + LIMITS.candles_hold / 60)
        assert told.closed == [0, 2]
        told.take(2)
        told.fill(1, 2)
        assert told.closed == [0, 2, 1]
        told.take(3)
        assert told.closed == [0, 2, 1, 3]
        assert told.tracker.gap is None

    def test_it_asks_again_where_the_exchange_does_not_have_it_yet(self, told: Told) -> None:
        told.take(0, final=False)
        told.at(1.1)
        told.fill()
        assert not told.asks()
        told.at(1.1 + LIMITS.retry / 60)
        assert told.asks()
        told.fill(0)
        assert told.closed == [0]

    def test_it_waits_twice_as_long_each_time_for_what_the_exchange_does_not_have_yet(self, told: Told) -> None:
        told.take(0, final=False)
        told.at(1.1)
        pauses = []
        for _ in range(6):
            asked = told.clock.monotonic()
            told.fill()
            while not told.asks():
                told.at((told.clock.now_ms() - T0 + 500) / MINUTE)
            pauses.append(told.clock.monotonic() - asked)
        assert pauses == pytest.approx([2.0, 4.0, 8.0, 16.0, 30.0, 30.0], abs=0.5)

    def test_it_tells_what_the_exchange_never_had_and_goes_on(self, told: Told) -> None:
        told.take(0)
        told.at(4.1)
        told.fill(2, 3, 4)
        assert told.closed == [0, 2, 3]
        assert told.resyncs == [False]
        told.take(1)
        assert told.closed == [0, 2, 3, 1]
        told.take(1)
        told.take(4)
        assert told.closed == [0, 2, 3, 1, 4]

    def test_it_gives_up_and_goes_on(self, told: Told) -> None:
        told.take(0)
        told.at(2.2)
        told.extend(told.tracker.gave_up(told.clock.now_ms()))
        assert told.resyncs == [False]
        told.take(2)
        assert told.closed == [0, 2]
        told.take(1)
        assert told.closed == [0, 2, 1]

    def test_it_holds_no_more_than_it_may(self, told: Told) -> None:
        told.take(0)
        for number in range(2, LIMITS.held + 2):
            told.take(number)
        assert told.closed == [0]
        told.take(LIMITS.held + 2)
        assert told.closed == [0, *range(2, LIMITS.held + 3)]

    def test_it_begins_anew_with_an_exchange_whose_clock_went_back(self, told: Told) -> None:
        told.take(500)
        told.take(501, final=False)
        told.take(3, final=False)
        told.take(3)
        told.take(4)
        assert told.closed == [500, 3, 4]


class TestSilence:
    """Of a symbol of which nothing comes, neither live nor from REST, as it is halted."""

    @pytest.fixture
    def silent(self, told: Told) -> Told:
        """A tracker whose second candle was given up, and an hour in which it would have been asked again."""
        told.take(0)
        told.at(2.2)
        assert told.asks()
        told.extend(told.tracker.gave_up(told.clock.now_ms()))
        told.at(60.5)
        return told

    def test_it_neither_asks_nor_tells_of_a_gap_again(self, silent: Told) -> None:
        assert not silent.asks()
        assert silent.tracker.gap is None
        assert silent.resyncs == [False]

    def test_it_asks_for_what_there_was_meanwhile_when_the_next_comes(self, silent: Told) -> None:
        silent.take(60, final=False)
        assert silent.asks()
        assert silent.tracker.fill_from(silent.clock.now_ms()) == T0 + 2 * MINUTE
        silent.fill(*range(1, 61))
        assert silent.closed == [0, *range(2, 60)]
        silent.take(60)
        assert silent.closed[-1] == 60
        assert silent.resyncs == [False]

    def test_it_tells_of_it_once_where_there_was_nothing_meanwhile(self, silent: Told) -> None:
        silent.take(60, final=False)
        silent.take(60)
        silent.extend(silent.tracker.gave_up(silent.clock.now_ms()))
        silent.take(61)
        assert silent.closed == [0, 60, 61]
        assert silent.resyncs == [False, False]

    def test_an_interruption_of_it_is_told_once(self, silent: Told) -> None:
        silent.tracker.interrupted(silent.clock.now_ms())
        silent.tracker.restored(silent.at(62))
        assert silent.asks()
        silent.extend(silent.tracker.gave_up(silent.clock.now_ms()))
        silent.at(120)
        assert not silent.asks()
        assert silent.resyncs == [False, False]

    def test_it_asks_for_what_there_was_while_it_was_interrupted(self, silent: Told) -> None:
        silent.tracker.interrupted(silent.clock.now_ms())
        silent.tracker.restored(silent.at(65.5))
        assert silent.tracker.fill_from(silent.clock.now_ms()) == T0 + 2 * MINUTE
        silent.fill(*range(2, 65))
        assert silent.closed == [0, *range(2, 65)]
        assert silent.resyncs == [False, True]
        silent.take(65)
        silent.tracker.interrupted(silent.at(66.1))
        silent.tracker.restored(silent.at(66.2))
        silent.take(66)
        assert silent.closed == [0, *range(2, 67)]


class TestInterruption:
    """While nothing flows, and after."""

    def test_it_fetches_what_ended_meanwhile_oldest_first_and_before_newer_ones(self, told: Told) -> None:
        told.take(0)
        told.take(1, final=False)
        told.tracker.interrupted(told.at(1.5))
        assert not told.asks()
        told.at(5.5)
        assert not told.asks()
        told.tracker.restored(told.clock.now_ms())
        assert told.asks()
        told.take(5, final=False)
        told.fill(1, 2, 3, 4, 5)
        assert told.closed == [0, 1, 2, 3, 4]
        assert told.repaired == [1, 2, 3, 4]
        assert told.resyncs == [True]
        told.take(5)
        assert told.closed[-1] == 5

    def test_it_tells_a_gap_in_which_none_ended_with_the_first_fresh_value(self, told: Told) -> None:
        told.take(0, final=False)
        told.tracker.interrupted(told.at(0.2))
        told.tracker.restored(told.at(0.5))
        assert not told.asks()
        told.take(0, final=False)
        assert told.resyncs == [True]
        told.take(0)
        assert told.closed == [0]

    def test_its_gap_begins_with_the_interruption_where_nothing_came_before(self, told: Told) -> None:
        told.tracker.interrupted(at := told.at(0.5))
        assert told.tracker.gap is not None
        assert told.tracker.gap.since == at

    def test_it_counts_from_the_return_how_long_filling_takes(self, told: Told) -> None:
        told.take(0)
        told.tracker.interrupted(told.at(1))
        told.tracker.restored(told.at(30))
        assert told.tracker.gap is not None
        assert told.tracker.gap.opened == told.clock.monotonic()

    def test_it_waits_for_a_candle_that_has_just_ended_before_it_asks(self, told: Told) -> None:
        told.take(0, final=False)
        told.tracker.interrupted(told.at(0.9))
        told.tracker.restored(told.at(1.001))
        assert not told.asks()
        told.take(1, final=False)
        assert told.resyncs == []
        told.at(1.001 + LIMITS.candle_settle / 60)
        assert told.asks()
        told.fill(0, 1)
        assert told.closed == [0]
        assert told.resyncs == [True]

    def test_it_asks_page_by_page(self) -> None:
        told = Told()
        told.take(0)
        told.tracker.interrupted(told.at(1))
        told.clock.advance(1500 * 60 + 30)
        told.tracker.restored(told.clock.now_ms())
        told.fill(*range(1, 1001))
        assert told.asks()
        assert told.tracker.fill_from(told.clock.now_ms()) == T0 + 1001 * MINUTE
        assert told.resyncs == []
        told.fill(*range(1001, 1502))
        assert told.closed == list(range(1501))
        assert told.resyncs == [True]

    def test_it_asks_for_no_more_than_it_may_and_says_that_older_ones_are_missing(self, told: Told) -> None:
        told.take(0)
        told.tracker.interrupted(told.at(1))
        told.clock.advance(10_000 * 60 + 30)
        told.tracker.restored(told.clock.now_ms())
        first = (told.tracker.fill_from(told.clock.now_ms()) - T0) // MINUTE
        assert first >= 10_000 - LIMITS.pages * 1000
        for page in range(first, 10_001, 1000):
            told.fill(*range(page, min(page + 1000, 10_002)))
        assert told.closed == [0, *range(first, 10_001)]
        assert told.resyncs == [False]

    def test_it_takes_up_what_a_predecessor_expected(self, told: Told) -> None:
        told.tracker.resume(T0 + 2 * MINUTE, T0 + 2 * MINUTE)
        assert told.tracker.gap is not None
        assert told.tracker.gap.is_inherited
        told.tracker.restored(told.at(4.5))
        told.take(4, final=False)
        told.fill(2, 3, 4)
        assert told.closed == [2, 3]
        assert told.resyncs == [True]

    def test_it_fetches_also_what_ended_before_the_first_candle_was_seen(self, told: Told) -> None:
        told.tracker.interrupted(told.at(0.5))
        told.tracker.restored(told.at(3.5))
        told.take(3, final=False)
        told.fill(0, 1, 2, 3)
        assert told.closed == [0, 1, 2]
        assert told.resyncs == [True]


@examples(30)
@given(st.sets(st.integers(1, 19)), st.integers(1, 15), st.integers(0, 5))
def test_it_tells_every_closed_candle_once_and_in_order_whatever_is_lost(
    lost: set[int], cut: int, minutes_away: int
) -> None:
    told = Told()
    told.take(0, final=False)
    for number in range(21):
        told.at(number + 1.001)
        if number == cut:
            told.tracker.interrupted(told.clock.now_ms())
        if number == cut + minutes_away:
            told.tracker.restored(told.clock.now_ms())
        if number not in lost and not cut <= number < cut + minutes_away:
            told.take(number)
        told.at(number + 1.1)
        if told.asks():
            told.fill(*range(number + 2))
    told.at(22.2)
    if told.asks():
        told.fill(*range(22))
    assert told.closed[:21] == list(range(21))
    assert all(told.resyncs)
