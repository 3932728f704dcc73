"""Which slot has a symbol, and how many slots a bridge has."""

from collections import Counter

import pytest

from streaming.events import Source
from streaming.events.system import BridgeReport, ExchangeState
from streaming.market.bridge.fair_share import Change, SlotLease, change_of, fair_share
from streaming.market.bridge.slots import BRIDGE_SLOT, all_slots, is_given_up, place_of, shared_slots

SYMBOLS = [f"S{number}USDT" for number in range(3000)]


def test_a_report_that_names_no_slot_is_of_the_first() -> None:
    report = BridgeReport(holder="b", epoch=1, state=ExchangeState.LIVE, source=Source.BINANCE, streams=0, published=0)
    assert report.slot == BRIDGE_SLOT


class TestPlaces:
    """Symbols over slots."""

    def test_symbols_are_spread_evenly(self) -> None:
        counts = Counter(place_of(symbol, 4) for symbol in SYMBOLS)
        assert set(counts) == {1, 2, 3, 4}
        assert max(counts.values()) < 1.15 * len(SYMBOLS) / 4

    @pytest.mark.parametrize("count", [1, 2, 3, 7])
    def test_a_slot_more_takes_its_part_and_moves_no_other_symbol(self, count: int) -> None:
        moved = [symbol for symbol in SYMBOLS if place_of(symbol, count) != place_of(symbol, count + 1)]
        assert {place_of(symbol, count + 1) for symbol in moved} == {count + 1}
        assert abs(len(moved) - len(SYMBOLS) / (count + 1)) < 0.15 * len(SYMBOLS) / (count + 1)

    def test_it_is_the_same_in_every_process_and_version(self) -> None:
        places = [place_of(symbol, 3) for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT")]
        assert places == [1, 1, 1, 2]

    def test_what_is_of_no_symbol_is_the_firsts(self) -> None:
        assert {place_of("", count) for count in range(1, 9)} == {1}

    def test_slots_that_nobody_is_to_fill_are_given_up(self) -> None:
        slots = [*shared_slots(3), "bridge.kraken", "health"]
        assert [is_given_up(one, [], count=2) for one in slots] == [False, False, True, True, False]
        assert all_slots([Source.KRAKEN], count=2) == ["bridge", "bridge.2", "bridge.kraken"]


def held_by(*holders: str) -> list[SlotLease]:
    """Return the leases of slots, by their holders; nobody's where empty, a dead one's in brackets."""
    return [
        SlotLease(f"slot {place}", holder.strip("()"), is_vacant=not holder or holder.startswith("("))
        for place, holder in enumerate(holders, start=1)
    ]


def slots(*places: int) -> tuple[str, ...]:
    """Return the names of slots."""
    return tuple(f"slot {place}" for place in places)


class TestFairShare:
    """Slots over bridges."""

    @pytest.mark.parametrize("bridges", range(1, 8))
    @pytest.mark.parametrize("count", range(1, 8))
    def test_every_slot_is_somebodys_and_no_bridge_has_two_more_than_another(self, bridges: int, count: int) -> None:
        present = [f"bridge {number}" for number in range(bridges)]
        shares = [fair_share(one, present, slots=count) for one in present]
        assert sum(shares) == count
        assert max(shares) - min(shares) <= 1

    def test_one_that_is_alone_takes_all(self) -> None:
        assert change_of("a", [], held_by("", "", ""), []) == Change(take=slots(1, 2, 3))

    def test_one_that_comes_is_given_what_others_have_too_many_of(self) -> None:
        leases = held_by("a", "a", "a", "a")
        assert change_of("a", ["a", "b"], leases, slots(1, 2, 3, 4)) == Change(give_back=slots(3, 4))
        assert change_of("b", ["a", "b"], leases, []) == Change()
        assert change_of("b", ["a", "b"], held_by("a", "a", "", ""), []) == Change(take=slots(3, 4))

    def test_what_a_dead_one_had_is_shared_by_those_that_live(self) -> None:
        leases = held_by("(a)", "b", "(a)", "c")
        assert change_of("b", ["a", "b", "c"], leases, slots(2)) == Change(take=slots(1))
        after = held_by("b", "b", "(a)", "c")
        assert change_of("c", ["a", "b", "c"], after, slots(4)) == Change(take=slots(3))

    def test_one_that_has_its_share_takes_no_more(self) -> None:
        assert change_of("a", ["a", "b"], held_by("a", ""), slots(1)) == Change()

    def test_one_that_goes_on_beyond_its_leases_gives_nothing_back_for_that(self) -> None:
        assert change_of("a", ["a"], held_by("(a)", "(a)"), slots(1, 2)) == Change()
