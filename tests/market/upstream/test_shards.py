"""Which socket carries which stream."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.market.upstream.shards import ShardLimits, Shards
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock


def streams(first: int, last: int) -> set[str]:
    """Return names of streams."""
    return {f"s{number:04}@trade" for number in range(first, last)}


def sizes(shards: Shards) -> list[int]:
    """Return how many streams are wanted of each socket."""
    return [len(shards.streams_of(number)) for number in shards.sockets]


@pytest.fixture
def shards(clock: ManualClock) -> Shards:
    """Return an allotment with the default limits."""
    return Shards(ShardLimits(), linger=30.0, clock=clock)


def test_it_needs_one_socket_though_nothing_is_wanted(shards: Shards) -> None:
    assert shards.sockets == (0,)
    assert shards.streams_of(0) == frozenset()
    assert shards.wait is None


@rule("1.2.6", "3.1")
def test_it_takes_another_socket_above_900_streams(shards: Shards) -> None:
    shards.want(streams(0, 900))
    assert sizes(shards) == [900]
    shards.want(streams(0, 901))
    assert sizes(shards) == [900, 1]


def test_a_stream_stays_where_it_is(shards: Shards) -> None:
    shards.want(streams(0, 1000))
    before = shards.streams_of(1)
    shards.want(streams(0, 1000) | {"a@trade"})
    assert shards.streams_of(1) == before | {"a@trade"}
    shards.want(streams(500, 1000))
    assert shards.streams_of(1) == before
    assert shards.streams_of(0) == streams(500, 1000) - before


def test_it_keeps_the_place_of_what_nobody_wants_for_the_linger(shards: Shards, clock: ManualClock) -> None:
    shards.want(streams(0, 901))
    shards.want(streams(1, 900))
    clock.advance(29.9)
    shards.want(streams(0, 901))
    assert shards.streams_of(1) == streams(900, 901)
    shards.want(streams(1, 900))
    assert shards.wait == pytest.approx(30.0)
    clock.advance(30)
    shards.expire()
    assert shards.sockets == (0,)
    shards.want(streams(0, 901))
    assert sizes(shards) == [900, 1]


def test_the_first_socket_stays_though_all_its_streams_went(shards: Shards, clock: ManualClock) -> None:
    shards.want(streams(0, 1000))
    shards.want(streams(900, 1000))
    clock.advance(30)
    shards.expire()
    assert shards.sockets == (0, 1)
    assert shards.streams_of(0) == frozenset()


def test_what_no_socket_has_room_for_waits_for_a_place(clock: ManualClock) -> None:
    shards = Shards(ShardLimits(streams=2, sockets=2), linger=30.0, clock=clock)
    shards.want({"a", "b", "c", "d"})
    shards.want({"a", "b", "c", "d", "e"})
    assert shards.left_out == {"e"}
    shards.want({"b", "c", "d", "e"})
    assert shards.left_out == {"e"}
    clock.advance(30)
    shards.expire()
    assert shards.left_out == set()
    assert shards.streams_of(0) == {"b", "e"}


names = st.frozensets(st.integers(0, 30).map(str), max_size=20)


@given(st.lists(st.tuples(names, st.floats(0, 60)), max_size=20))
def test_every_stream_has_one_place_and_none_moves(
    steps: list[tuple[frozenset[str], float]],
) -> None:
    clock = ManualClock()
    shards = Shards(ShardLimits(streams=3, sockets=5), linger=30.0, clock=clock)
    places: dict[str, int] = {}
    for wanted, pause in steps:
        clock.advance(pause)
        shards.expire()
        shards.want(wanted)
        now = {name: number for number in shards.sockets for name in shards.streams_of(number)}
        assert now.keys() | shards.left_out == wanted
        assert sum(len(shards.streams_of(number)) for number in shards.sockets) == len(now)
        assert max(Counter(now.values()).values(), default=0) <= 3
        assert all(now[name] == places[name] for name in now.keys() & places.keys())
        places = now
