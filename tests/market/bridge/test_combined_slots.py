"""What is said of several slots together."""

from itertools import permutations

import msgspec
import pytest

from streaming.events import Source
from streaming.market.bridge.combined_slots import combined_status
from streaming.market.bridge.slots import slot_of
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.market.bridge.status_table import BridgeStatusTable
from tests.manual_clock import ManualClock
from tests.market.bridge.statuses import status

FIRST = msgspec.structs.replace(
    status(epoch=1), lag_ms=10, events=5, tasks=7, reconnects={"silence": 1}, active_streams=("a@trade", "c@trade")
)
SECOND = msgspec.structs.replace(
    status(epoch=2, symbols_known=False, slot=slot_of(None, 2)), since=9, lag_ms=40, events=6, tasks=9,
    reconnects={"silence": 1, "age": 2}, active_streams=("b@trade",),
)  # fmt: skip


def combined(*statuses: BridgeStatus | None) -> BridgeStatus:
    """Return what is said of them together."""
    told = combined_status(statuses)
    assert told is not None
    return told


def test_one_alone_is_told_as_it_is() -> None:
    assert combined_status([FIRST]) is FIRST
    assert combined_status([None]) is combined_status([None, None]) is None


def test_counts_are_summed_and_the_longest_lag_is_told() -> None:
    told = combined(FIRST, SECOND)
    assert (told.lag_ms, told.events, told.symbols_known, told.slot) == (40, 11, True, "bridge")
    assert told.active_streams == ("a@trade", "b@trade", "c@trade")
    assert told.reconnects == {"silence": 2, "age": 2}


def test_tasks_of_one_process_count_once() -> None:
    assert combined(FIRST, SECOND).tasks == 16
    assert combined(FIRST, msgspec.structs.replace(SECOND, holder=FIRST.holder, tasks=7)).tasks == 7


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (BridgeState.RECONNECTING, BridgeState.STALE),
        (BridgeState.STALE, BridgeState.CONNECTING),
        (BridgeState.CONNECTING, BridgeState.FALLBACK),
        (BridgeState.FALLBACK, BridgeState.LIVE),
    ],
)
def test_the_whole_is_no_better_than_its_worst_slot(worse: BridgeState, better: BridgeState) -> None:
    first = msgspec.structs.replace(FIRST, state=better)
    second = msgspec.structs.replace(SECOND, state=worse)
    for one, other in permutations((first, second)):
        assert (combined(one, other).state, combined(one, other).since) == (worse, 9)


def test_a_slot_that_is_not_served_is_told() -> None:
    assert combined(None, SECOND).state is combined(FIRST, None).state is BridgeState.CONNECTING
    assert combined(msgspec.structs.replace(FIRST, state=BridgeState.STALE), None).state is BridgeState.STALE


def test_the_data_is_simulated_where_one_slots_is() -> None:
    away = msgspec.structs.replace(
        SECOND, state=BridgeState.FALLBACK, source=Source.SIMULATOR, stands_in_for=Source.BINANCE
    )
    told = combined(FIRST, away)
    assert (told.simulated, told.stands_in_for, told.state) == (True, Source.BINANCE, BridgeState.FALLBACK)


def test_the_table_tells_slots_together_and_each_by_itself(clock: ManualClock) -> None:
    table = BridgeStatusTable(clock, slots=2)
    table.take(FIRST)
    assert (table.of_slots, table.served_slots) == ((FIRST, None), (FIRST,))
    table.take(SECOND)
    table.take(status(epoch=9, source=Source.KRAKEN, slot=slot_of(Source.KRAKEN)))
    assert table.own == combined(FIRST, SECOND)
    assert table.served_slots == (FIRST, SECOND)
    assert [one.slot for one in table.further] == ["bridge.kraken"]


def test_the_table_tells_the_one_slot_alone(clock: ManualClock) -> None:
    table = BridgeStatusTable(clock, slots=1)
    table.take(FIRST)
    table.take(SECOND)  # of a process that is set up otherwise
    assert (table.own, table.served_slots, table.further) == (FIRST, (), ())
