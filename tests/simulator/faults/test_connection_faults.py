"""Faults of connections, over a real socket: they end, freeze, stall, answer late or not at all, or are refused."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
import websockets

from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.simulator.streams.connection_life import ConnectionLimits
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.simulator.conftest import Connect, Get
from tests.simulator.talking import ask, closed, pass_time, received
from tests.waiting import until

QUIET_SECONDS = 0.2
"""For how long a test looks whether nothing comes; what comes wrongly comes within milliseconds."""


async def says_nothing(connection: websockets.ClientConnection) -> bool:
    try:
        await asyncio.wait_for(connection.recv(), QUIET_SECONDS)
    except TimeoutError:
        return True
    return False


async def test_it_resets_connections(exchange: SimulatedExchange, connect: Connect) -> None:
    connections = [await connect("/ws/btcusdt@trade"), await connect("/stream")]
    await exchange.inject(Fault(kind=FaultKind.CUT))
    assert [(await closed(connection))[0] for connection in connections] == [1006, 1006]
    assert exchange.active_faults == ()


async def test_it_closes_with_code_and_reason(exchange: SimulatedExchange, connect: Connect) -> None:
    connection = await connect("/ws/btcusdt@trade")
    await exchange.inject(Fault(kind=FaultKind.CLOSE, code=1008, reason="Too many requests"))
    assert await closed(connection) == (1008, "Too many requests")
    await connect("/ws")


async def test_it_freezes_old_and_new_connections_and_then_goes_on(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    old = await connect("/ws/btcusdt@ticker")
    await exchange.inject(Fault(kind=FaultKind.FREEZE, seconds=60))
    new = await connect("/ws/btcusdt@ticker")
    for connection in (old, new):
        await connection.send('{"method":"LIST_SUBSCRIPTIONS","id":1}')
    pongs = [asyncio.ensure_future(await connection.ping()) for connection in (old, new)]
    await pass_time(exchange, clock, 59, step=1)
    assert await says_nothing(old)
    assert await says_nothing(new)
    assert not any(pong.done() for pong in pongs)
    await pass_time(exchange, clock, 1)
    for connection in (old, new):
        events = await received(connection)
        assert {"result": ["btcusdt@ticker"], "id": 1} in events
        assert len(events) == 61, "what was held back comes"
    await asyncio.wait_for(asyncio.gather(*pongs), 5)
    assert exchange.active_faults == ()


async def test_it_sends_no_ping_while_frozen_and_closes_for_no_missing_pong(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws")
    [served] = exchange.connections
    await exchange.inject(Fault(kind=FaultKind.FREEZE))
    await pass_time(exchange, clock, 200, step=10)
    assert exchange.end_fault(FaultKind.FREEZE)
    assert await received(connection) == []
    await pass_time(exchange, clock, 1)
    await until(lambda: served.messages_received == 2)
    assert connection.close_code is None


async def test_it_answers_no_closing_while_frozen(exchange: SimulatedExchange) -> None:
    connection = await websockets.connect(exchange.stream_url + "/ws", proxy=None, close_timeout=QUIET_SECONDS)
    await exchange.inject(Fault(kind=FaultKind.FREEZE))
    await connection.close()
    assert connection.close_code == 1006
    await until(lambda: exchange.connections == ())


async def test_it_resets_after_a_freeze_who_would_get_too_much_at_once(clock: ManualClock) -> None:
    limits = ConnectionLimits(unsent_bytes=20_000)
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1], limits=limits)
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    connection = await websockets.connect(exchange.stream_url + "/ws/btcusdt@ticker", proxy=None)
    await exchange.inject(Fault(kind=FaultKind.FREEZE, seconds=100))
    await pass_time(exchange, clock, 99, step=11)
    assert await says_nothing(connection)
    assert len(exchange.connections) == 1
    await pass_time(exchange, clock, 1)
    with pytest.raises(websockets.ConnectionClosedError):
        await asyncio.wait_for(_read_on(connection), 5)
    assert connection.close_code == 1006
    await exchange.stop()


async def _read_on(connection: websockets.ClientConnection) -> None:
    while True:
        await connection.recv()


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault(kind=FaultKind.CLOSE, code=1011), 1011), (Fault(kind=FaultKind.CUT), 1006)]
)
async def test_it_can_end_frozen_connections(
    exchange: SimulatedExchange, connect: Connect, fault: Fault, code: int
) -> None:
    connection = await connect("/ws")
    await exchange.inject(Fault(kind=FaultKind.FREEZE))
    await exchange.inject(fault)
    assert (await closed(connection))[0] == code


async def test_it_stops_in_time_though_frozen(exchange: SimulatedExchange, connect: Connect) -> None:
    connection = await connect("/ws")
    await exchange.inject(Fault(kind=FaultKind.FREEZE))
    await exchange.stop()
    assert (await closed(connection))[0] == 1001


async def test_it_stalls_but_answers(exchange: SimulatedExchange, clock: ManualClock, connect: Connect) -> None:
    connection = await connect("/ws/btcusdt@ticker")
    await exchange.inject(Fault(kind=FaultKind.STALL, seconds=10))
    await pass_time(exchange, clock, 9, step=1)
    await asyncio.wait_for(await connection.ping(), 5)
    assert await received(connection) == []
    await pass_time(exchange, clock, 1)
    assert len(await received(connection)) == 1, "what was made meanwhile is lost"


async def test_it_answers_pings_late(exchange: SimulatedExchange, clock: ManualClock, connect: Connect) -> None:
    connection = await connect("/ws")
    await exchange.inject(Fault(kind=FaultKind.LATE_PONG, delay=30))
    late = asyncio.ensure_future(await connection.ping())
    assert await received(connection) == [], "all else is answered"
    await pass_time(exchange, clock, 10, step=10)
    assert await received(connection) == []
    assert not late.done()
    exchange.end_fault(FaultKind.LATE_PONG)
    await pass_time(exchange, clock, 20)
    await asyncio.wait_for(late, 5)
    await asyncio.wait_for(await connection.ping(), 5)


@pytest.mark.parametrize(
    "form",
    [
        ("/ws", "", lambda event: event),
        ("/stream", "", lambda event: {"stream": "!serverShutdown", "data": event}),
        ("/stream", "api", lambda event: {"event": event}),
    ],
    ids=["raw", "combined", "of the WebSocket API"],
)
async def test_it_announces_a_shutdown_and_then_closes_the_connections_of_that_moment(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, form: tuple[str, str, Any]
) -> None:
    path, reason, wrap = form
    connection = await connect(path)
    await exchange.inject(Fault(kind=FaultKind.SERVER_SHUTDOWN, delay=10, reason=reason))
    assert await received(connection) == [wrap({"e": "serverShutdown", "E": clock.now_ms()})]
    later = await connect(path)
    await pass_time(exchange, clock, 9.9)
    assert await received(connection) == []
    await pass_time(exchange, clock, 0.1)
    assert (await closed(connection))[0] == 1001
    assert await received(later) == []


async def test_it_tells_microseconds_of_a_shutdown_where_they_were_asked_for(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws?timeUnit=MICROSECOND")
    await exchange.inject(Fault(kind=FaultKind.SERVER_SHUTDOWN, delay=10))
    assert await received(connection) == [{"e": "serverShutdown", "E": clock.now_ms() * 1000}]


@rule("3.10")
@pytest.mark.parametrize(("status", "retry_after"), [(451, None), (429, 7), (418, 120), (403, None), (503, 3)])
async def test_it_refuses_handshakes(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, status: int, retry_after: int | None
) -> None:
    await exchange.inject(Fault(kind=FaultKind.REFUSE_STREAMS, seconds=5, status=status, retry_after=retry_after))
    with pytest.raises(websockets.InvalidStatus) as refusal:
        await connect("/stream")
    response = refusal.value.response
    assert response.status_code == status
    assert response.headers.get("Retry-After") == (None if retry_after is None else str(retry_after))
    with pytest.raises(websockets.InvalidStatus, match="404"):
        await connect("/nothing")
    clock.advance(5)
    await connect("/stream")


@pytest.mark.parametrize(("status", "code"), [(451, 0), (429, -1003), (418, -1003)])
async def test_it_refuses_rest_with_the_exchanges_words(
    exchange: SimulatedExchange, http: httpx2.AsyncClient, get: Get, status: int, code: int
) -> None:
    await exchange.inject(Fault(kind=FaultKind.REFUSE_REST, status=status, retry_after=9))
    response = await http.get("/api/v3/ping")
    assert (response.status_code, response.headers["Retry-After"]) == (status, "9")
    assert response.json()["code"] == code
    assert list(exchange.requests) == ["/api/v3/ping"]
    exchange.end_fault(FaultKind.REFUSE_REST)
    assert await get("ping") == {}


@pytest.mark.parametrize("status", [403, 502, 599])
async def test_it_refuses_rest_with_a_page_where_no_api_answers(
    exchange: SimulatedExchange, http: httpx2.AsyncClient, status: int
) -> None:
    await exchange.inject(Fault(kind=FaultKind.REFUSE_REST, status=status))
    response = await http.get("/api/v3/time")
    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/html")


async def test_it_carries_out_what_it_does_not_answer(exchange: SimulatedExchange, connect: Connect) -> None:
    connection = await connect("/ws")
    await exchange.inject(Fault(kind=FaultKind.UNANSWERED))
    await connection.send(json.dumps({"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 1}))
    await until(lambda: exchange.subscribed_streams() == {"btcusdt@trade"})
    exchange.end_fault(FaultKind.UNANSWERED)
    assert await ask(connection, method="LIST_SUBSCRIPTIONS", id=2) == {"result": ["btcusdt@trade"], "id": 2}


async def test_it_ends_connections_that_lived_for_the_time_asked_for(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    old = await connect("/ws")
    await pass_time(exchange, clock, 5)
    young = await connect("/ws")
    await exchange.inject(Fault(kind=FaultKind.LIFETIME, delay=10))
    await pass_time(exchange, clock, 5)
    assert await closed(old) == (1001, "")
    assert await received(young) == []
    exchange.end_fault(FaultKind.LIFETIME)
    await pass_time(exchange, clock, 15)
    assert await received(young) == []


async def test_it_has_several_faults_at_a_time(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, http: httpx2.AsyncClient
) -> None:
    connection = await connect("/ws/btcusdt@ticker")
    await exchange.inject(Fault(kind=FaultKind.STALL))
    await exchange.inject(Fault(kind=FaultKind.REFUSE_REST, status=503))
    await pass_time(exchange, clock, 2)
    assert await received(connection) == []
    assert (await http.get("/api/v3/ping")).status_code == 503
    assert [fault.kind for fault in exchange.active_faults] == [FaultKind.STALL, FaultKind.REFUSE_REST]
