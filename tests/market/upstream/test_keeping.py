"""What is subscribed stays what is wanted, and silence is noticed, over real sockets."""

import msgspec
import pytest

from streaming.events.system import ExchangeEvent
from streaming.market.upstream.connection_changes import ConnectionState
from streaming.market.upstream.counts import Ending
from streaming.simulator.faults.faults import Fault, FaultKind
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.upstream.following import TICKER, connected, following
from tests.market.upstream.simulating import CANARY, short_limits, simulated
from tests.waiting import until

TRADES = "btcusdt@trade"
SECONDS = "btcusdt@kline_1s"
SHORT = {"data": 2.5, "stale": 1.8, "stream": 2.5}
"""Silence in seconds: a stream of every second may be a little late."""
WHOLE = {**SHORT, "stream": 3600.0}
"""The same where all is silent: a stream by itself must not be found out before the connection is."""


class TestLists:
    """The exchange's own list of our subscriptions."""

    @rule("1.3.2", "3.2")
    async def test_what_the_exchange_forgot_is_subscribed_again_and_told(self) -> None:
        limits = short_limits(inventory_interval=0.2)
        async with (
            simulated() as exchange,
            following(exchange.stream_url, wanted=(TICKER, TRADES), limits=limits) as follower,
        ):
            await follower.until_active(TICKER, TRADES)
            await exchange.inject(Fault(kind=FaultKind.FORGET, streams=(TRADES,)))
            await until(lambda: follower.restored == [{TRADES}])
            assert [streams for streams, _ in follower.interrupted] == [{TRADES}]
            await until(lambda: exchange.subscribed_streams() == {TICKER, TRADES})
            assert follower.upstream.counts.differences == 1
            assert follower.upstream.counts.connections == 1

    async def test_one_silent_stream_makes_it_look_for_others_that_are_gone(self) -> None:
        """A stream of trades may be silent by itself; that of the ticker next to it may not."""
        limits = short_limits(inventory_interval=300.0, silence=SHORT)
        async with (
            simulated() as exchange,
            following(exchange.stream_url, wanted=(TICKER, SECONDS, TRADES), limits=limits) as follower,
        ):
            await follower.until_active(TICKER, SECONDS, TRADES)
            await until(lambda: any("LIST_SUBSCRIPTIONS" in str(message) for message in exchange.messages))
            await exchange.inject(Fault(kind=FaultKind.FORGET, streams=(SECONDS, TRADES)))
            await until(lambda: {TRADES} in follower.restored)
            await until(lambda: exchange.subscribed_streams() == {TICKER, SECONDS, TRADES})
            assert follower.upstream.counts.differences == 1
            assert follower.upstream.counts.connections == 1

    @rule("3.2")
    async def test_what_nobody_wanted_is_ended(self, exchange: ScriptedExchange) -> None:
        async with connected(exchange, limits=short_limits(inventory_interval=0.1)) as follower:
            await follower.until_active(TICKER)
            next(iter(exchange.sockets.values())).add("stray@trade")
            await until(lambda: exchange.methods("UNSUBSCRIBE") == [["stray@trade"]])
            await follower.until_active(TICKER)
            assert exchange.subscribed == {TICKER}
            assert follower.upstream.counts.differences == 1
            assert follower.interrupted == []

    @rule("3.2")
    async def test_it_asks_after_each_connection_that_was_made(self, exchange: ScriptedExchange) -> None:
        async with connected(exchange) as follower:
            for number in (1, 2, 3):
                await until(lambda number=number: exchange.lists == number)  # type: ignore[misc]
                exchange.cut()
            await follower.until_active(TICKER)


class TestCanary:
    """One stream that is always there, so that silence means something."""

    @rule("3.6")
    async def test_it_is_on_every_connection_and_heard_only_where_it_is_wanted(
        self, exchange: ScriptedExchange
    ) -> None:
        limits = short_limits(silence={"canary": CANARY}, linger=0.0)
        async with connected(exchange, limits=limits) as follower:
            follower.want(TRADES)
            await follower.until_active(TRADES)
            await until(lambda: exchange.subscribed == {CANARY, TRADES})
            await exchange.send(CANARY, frames.ticker())
            await exchange.send(TRADES, frames.trade())
            await until(lambda: follower.received)
            assert [one.stream for one in follower.received] == [TRADES]
            assert follower.upstream.last_event_at(CANARY) is not None
            follower.want(CANARY)
            await follower.until_active(CANARY)
            await exchange.send(CANARY, frames.ticker())
            await until(lambda: len(follower.received) == 2)
            follower.want()
            await follower.until_active()
            assert exchange.subscribed == {CANARY}
            exchange.cut()
            await until(lambda: exchange.subscribed == {CANARY} and len(exchange.handshakes) == 2)
            assert exchange.methods("UNSUBSCRIBE") == [[TRADES]]

    async def test_a_canary_that_does_not_exist_costs_no_connection(self) -> None:
        limits = short_limits(silence={"canary": "nosuch@ticker", "data": 0.3, "stale": 0.2, "stream": 0.3})
        async with simulated() as exchange, following(exchange.stream_url, wanted=(TRADES,), limits=limits) as follower:
            await until(lambda: follower.upstream.counts.resubscribed == 1)
            seen = len(follower.received)
            await until(lambda: len(follower.received) > seen + 20)
            counts = follower.upstream.counts
            assert (counts.connections, counts.resubscribed) == (1, 1)
            assert set(follower.states) == {ConnectionState.LIVE}


