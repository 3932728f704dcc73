"""Renewals over real sockets: the new connection is made before the old one ends, and nothing is lost."""

import json
from typing import Any

import pytest

from streaming.market.upstream.connection_changes import ConnectionState
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.scripted_exchange import ScriptedExchange, accept, ignore
from tests.market.upstream.following import TICKER, Follower, connected
from tests.market.upstream.simulating import short_limits
from tests.waiting import until

TRADES = "btcusdt@trade"
MINUTES = "btcusdt@kline_1m"
SHUTDOWN = {"e": "serverShutdown", "E": frames.NOW}
SHAPES = {
    "raw": SHUTDOWN,
    "combined": {"stream": "!serverShutdown", "data": SHUTDOWN},
    "WebSocket API": {"event": SHUTDOWN},
}


async def until_renewed(follower: Follower, number: int) -> None:
    """Wait for so many renewals."""
    await until(lambda: follower.upstream.counts.renewals >= number)


@rule("1.2.2", "3.5")
@pytest.mark.parametrize("shape", SHAPES)
async def test_it_renews_at_once_and_once_however_the_end_is_announced_and_how_often(
    exchange: ScriptedExchange, shape: str
) -> None:
    async with connected(exchange, limits=short_limits()) as follower:
        await follower.until_active(TICKER)
        for _ in range(3):
            await exchange.send_raw(json.dumps(SHAPES[shape]))
        await until(lambda: len(exchange.sockets) == 2 and exchange.methods("SUBSCRIBE") == [[TICKER]] * 2)
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)
        await until(lambda: len(exchange.sockets) == 1)
        assert len(exchange.handshakes) == 2
        assert follower.interrupted == []


@rule("1.2.1")
async def test_it_renews_a_connection_that_is_old(exchange: ScriptedExchange) -> None:
    async with connected(exchange, limits=short_limits(renewal={"age": 0.2})) as follower:
        for number in (1, 2, 3):
            await until(lambda number=number: len(exchange.methods("SUBSCRIBE")) == number + 1)  # type: ignore[misc]
            await exchange.send(TICKER, frames.ticker())
            await until_renewed(follower, number)
        assert follower.interrupted == []


async def test_it_hands_on_what_both_connections_bring_until_the_old_one_is_drained(
    exchange: ScriptedExchange,
) -> None:
    async with connected(exchange, limits=short_limits(renewal={"drain": 1.0})) as follower:
        await follower.until_active(TICKER)
        old = next(iter(exchange.sockets))
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: exchange.methods("SUBSCRIBE") == [[TICKER]] * 2)
        await exchange.send(TICKER, frames.ticker(price="1"))
        await until_renewed(follower, 1)
        await exchange.send(TICKER, frames.ticker(price="2"))
        await until(lambda: len(follower.received) == 4)
        await until(lambda: len(exchange.sockets) == 1)
        assert old.close_code == 1000
        await exchange.send(TICKER, frames.ticker(price="3"))
        await until(lambda: len(follower.received) == 5)


@rule("3.5")
async def test_it_keeps_the_old_connection_where_the_new_one_is_not_let_in(exchange: ScriptedExchange) -> None:
    async with connected(exchange, limits=short_limits()) as follower:
        await follower.until_active(TICKER)
        exchange.handshake = (503, {})
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: follower.upstream.counts.failed_renewals >= 3)
        await exchange.send(TICKER, frames.ticker())
        await until(lambda: follower.received)
        assert follower.upstream.state is ConnectionState.LIVE
        exchange.handshake = None
        await until(lambda: exchange.methods("SUBSCRIBE") == [[TICKER]] * 2)
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)
        assert follower.interrupted == []
        assert follower.story == ["connecting", "connected"]


async def test_it_gives_a_new_connection_up_that_brings_nothing_while_the_old_one_does(
    exchange: ScriptedExchange,
) -> None:
    async with connected(exchange, limits=short_limits(renewal={"ready_within": 0.3})) as follower:
        await follower.until_active(TICKER)
        first = next(iter(exchange.sockets))
        await exchange.send_raw(json.dumps(SHUTDOWN))
        event = json.dumps({"stream": TICKER, "data": frames.ticker()})
        while not follower.upstream.counts.failed_renewals:
            await first.send(event)
            await until(lambda: follower.received)
            follower.received.clear()
        assert first in exchange.sockets
        assert follower.upstream.counts.renewals == 0
        await until(lambda: len(exchange.sockets) == 2)
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)


