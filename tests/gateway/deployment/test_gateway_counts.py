"""The counts of gateways, and what is made of them. Pure."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streaming.gateway.deployment.gateway_counts import (
    ChannelCount,
    ChannelCounter,
    CountsTable,
    GatewayCounts,
    channel_totals,
    market_channels,
)

CHANNELS = ("price:BTCUSDT", "trades:ETHUSDT", "orders:me", "grid.*")


def counts(process_id: str, connections: int = 0, *channels: ChannelCount) -> GatewayCounts:
    return GatewayCounts(process_id=process_id, started_at=1, connections=connections, channels=channels)


def test_it_holds_the_newest_counts_of_each_gateway() -> None:
    table = CountsTable(20)
    table.put(counts("a", 1), 0)
    table.put(counts("b", 5), 0)
    table.put(counts("a", 2), 1)
    assert sorted(one.connections for one in table.present(1)) == [2, 5]


def test_it_forgets_a_gateway_that_has_gone_silent() -> None:
    table = CountsTable(20)
    table.put(counts("a", 1), 0)
    table.put(counts("b", 5), 10)
    assert [one.process_id for one in table.present(20)] == ["b"]
    assert not table.knows("a")
    assert table.present(30) == []


def test_it_forgets_a_gateway_that_says_farewell_at_once() -> None:
    table = CountsTable(20)
    table.put(counts("a", 1), 0)
    table.forget("a")
    table.forget("never heard of")
    assert table.present(0) == []


def test_it_adds_up_the_channels_of_all_gateways_the_most_subscribed_first() -> None:
    first = counts("a", 2, ChannelCount("grid.*", 2, False), ChannelCount("price:BTCUSDT", 1, True))
    second = counts("b", 2, ChannelCount("alerts", 2, False), ChannelCount("price:BTCUSDT", 2, True))
    assert channel_totals([first, second]) == [("price:BTCUSDT", 3), ("alerts", 2), ("grid.*", 2)]
    assert market_channels([first, second]) == ["price:BTCUSDT"]
    assert (first.subscriptions, second.subscriptions) == (3, 4)


def test_it_holds_all_channels_of_a_gateway_that_tells_which_have_changed() -> None:
    table = CountsTable(20)
    table.change(counts("a", 1, ChannelCount("alerts", 1, False)), 0)
    assert not table.knows("a"), "what it said before isn't known"
    table.put(counts("a", 2, ChannelCount("grid.*", 2, False), ChannelCount("price:BTCUSDT", 1, True)), 0)
    table.change(counts("a", 3, ChannelCount("grid.*", 0, False), ChannelCount("alerts", 1, False)), 15)
    for _ in range(2):
        [told] = table.present(30)
        assert (told.connections, told.channels) == (
            3,
            (ChannelCount("alerts", 1, False), ChannelCount("price:BTCUSDT", 1, True)),
        )
    table.change(counts("a", 4, ChannelCount("alerts", 2, False)), 31)
    assert channel_totals(table.present(31)) == [("alerts", 2), ("price:BTCUSDT", 1)]
    assert table.names(50) == ["a"]
    assert table.names(51) == []


def test_versions_that_tell_no_sum_and_such_that_know_none_read_each_other() -> None:
    class OldCounts(msgspec.Struct, kw_only=True):
        process_id: str
        started_at: int
        connections: int
        channels: tuple[ChannelCount, ...] = ()

    new = msgspec.structs.replace(counts("a", 1, ChannelCount("alerts", 2, False)), subscribed=2)
    old = msgspec.msgpack.decode(msgspec.msgpack.encode(new), type=OldCounts)
    assert old.channels == new.channels
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(old), type=GatewayCounts).subscriptions == 2


def test_it_names_each_channel_that_has_changed_once_and_a_few_at_a_time() -> None:
    counter = ChannelCounter()
    counter.put("one", CHANNELS[:1], CHANNELS[:1])
    counter.put("other", CHANNELS[:2], CHANNELS[:2])
    assert counter.take_changed(1) == (ChannelCount("price:BTCUSDT", 2, True),)
    counter.drop("one")
    assert counter.take_changed(1) == (ChannelCount("trades:ETHUSDT", 1, True),)
    assert counter.take_changed(9) == (ChannelCount("price:BTCUSDT", 1, True),)
    counter.put("other", CHANNELS[:1], ())
    assert counter.take_changed(9) == (ChannelCount("trades:ETHUSDT", 0, False),)
    counter.put("other", (), ())
    assert counter.take_all() == counter.take_changed(9) == ()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.frozensets(st.sampled_from(CHANNELS)))))
def test_it_counts_as_if_it_had_counted_anew(steps: list[tuple[str, frozenset[str] | None]]) -> None:
    counter, held = ChannelCounter(), dict[str, frozenset[str]]()
    for client_id, channels in steps:
        if channels is None:
            assert counter.drop(client_id) == (held.pop(client_id, None) is not None)
        else:
            held[client_id] = channels
            counter.put(
                client_id, channels, [channel for channel in channels if ":" in channel and "me" not in channel]
            )
    expected = {name: sum(name in channels for channels in held.values()) for name in CHANNELS}
    assert {one.channel: one.subscribers for one in counter.counts()} == {
        name: number for name, number in expected.items() if number
    }
    assert counter.subscriptions == sum(expected.values())
    assert len(counter) == len(counter.counts())
    assert {one.channel for one in counter.counts() if one.is_market} <= {"price:BTCUSDT", "trades:ETHUSDT"}
