"""The counts of gateways, and what is made of them. Pure."""

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
    assert {one.channel for one in counter.counts() if one.is_market} <= {"price:BTCUSDT", "trades:ETHUSDT"}