class TestSilence:
    """A connection, or a stream, that says nothing."""

    @rule("3.6", "A.5")
    @pytest.mark.parametrize("kind", [FaultKind.FREEZE, FaultKind.STALL])
    async def test_a_frozen_connection_is_found_out_by_the_canary_and_made_anew(self, kind: FaultKind) -> None:
        patient = msgspec.structs.replace(short_limits(silence={"canary": CANARY, **WHOLE}), close_timeout=60.0)
        async with (
            simulated() as exchange,
            following(exchange.stream_url, wanted=(TRADES,), limits=patient) as follower,
        ):
            await follower.until_active(TRADES)
            await until(lambda: follower.upstream.last_event_at(CANARY))
            await exchange.inject(Fault(kind=kind))
            await until(lambda: follower.upstream.state is ConnectionState.STALE)
            await until(lambda: follower.interrupted)  # long before a close would be given up
            assert [(streams, "no data" in reason) for streams, reason in follower.interrupted] == [
                (frozenset({TRADES}), True)
            ]
            assert follower.upstream.counts.endings == {Ending.SILENT: 1}
            assert any(
                "no data" in change.reason for change in follower.changes if change.event is ExchangeEvent.DISCONNECTED
            )
            await follower.until_connections(2)
            assert follower.upstream.state is ConnectionState.STALE
            exchange.end_fault(kind)
            await until(lambda: follower.restored == [{TRADES}])
            await until(lambda: follower.upstream.state is ConnectionState.LIVE)

    @rule("3.6", "A.5")
    async def test_a_connection_without_a_frame_is_found_out_without_a_canary(self) -> None:
        limits = short_limits(silence={"frames": 1.0})
        async with simulated() as exchange, following(exchange.stream_url, wanted=(TRADES,), limits=limits) as follower:
            await until(lambda: follower.received)
            await exchange.inject(Fault(kind=FaultKind.FREEZE))
            await until(lambda: follower.upstream.counts.endings[Ending.SILENT] >= 1)
            assert "no frame" in follower.interrupted[0][1]

    @rule("1.3.4", "3.6")
    async def test_a_silent_stream_is_subscribed_again_and_then_the_connection_is_made_anew(self) -> None:
        limits = short_limits(silence={"canary": CANARY, **SHORT})
        async with (
            simulated() as exchange,
            following(exchange.stream_url, wanted=(SECONDS, TRADES), limits=limits) as follower,
        ):
            await until(lambda: follower.upstream.last_event_at(SECONDS))
            await exchange.inject(Fault(kind=FaultKind.SILENCE, streams=(SECONDS,)))
            await until(lambda: follower.restored == [{SECONDS}])
            assert [streams for streams, _ in follower.interrupted] == [{SECONDS}]
            assert "silent" in follower.interrupted[0][1]
            assert follower.upstream.counts.connections == 1
            assert follower.upstream.is_silent(SECONDS)
            await follower.until_connections(2)
            assert follower.interrupted[1][0] == {SECONDS, TRADES}
            exchange.end_fault(FaultKind.SILENCE)
            await until(lambda: follower.upstream.active and not follower.upstream.is_silent(SECONDS))


class TestInterruptions:
    """What is told of streams that don't flow."""

    async def test_it_does_not_restore_what_nobody_wants_any_more(self, exchange: ScriptedExchange) -> None:
        async with connected(exchange) as follower:
            follower.want(TICKER, TRADES)
            await follower.until_active(TICKER, TRADES)
            exchange.handshake = (503, {})
            exchange.cut()
            await until(lambda: follower.interrupted)
            follower.want(TICKER)
            follower.want(TICKER, TRADES)
            exchange.handshake = None
            await until(lambda: follower.restored)
            assert follower.restored == [{TICKER}]
