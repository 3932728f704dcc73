"""Hundreds of streams on several sockets, at the exchange's own pace of five messages a second."""

import msgspec

from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.silence import SilenceLimits
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.upstream.following import connected, following
from tests.market.upstream.simulating import CANARY, short_limits, simulated
from tests.waiting import until

KINDS = ("ticker", "trade", "depth10@100ms", "kline_1m", "kline_1h")


def many(count: int) -> tuple[str, ...]:
    """Return names of streams, of which the exchange knows a few."""
    symbols = ["btcusdt", "ethusdt", *(f"symbol{number}usdt" for number in range(count))]
    return tuple(f"{symbol}@{kind}" for symbol in symbols for kind in KINDS)[:count]


@rule("1.2.6", "3.1")
async def test_1000_streams_take_two_sockets() -> None:
    async with (
        simulated(speed=1.0, messages_a_second=5) as exchange,
        following(exchange.stream_url, wanted=many(1000), limits=ConnectionLimits()) as follower,
    ):
        await follower.until_active(*many(1000))
        sizes = [len(connection.stream_names) for connection in exchange.connections]
        assert sorted(sizes) == [101, 900]  # the canary is on both, and among those that are wanted
        assert exchange.subscribed_streams() == {*many(1000), CANARY}
        assert not follower.upstream.counts.endings


async def test_a_socket_that_nobody_needs_is_closed_and_the_first_stays(exchange: ScriptedExchange) -> None:
    limits = msgspec.structs.replace(short_limits(linger=0.2), shards=ShardLimits(streams=2))
    async with connected(exchange, wanted=("a@trade", "b@trade", "c@trade"), limits=limits) as follower:
        await follower.until_active("a@trade", "b@trade", "c@trade")
        assert sorted(map(sorted, exchange.sockets.values())) == [["a@trade", "b@trade"], ["c@trade"]]
        follower.want("c@trade")
        await until(lambda: sorted(map(sorted, exchange.sockets.values())) == [[], ["c@trade"]])
        follower.want()
        await until(lambda: len(exchange.sockets) == 1)
        assert follower.interrupted == []


async def test_the_loss_of_one_socket_is_told_for_its_streams_only(exchange: ScriptedExchange) -> None:
    limits = msgspec.structs.replace(
        short_limits(), shards=ShardLimits(streams=1), silence=SilenceLimits(canary=CANARY)
    )
    async with connected(exchange, wanted=("a@trade", CANARY), limits=limits) as follower:
        await follower.until_active("a@trade", CANARY)
        second = next(socket for socket, names in exchange.sockets.items() if "a@trade" not in names)
        second.transport.abort()
        await until(lambda: follower.restored)
        assert [streams for streams, _ in follower.interrupted] == [{CANARY}]
        assert follower.changes[-1].socket == 1


async def test_the_canary_is_handed_on_once_though_every_socket_carries_it(exchange: ScriptedExchange) -> None:
    limits = msgspec.structs.replace(
        short_limits(), shards=ShardLimits(streams=1), silence=SilenceLimits(canary=CANARY)
    )
    async with connected(exchange, wanted=("a@trade", CANARY), limits=limits) as follower:
        await follower.until_active("a@trade", CANARY)
        await until(lambda: all(CANARY in names for names in exchange.sockets.values()))

        await exchange.send(CANARY, frames.ticker())
        await exchange.send("a@trade", frames.trade())
        await until(lambda: len(follower.received) == 2)
        assert sorted(one.stream for one in follower.received) == ["a@trade", CANARY]
