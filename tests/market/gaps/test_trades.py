"""The trades of a symbol: in order, none twice, and what is missing found, fetched or told."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Resync, Side, Source, Trade, Trades
from streaming.market.gaps.gap import StillOpen
from streaming.market.gaps.limits import GapLimits
from streaming.market.gaps.trades import TradeTracker
from streaming.market.sources.answers import RestTrade
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

LIMITS = GapLimits()
T0 = 1_700_000_000_000


def live(*ids: int, time: int | None = None) -> Trades:
    """Return live trades, whose times go up by their ids."""
    one = Decimal(1)
    made = tuple(
        Trade(trade_id=i, price=one, quantity=one, side=Side.BUY, time=T0 + i if time is None else time) for i in ids
    )
    return Trades(symbol="BTCUSDT", time=made[-1].time, source=Source.BINANCE, trades=made)


def rows(*ids: int, time: int | None = None) -> list[RestTrade]:
    """Return trades of REST."""
    one = Decimal(1)
    return [
        RestTrade(trade_id=i, price=one, quantity=one, time=T0 + i if time is None else time, taker_side=Side.BUY)
        for i in ids
    ]


def ids_of(told: Sequence[object]) -> list[int]:
    """Return the ids of all trades, in order."""
    return [trade.trade_id for event in told if isinstance(event, Trades) for trade in event.trades]


def repaired(told: Sequence[object]) -> list[int]:
    """Return the ids of the trades that were fetched."""
    return ids_of([event for event in told if isinstance(event, Trades) and event.repaired])


def resyncs(told: Sequence[object]) -> list[bool]:
    """Return whether each gap that is told is complete."""
    return [event.complete for event in told if isinstance(event, Resync)]


def in_order(told: Sequence[object]) -> list[int | bool]:
    """Return the ids of the trades, and between them whether each gap that is told, then or already, is complete."""
    found: list[int | bool] = []
    for event in told:
        if isinstance(event, Trades):
            found += [trade.trade_id for trade in event.trades]
        elif isinstance(event, Resync | StillOpen):
            found.append(event.complete if isinstance(event, Resync) else event.resync.complete)
    return found


class Told(list[object]):
    """What a tracker has told, in order."""

    def __init__(self, clock: ManualClock, *, since: int = T0) -> None:
        super().__init__()
        self.clock = clock
        self.tracker = TradeTracker("BTCUSDT", Source.BINANCE, LIMITS, clock, since=since)

    def asks(self) -> bool:
        """Return whether REST is to be asked."""
        return self.tracker.wants_fill

    def take(self, *ids: int, time: int | None = None) -> None:
        """Take live trades one by one."""
        for number in ids:
            self.extend(self.tracker.take(live(number, time=time)))

    def fill(self, found: list[RestTrade], *, asked_at: float | None = None) -> None:
        """Take trades of REST, which was asked now, or at a time."""
        asked_at = self.clock.monotonic() if asked_at is None else asked_at
        self.extend(self.tracker.filled(found, asked_at=asked_at))

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.extend(self.tracker.look(0))


@pytest.fixture
def told(clock: ManualClock) -> Told:
    """Return what a tracker tells."""
    return Told(clock)


class TestLive:
    """Without an interruption."""

    def test_it_passes_trades_on_at_once(self, told: Told) -> None:
        told.take(1, 2, 3)
        assert ids_of(told) == [1, 2, 3]
        assert not told.asks()
        assert told.tracker.gap is None

    def test_it_waits_a_little_for_what_comes_out_of_order_and_tells_nothing_of_it(self, told: Told) -> None:
        told.take(1, 2, 5)
        assert ids_of(told) == [1, 2]
        assert not told.asks()
        told.take(3, 6, 4)
        assert ids_of(told) == [1, 2, 3, 4, 5, 6]
        assert resyncs(told) == []

    def test_it_tells_once_and_counts_what_two_sockets_say(self, told: Told) -> None:
        told.take(1, 2, 7, 3, 4, 8, 5, 6, 7, 8)
        assert ids_of(told) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert resyncs(told) == []
        assert told.tracker.doubles == 2

    def test_it_asks_for_what_does_not_come_and_tells_it_in_order(self, told: Told) -> None:
        told.take(1, 2, 5)
        told.later(LIMITS.reorder)
        assert told.asks()
        told.take(6)
        told.fill(rows(1, 2, 3, 4, 5, 6, 7))
        assert ids_of(told) == [1, 2, 3, 4, 5, 6]
        assert repaired(told) == [3, 4]
        assert resyncs(told) == [True]
        told.take(7)
        assert ids_of(told)[-1] == 7

    def test_it_lets_newer_ones_go_where_filling_takes_long_and_tells_the_older_late_and_once(self, told: Told) -> None:
        told.take(1, 4)
        told.later(LIMITS.trades_hold)
        assert ids_of(told) == [1, 4]
        told.take(5)
        assert ids_of(told) == [1, 4, 5]
        told.fill(rows(2, 3, 4, 5))
        assert ids_of(told) == [1, 4, 5, 2, 3]
        assert resyncs(told) == [True]
        told.take(2, 3)
        assert ids_of(told) == [1, 4, 5, 2, 3]

    def test_it_holds_no_more_than_it_may(self, told: Told) -> None:
        told.take(1, *range(3, LIMITS.held + 4))
        assert ids_of(told) == [1, *range(3, LIMITS.held + 4)]

    @rule("3.7")
    def test_it_tells_what_rest_no_longer_gives(self, told: Told) -> None:
        told.take(1, 2000)
        told.later(LIMITS.reorder)
        told.fill(rows(*range(1001, 2001)))
        assert ids_of(told) == [1, *range(1001, 2001)]
        assert resyncs(told) == [False]
        told.take(2001)
        assert ids_of(told)[-1] == 2001

    def test_what_it_tells_of_a_jump_reaches_from_the_last_trade_before_it_to_the_first_after_it(
        self, told: Told
    ) -> None:
        told.take(1, 2, 3000)
        told.later(LIMITS.reorder)
        told.fill(rows(*range(2010, 3001)))
        [gap] = [event for event in told if isinstance(event, Resync)]
        assert (gap.start, gap.end, gap.complete) == (T0 + 2, T0 + 3000, False)

    def test_it_asks_again_where_rest_is_behind_the_stream(self, told: Told) -> None:
        told.take(1, 5)
        told.later(LIMITS.reorder)
        told.fill(rows(1, 2))
        assert resyncs(told) == []
        assert not told.asks()
        told.later(LIMITS.retry)
        assert told.asks()
        told.fill(rows(1, 2, 3, 4, 5))
        assert ids_of(told) == [1, 2, 3, 4, 5]
        assert resyncs(told) == [True]

    def test_it_gives_up_and_goes_on(self, told: Told) -> None:
        told.take(1, 4)
        told.extend(told.tracker.gave_up())
        assert ids_of(told) == [1, 4]
        assert resyncs(told) == [False]
        told.take(5)
        assert ids_of(told) == [1, 4, 5]

    def test_it_follows_an_exchange_that_begins_its_numbering_anew(self, told: Told) -> None:
        told.take(1000, 1001)
        told.take(1, 2, time=T0 + 5000)
        assert ids_of(told) == [1000, 1001, 1, 2]
        assert resyncs(told) == [False]

    def test_it_follows_ids_and_a_clock_that_both_begin_anew(self, told: Told) -> None:
        told.take(1000, time=T0 + 1_000_000)
        told.tracker.interrupted(T0 + 1_000_000)
        told.tracker.restored(T0)
        told.take(1, 2, 3)
        assert ids_of(told) == [1000, 1, 2, 3]
        assert resyncs(told) == [False]

    def test_it_says_so_where_more_is_missing_than_it_remembers(self, told: Told) -> None:
        told.take(*range(1, 200, 2))
        told.later(LIMITS.reorder)
        told.fill(rows(*range(1, 200)))
        assert resyncs(told) == [False]


class TestInterruption:
    """While nothing flows, and after."""

    def test_it_finds_that_nothing_was_missed_without_asking(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.take(3)
        assert ids_of(told) == [1, 2, 3]
        [gap] = [event for event in told if isinstance(event, Resync)]
        assert (gap.start, gap.end, gap.complete) == (T0 + 2, T0 + 20, True)
        assert not told.asks()

    def test_it_asks_at_once_for_what_was_missed_and_tells_it_before_the_newer(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.take(6)
        assert told.asks()
        told.take(7)
        told.fill(rows(*range(1, 8)))
        assert ids_of(told) == [1, 2, 3, 4, 5, 6, 7]
        assert repaired(told) == [3, 4, 5]
        assert resyncs(told) == [True]

    def test_it_tells_what_was_missed_then_the_gap_then_what_came_after_it(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.take(6, 7)
        told.fill(rows(*range(1, 8)))
        told.take(8)
        assert in_order(told) == [1, 2, 3, 4, 5, True, 6, 7, 8]

    def test_it_tells_the_gap_before_what_came_after_it_where_nothing_was_missed(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.take(3)
        assert in_order(told) == [1, 2, True, 3]

    def test_it_tells_of_a_gap_that_is_still_open_once_before_it_lets_newer_ones_go(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.take(6)
        told.later(LIMITS.trades_hold)
        told.take(7)
        assert in_order(told) == [1, 2, False, 6, 7]
        [still_open] = [event.resync for event in told if isinstance(event, StillOpen)]
        assert (still_open.start, still_open.end) == (T0 + 2, T0 + 20)
        told.fill(rows(*range(1, 8)))
        assert in_order(told) == [1, 2, False, 6, 7, 3, 4, 5, True]

    def test_it_keeps_what_comes_ahead_of_the_acknowledgement_until_it_is_known_to_follow_the_gap(
        self, told: Told
    ) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.take(3)
        assert in_order(told) == [1, 2]
        told.tracker.restored(T0 + 20)
        told.take(4)
        assert in_order(told) == [1, 2, True, 3, 4]

    def test_it_keeps_it_no_longer_than_others(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.take(3)
        told.later(LIMITS.trades_hold)
        assert in_order(told) == [1, 2, False, 3]
        told.tracker.restored(T0 + 20)
        told.take(5)
        assert in_order(told) == [1, 2, False, 3], "the hole before it may still be filled"
        told.fill(rows(*range(1, 6)))
        assert in_order(told) == [1, 2, False, 3, 4, True, 5]

    def test_it_asks_for_a_symbol_that_stays_quiet(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        assert not told.asks()
        told.tracker.restored(T0 + 20)
        told.later(LIMITS.quiet)
        assert told.asks()
        told.fill(rows(1, 2, 3, 4))
        assert ids_of(told) == [1, 2, 3, 4]
        assert resyncs(told) == [True]
        told.take(4, 5)
        assert ids_of(told) == [1, 2, 3, 4, 5]

    def test_it_asks_nothing_while_nothing_flows(self, told: Told) -> None:
        told.take(1, 4)
        told.tracker.interrupted(T0 + 10)
        told.later(LIMITS.give_up)
        assert not told.asks()
        told.fill(rows(1, 2, 3, 4))  # asked before
        told.tracker.restored(T0 + 20)
        told.take(5)
        assert sorted(ids_of(told)) == [1, 2, 3, 4, 5]
        assert resyncs(told) == [True]

    def test_it_asks_again_where_the_stream_was_cut_once_more_since_it_asked(self, told: Told) -> None:
        told.take(1, 2)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.later(LIMITS.quiet)
        assert told.asks()
        asked_at = told.clock.monotonic()
        told.tracker.interrupted(T0 + 30)
        told.later(1)
        told.tracker.restored(T0 + 40)
        told.fill(rows(1, 2, 3, 4), asked_at=asked_at)
        assert resyncs(told) == []
        assert told.asks()
        told.fill(rows(1, 2, 3, 4, 5, 6))
        assert ids_of(told) == [1, 2, 3, 4, 5, 6]
        assert resyncs(told) == [True]

    def test_it_tells_that_a_quiet_exchange_has_begun_its_numbering_anew(self, told: Told) -> None:
        told.take(1000)
        told.tracker.interrupted(T0 + 1010)
        told.tracker.restored(T0 + 1020)
        told.later(LIMITS.quiet)
        told.fill(rows(1, 2, time=T0 + 2000))
        assert ids_of(told) == [1000, 1, 2]
        assert resyncs(told) == [False]

    def test_it_looks_by_time_where_no_trade_was_seen_before(self, clock: ManualClock) -> None:
        told = Told(clock, since=T0 + 3)
        told.tracker.interrupted(T0 + 4)
        told.tracker.restored(T0 + 20)
        told.take(7)
        assert told.asks()
        told.fill(rows(*range(1, 8)))
        assert ids_of(told) == [4, 5, 6, 7]
        assert resyncs(told) == [True]
        told.take(8)
        assert ids_of(told)[-1] == 8

    def test_it_fetches_the_first_trades_of_a_symbol_that_had_not_traded_before_a_predecessor_went(
        self, clock: ManualClock
    ) -> None:
        told = Told(clock, since=T0 + 20)
        told.tracker.resume(None, T0 + 3)
        told.tracker.restored(T0 + 20)
        told.take(6)
        told.fill(rows(*range(1, 7)))
        assert ids_of(told) == [4, 5, 6]
        assert resyncs(told) == [True]

    def test_it_fetches_them_also_where_a_trade_comes_before_it_is_known_that_the_stream_flows(
        self, clock: ManualClock
    ) -> None:
        told = Told(clock, since=T0 + 20)
        told.tracker.resume(None, T0 + 3)
        told.take(6)
        told.tracker.restored(T0 + 20)
        told.take(7)
        assert told.asks()
        told.fill(rows(*range(1, 8)))
        assert sorted(ids_of(told)) == [4, 5, 6, 7]
        assert resyncs(told) == [True]

    def test_it_ends_a_gap_where_it_ended_however_long_it_takes_to_fill_it(self, told: Told) -> None:
        told.take(1)
        told.tracker.interrupted(T0 + 10)
        told.tracker.restored(T0 + 20)
        told.take(5, time=T0 + 30)
        told.later(LIMITS.trades_hold)
        told.take(6, 7, time=T0 + 90_000)
        told.fill(rows(1, 2, 3, 4, 5, 6, 7))
        (resync,) = [event for event in told if isinstance(event, Resync)]
        assert (resync.start, resync.end, resync.complete) == (T0 + 1, T0 + 30, True)

    def test_it_takes_up_what_a_predecessor_left(self, told: Told) -> None:
        told.tracker.resume(2, T0 + 2)
        told.tracker.restored(T0 + 20)
        told.take(2, 5)
        told.fill(rows(1, 2, 3, 4, 5))
        assert ids_of(told) == [3, 4, 5]
        assert resyncs(told) == [True]


@given(st.data())
def test_it_tells_every_trade_once_and_in_order_whatever_is_cut_away(data: st.DataObject) -> None:
    clock = ManualClock()
    told = Told(clock)
    made = list(range(1, 41))
    lost = data.draw(st.sets(st.sampled_from(made[1:-1])))
    for number in made:
        if number not in lost:
            told.take(number)
        if data.draw(st.booleans()):
            clock.advance(0.2)
        if told.asks():
            told.fill(rows(*range(1, number + 1)))
    told.later(LIMITS.reorder)
    if told.asks():
        told.fill(rows(*made))
    assert ids_of(told) == made
    assert all(resyncs(told))


@given(st.integers(1, 30), st.data())
def test_it_tells_every_trade_once_and_in_order_while_one_socket_takes_over_from_another(
    begins: int, data: st.DataObject
) -> None:
    told = Told(ManualClock())
    told.take(1)
    old, new = list(range(2, 31)), list(range(begins, 41))
    while old or new:
        socket = old if old and (not new or data.draw(st.booleans())) else new
        told.take(socket.pop(0))
    assert ids_of(told) == list(range(1, 41))
    assert resyncs(told) == []
    assert told.tracker.doubles == 31 - begins
