"""The upstream over a real socket: pacing, reconnecting, and what it makes of a bad exchange."""

import asyncio
import json
import time
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from websockets.utils import accept_key

from streaming.market.sources.binance import messages
from streaming.market.sources.messages import Received
from streaming.market.upstream.connection_changes import ConnectionState
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.conftest import quick_limits
from tests.market.raw_server import raw_server
from tests.market.scripted_exchange import ScriptedExchange, accept, ignore
from tests.market.upstream.following import TICKER, connected, following
from tests.waiting import until


@rule("1.1.1", "1.1.7", "3.1")
async def test_it_subscribes_on_one_combined_connection(exchange: ScriptedExchange) -> None:
    async with connected(exchange) as follower:
        await follower.until_active(TICKER)
        follower.want(TICKER, "ethusdt@trade", "币安usdt@trade")
        await follower.until_active(TICKER, "ethusdt@trade", "币安usdt@trade")
        assert follower.upstream.state is ConnectionState.LIVE
    assert exchange.paths == ["/stream"]
    assert exchange.methods("SUBSCRIBE") == [[TICKER], ["ethusdt@trade", "币安usdt@trade"]]


@pytest.mark.usefixtures("dead_proxy")
async def test_it_asks_no_proxy_for_this_machine(exchange: ScriptedExchange) -> None:
    async with connected(exchange) as follower:
        await follower.until_active(TICKER)


async def test_it_hands_on_every_message_in_order(exchange: ScriptedExchange) -> None:
    async with connected(exchange) as follower:
        received = follower.received
        await follower.until_active(TICKER)
        for number in range(100):
            await exchange.send(TICKER, frames.ticker(price=f"{number}.10"))
        await until(lambda: len(received) == 100)
    prices = [str(one.message.price) for one in received if isinstance(one.message, messages.TickerMessage)]
    assert prices == [f"{number}.10" for number in range(100)]


@rule("3.3")
async def test_it_keeps_its_frames_apart_so_that_no_second_holds_more_than_five(exchange: ScriptedExchange) -> None:
    limits = quick_limits(names_per_frame=1)
    streams = frozenset(f"s{number}@trade" for number in range(6))
    async with connected(exchange, limits=msgspec.structs.replace(limits, send_interval=0.35)) as follower:
        follower.want(*streams)
        await follower.until_active(*streams)
    times = [moment for moment, _ in exchange.requests]
    assert len(times) == 6
    assert all(sum(start <= moment < start + 1 for moment in times) <= 5 for start in times)
    assert all(after - before > 0.3 for before, after in pairwise(times))


@rule("1.2.1", "1.2.4", "1.2.7", "1.3.5")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, ""),
        (1000, ""),
        (1001, "upgrade"),
        (1008, "Pong timeout"),
        (1008, "Too many requests"),
        (1008, "Invalid request"),
    ],
)
async def test_it_connects_and_subscribes_again_however_a_connection_ends(
    exchange: ScriptedExchange, code: int | None, reason: str
) -> None:
    async with connected(exchange) as follower:
        received = follower.received
        follower.want(TICKER, "ethusdt@trade")
        await follower.until_active(TICKER, "ethusdt@trade")
        for number in range(2, 5):
            if code is None:
                exchange.cut()
            else:
                await exchange.close(code, reason)
            await follower.until_connections(number)
            await follower.until_active(TICKER, "ethusdt@trade")
        assert exchange.subscribed == {TICKER, "ethusdt@trade"}
        await exchange.send(TICKER, frames.ticker())
        await until(lambda: received)
        assert follower.upstream.state is ConnectionState.LIVE
        assert [streams for streams, _ in follower.interrupted] == [{TICKER, "ethusdt@trade"}] * 3
        assert all(told and reason in told for _, told in follower.interrupted)
        await until(lambda: follower.restored == [{TICKER, "ethusdt@trade"}] * 3)


async def test_it_waits_for_an_exchange_that_is_not_there_yet(exchange: ScriptedExchange) -> None:
    await exchange.stop()
    async with connected(exchange) as follower:
        await until(lambda: follower.upstream.state is ConnectionState.RECONNECTING)
        assert follower.upstream.active == ()
        await exchange.start()
        await follower.until_active(TICKER)