async def test_it_needs_no_data_of_a_new_connection_where_the_old_one_brings_none_either(
    exchange: ScriptedExchange,
) -> None:
    async with connected(exchange, limits=short_limits(renewal={"ready_within": 0.2})) as follower:
        await follower.until_active(TICKER)
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until_renewed(follower, 1)
        assert follower.upstream.counts.failed_renewals == 0


async def test_the_new_connection_takes_over_where_the_old_one_dies_before(exchange: ScriptedExchange) -> None:
    waiting: list[dict[str, Any]] = []

    def note(request: dict[str, Any]) -> None:
        waiting.append(request)

    async with connected(exchange, limits=short_limits(answer_timeout=3600.0)) as follower:
        await follower.until_active(TICKER)
        old = next(iter(exchange.sockets))
        exchange.answer = note
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: waiting)
        old.transport.abort()
        await until(lambda: follower.story[-2:] == ["disconnected", "connected"])
        assert [streams for streams, _ in follower.interrupted] == [{TICKER}]
        assert follower.restored == []
        await exchange.send_raw(json.dumps({"result": None, "id": waiting[0]["id"]}))
        await until(lambda: follower.restored == [{TICKER}])
        assert follower.upstream.active == (TICKER,)
        assert len(exchange.handshakes) == 2
        assert follower.upstream.counts.renewals == 0


async def test_what_is_wanted_and_given_up_meanwhile_is_right_on_the_new_connection(
    exchange: ScriptedExchange,
) -> None:
    async with connected(exchange, limits=short_limits(linger=0.3, renewal={"ready_within": 30.0})) as follower:
        follower.want(TICKER, TRADES)
        await follower.until_active(TICKER, TRADES)
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: len(exchange.sockets) == 2 and all(names for names in exchange.sockets.values()))
        follower.want(TICKER, MINUTES)
        await until(lambda: all(MINUTES in names for names in exchange.sockets.values()))
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)
        await follower.until_active(TICKER, MINUTES)
        await until(lambda: exchange.subscribed == {TICKER, MINUTES})
        assert (follower.interrupted, follower.restored) == ([], [])


async def test_it_carries_what_lingers_to_the_new_connection(exchange: ScriptedExchange) -> None:
    async with connected(exchange, limits=short_limits(linger=3600.0)) as follower:
        follower.want(TICKER, TRADES)
        await follower.until_active(TICKER, TRADES)
        follower.want(TICKER)
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: len(exchange.sockets) == 2)
        await until(lambda: all(names == {TICKER, TRADES} for names in exchange.sockets.values()))
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)
        assert follower.upstream.active == (TICKER, TRADES)
        assert exchange.methods("UNSUBSCRIBE") == []


async def test_a_name_that_is_refused_on_the_new_connection_is_interrupted_and_comes_back(
    exchange: ScriptedExchange,
) -> None:
    def refuse_trades(request: dict[str, Any]) -> str | None:
        if TRADES not in request["params"]:
            return accept(request)
        return json.dumps({"error": {"code": 2, "msg": "Invalid request"}, "id": request["id"]})

    async with connected(exchange, limits=short_limits(refusal_wait=1.0)) as follower:
        follower.want(TICKER, TRADES)
        await follower.until_active(TICKER, TRADES)
        exchange.answer = refuse_trades
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: exchange.methods("SUBSCRIBE")[-1:] == [[TRADES]])
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)
        assert [streams for streams, _ in follower.interrupted] == [{TRADES}]
        assert follower.upstream.counts.refused_requests >= 1
        exchange.answer = accept
        await until(lambda: follower.restored == [{TRADES}])


async def test_a_new_connection_that_never_answers_is_given_up(exchange: ScriptedExchange) -> None:
    async with connected(exchange, limits=short_limits(answer_timeout=0.05)) as follower:
        await follower.until_active(TICKER)
        exchange.answer = ignore
        await exchange.send_raw(json.dumps(SHUTDOWN))
        await until(lambda: follower.upstream.counts.failed_renewals >= 2)
        assert follower.upstream.active == (TICKER,)
        exchange.answer = accept
        await until(lambda: follower.upstream.counts.connections >= 4)
        await until(lambda: len(exchange.sockets) == 2)
        await exchange.send(TICKER, frames.ticker())
        await until_renewed(follower, 1)
        assert follower.interrupted == []