@rule("3.4")
async def test_it_waits_as_long_as_a_busy_exchange_asks(exchange: ScriptedExchange) -> None:
    exchange.handshake = (429, {"Retry-After": "1"})
    async with connected(exchange) as follower:
        await until(lambda: exchange.handshakes)
        exchange.handshake = None
        await follower.until_active(TICKER)
    first, second = exchange.handshakes
    assert second - first >= 1.0


@rule("3.3")
async def test_it_connects_anew_where_requests_are_never_answered(exchange: ScriptedExchange) -> None:
    exchange.answer = ignore
    async with connected(exchange) as follower:
        await follower.until_connections(2)
        assert exchange.methods("SUBSCRIBE")[:3] == [[TICKER]] * 3
        exchange.answer = accept
        await follower.until_active(TICKER)


async def test_it_connects_anew_where_its_pings_are_not_answered(exchange: ScriptedExchange) -> None:
    limits = msgspec.structs.replace(quick_limits(answer_timeout=3600.0), ping_interval=0.05, ping_timeout=0.1)
    async with (
        raw_server(shake_hands_and_say_nothing) as address,
        following(f"ws://{address}", limits=limits) as follower,
    ):
        await follower.until_connections(3)


async def shake_hands_and_say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept a WebSocket, and then only read: no pong, no answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    key = next(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
    upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    writer.write(f"{upgrade}Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n".encode())
    while await reader.read(1024):
        pass


@rule("1.3.3")
@pytest.mark.parametrize("shape", ["nested", "nested without id", "flat"])
async def test_it_repeats_what_was_refused(exchange: ScriptedExchange, shape: str) -> None:
    def refuse_once(request: dict[str, Any]) -> str | None:
        exchange.answer = accept
        error: dict[str, Any] = {"code": 2, "msg": "Invalid request"}
        if shape == "nested":
            return json.dumps({"error": error, "id": request["id"]})
        return json.dumps({"error": error} if shape == "nested without id" else error)

    exchange.answer = refuse_once
    async with connected(exchange) as follower:
        await follower.until_active(TICKER)
        assert exchange.methods("SUBSCRIBE") == [[TICKER], [TICKER]]
        assert follower.upstream.counts.connections == 1


@rule("1.3.3", "1.4.11", "3.9")
async def test_it_is_stopped_by_no_frame(exchange: ScriptedExchange) -> None:
    async with connected(exchange) as follower:
        received = follower.received
        await follower.until_active(TICKER)
        for frame in ("", "nonsense", "[" * 50_000, '{"e":"brandNew"}', '{"result":null,"id":99}', "[7]"):
            await exchange.send_raw(frame)
        await exchange.send_raw(b"\x00\xff")
        await exchange.send(TICKER, frames.ticker())
        await until(lambda: any(isinstance(one.message, messages.TickerMessage) for one in received))
        counts = follower.upstream.counts
        assert (counts.connections, counts.unreadable, counts.unknown) == (1, 4, 1)


async def test_it_is_stopped_by_no_failure_of_the_handler(exchange: ScriptedExchange) -> None:
    handled = []

    def fail(received: Received) -> None:
        handled.append(received)
        raise LookupError("a fault of ours")

    async with connected(exchange, handle=fail) as follower:
        await follower.until_active(TICKER)
        for _ in range(3):
            await exchange.send(TICKER, frames.ticker())
        await until(lambda: len(handled) == 3)
        assert follower.upstream.counts.connections == 1


@rule("1.2.3", "1.2.4")
async def test_it_answers_pings_while_frames_pour_in(exchange: ScriptedExchange) -> None:
    async with connected(exchange) as follower:
        await follower.until_active(TICKER)
        (socket,) = exchange.sockets
        ponged = await socket.ping(b"1700000000000")
        for _ in range(500):
            await exchange.send(TICKER, frames.ticker())
        began = time.monotonic()
        await asyncio.wait_for(ponged, 5)
        assert time.monotonic() - began < 1
