"""docs/protocol/README.md, "How a connection ends", "Limits" and "Heartbeats", with short times and low limits."""

import asyncio
import signal
import socket
import time
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from streaming.events import LogLevel, LogLine
from tests.conformance.asking import http
from tests.conformance.asking.admin_pages import AdminPages
from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.endings import WITHIN_SECONDS, ending
from tests.conformance.asking.speaker import Speaker, address, refused, speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, MARKET, TRADING, Dialect
from tests.conformance.channels.publishing import publisher
from tests.conformance.channels.samples import Sample, named
from tests.conformance.people import NOBODY, OTHER, OWNER, STAFF, claims_of
from tests.conformance.places import (
    AUTHENTICATION_SECONDS,
    CONNECTIONS_PER_ADDRESS,
    CONNECTIONS_PER_USER,
    HEARTBEAT_INTERVAL_SECONDS,
    HEARTBEAT_TIMEOUT_SECONDS,
    Place,
)
from tests.conformance.rows import everywhere, on_each_server, row
from tests.waiting import LIMIT_SECONDS
from tests.wire.rfc6455 import peer

_LINES = 120
"""Of 40 kB: more than the kernel holds of what a client with a small buffer doesn't read."""
LATER_SECONDS = 1.5
"""How much later than due something may happen on a busy machine."""


@row("GW-60", "GW-61", "GW-91", "GW-94")
@on_each_server
async def test_it_stops_gracefully(place: Place) -> None:
    with place.another_gateway({}) as stopping:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(speak(stopping, dialect)) for dialect in DIALECTS]
            for client in clients:
                await client.still_answers()
            gateway = stopping.deployment.processes["gateway"]
            gateway.signal(signal.SIGTERM)
            ends = await asyncio.gather(*(client.end() for client in clients))
        assert await asyncio.to_thread(gateway.wait) == 0
        assert "Traceback" not in gateway.output
    codes = {TRADING.name: 1000}
    expected = [(codes.get(dialect.name, 1012), "Server shutting down") for dialect in DIALECTS]
    assert ends == ([(None, "")] * 3 if place.is_daphne else expected)


@row("GW-62", "GW-78", "GW-92")
@on_each_server
@in_every_dialect
async def test_it_ends_after_an_oversize_frame(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect, OWNER) as client:
        longest = '{"type":"ping"' + " " * (65_536 - 15) + "}"
        await client.send(longest)
        await client.next_of("pong")
        await client.send(longest + " ")
        code, _ = await client.end()
    assert code == (None if place.is_daphne else 1009)


@row("GW-63", "GW-82", "GW-93")
async def test_it_ends_where_its_ping_finds_no_answer(hasty: Place) -> None:
    async def check(dialect: Dialect) -> None:
        own = {"Host": "127.0.0.1", "Authorization": f"Bearer {hasty.people.token(OTHER)}"}
        headers = {**peer.handshake_headers(), **own}
        async with peer.raw_connection(hasty.port) as silent:
            assert (await silent.request(headers, target=dialect.path)).status == 101
            ended = await silent.told_ending()
        assert ended.code == (None if hasty.is_daphne else 1011)

    await asyncio.gather(*(check(dialect) for dialect in (MARKET, TRADING)))


@row("GW-82")
async def test_it_lets_a_silent_client_stay_that_answers_pings(hasty: Place) -> None:
    """Longer than zigquant's silence, the time for a login and several pings."""
    async with speak(hasty, MARKET) as anybody, speak(hasty, TRADING, OTHER) as trader:
        await asyncio.sleep(2 * HEARTBEAT_TIMEOUT_SECONDS)  # the silence itself is what is tested
        await asyncio.gather(anybody.still_answers(), trader.still_answers())


@row("GW-64", "ZQ-41", "GW-91")
async def test_it_closes_a_silent_client_of_zigquant(hasty: Place) -> None:
    async with speak(hasty, CONTROL, OTHER) as client:
        began = time.monotonic()
        assert await client.end() == ending(hasty, 4000, "Heartbeat timeout")
        assert HEARTBEAT_TIMEOUT_SECONDS - 0.1 < time.monotonic() - began < HEARTBEAT_TIMEOUT_SECONDS + LATER_SECONDS
    assert {frame["type"] for frame in client.frames} == {"ping"}


@row("ZQ-40", "ZQ-41", "CM-24")
async def test_it_pings_a_client_of_zigquant_and_measures_its_answers(hasty: Place) -> None:
    async with speak(hasty, CONTROL, OTHER) as client:
        began = time.monotonic()
        while time.monotonic() - began < HEARTBEAT_TIMEOUT_SECONDS + HEARTBEAT_INTERVAL_SECONDS:
            frame = await client.next_of("ping")
            assert set(frame) == {"type", "timestamp"}
            await client.send({"type": "pong", "timestamp": frame["timestamp"]})
        quality = (await client.command("session.quality"))["data"]
    assert 0 <= quality["latency_ms"] < 5_000
    assert quality["quality"] in {"excellent", "good", "fair", "poor"}


@row("GW-65", "ZQ-04", "GW-91")
@pytest.mark.parametrize("tries", [False, True])
async def test_it_closes_who_does_not_log_in_in_time(hasty: Place, tries: bool) -> None:
    async with speak(hasty, CONTROL, NOBODY) as client:
        began = time.monotonic()
        if tries:
            assert (await client.log_in("nonsense"))["success"] is False
            await client.send({"type": "pong"})
        assert await client.end() == ending(hasty, 4401, "Authentication timeout")
        assert AUTHENTICATION_SECONDS - 0.1 < time.monotonic() - began < AUTHENTICATION_SECONDS + LATER_SECONDS


@row("GW-66", "GW-43", "GW-91")
async def test_it_closes_when_the_token_expires_and_was_not_renewed(hasty: Place) -> None:
    async def check(dialect: Dialect, name: str, *, renews: bool) -> None:
        token = hasty.people.ending_in(name, 0.5)
        async with speak(hasty, dialect, query={"token": token}) as client:
            if renews:
                token = hasty.people.ending_in(name, 1.5)
                assert (await client.log_in(token))["success"] is True
            ended = asyncio.create_task(client.end())
            while not ended.done() and dialect is CONTROL:
                with suppress(ConnectionClosed):
                    await client.send({"type": "pong"})
                await asyncio.wait([ended], timeout=HEARTBEAT_INTERVAL_SECONDS)
            assert await ended == ending(hasty, 4401, "Token expired")
            assert -0.2 < time.time() - claims_end(token) < LATER_SECONDS

    cases = [(dialect, hasty.people.guest(), renews) for dialect in DIALECTS for renews in (False, True)]
    for _, name, _ in cases:
        hasty.people.token(name)  # getting it holds everything up, and a token's time is short
    await asyncio.gather(*(check(dialect, name, renews=renews) for dialect, name, renews in cases))


@row("GW-31", "GW-66")
async def test_it_ends_a_tickets_login_with_its_token(hasty: Place) -> None:
    name = hasty.people.guest()
    token = hasty.people.ending_in(name, 0.5)
    ticket = http.post(f"{hasty.http_url}/api/v1/ws/ticket", {}, token=token).json["ticket"]
    async with speak(hasty, TRADING, query={"ticket": ticket}) as client:
        assert await client.end() == ending(hasty, 4401, "Token expired")
    assert -0.2 < time.time() - claims_end(token) < LATER_SECONDS


def claims_end(token: str) -> float:
    """Return when a token ends."""
    end: float = claims_of(token)["exp"]
    return end


@row("GW-67", "AC-31", "GW-91")
@everywhere
async def test_it_closes_the_connections_of_the_login_that_has_ended(place: Place) -> None:
    name = place.people.guest()
    old = place.people.pair(name)
    async with AsyncExitStack() as stack:
        others = await connect_everywhere(stack, place, name)
        ended = [
            await stack.enter_async_context(speak(place, dialect, query={"token": old["access"]}))
            for dialect in DIALECTS
        ]
        body, address = {"refresh": old["refresh"]}, f"{place.http_url}/api/v1/auth/logout/"
        answer = await asyncio.to_thread(http.post, address, body, token=old["access"])
        assert answer.status == 204, answer
        async with asyncio.timeout(WITHIN_SECONDS):
            ends = await asyncio.gather(*(client.end() for client in ended))
        for client in others:
            await client.still_answers()
    assert ends == [ending(place, 4401, "Logged out")] * len(ended)


@row("GW-67", "AC-31", "GW-91")
@everywhere
async def test_it_closes_a_users_connections_at_a_log_out_everywhere(place: Place) -> None:
    name = place.people.guest()
    old = place.people.pair(name)
    async with AsyncExitStack() as stack:
        clients = await connect_everywhere(stack, place, name)
        bystander = await stack.enter_async_context(speak(place, MARKET, OTHER))
        body = {"everywhere": True}
        answer = await asyncio.to_thread(http.post, f"{place.http_url}/api/v1/auth/logout/", body, token=old["access"])
        assert answer.status == 204, answer
        async with asyncio.timeout(WITHIN_SECONDS):
            ends = await asyncio.gather(*(client.end() for client in clients))
        await bystander.still_answers()
    assert ends == [ending(place, 4401, "Logged out")] * len(clients)
    status = 403 if place.is_daphne else 401
    assert (await refused(place, MARKET, {"token": old["access"]}))[0] == status
    async with speak(place, MARKET, query={"token": place.people.pair(name)["access"]}) as again:
        await again.still_answers()


@row("GW-71", "CM-66", "CM-67", "GW-91")
@everywhere
async def test_it_closes_the_connections_that_staff_pick_out_wherever_they_are(place: Place) -> None:
    name, gateway = place.people.guest(), len(place.deployment.gateways) - 1
    url, token = f"{place.http_url}/api/v1/ops/connections/", place.people.token(STAFF)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(speak(place, one, name, gateway=gateway)) for one in DIALECTS]
        operator = await stack.enter_async_context(speak(place, MARKET, STAFF))
        for client in clients:
            await client.still_answers()
        listed = await _listed_by_all(operator, name)
        assert (listed["total"], listed["cut"]) == (len(DIALECTS), False)
        assert len(listed["gateways"]) >= gateway + 1
        assert sorted(item["dialect"] for item in listed["items"]) == sorted(dialect.name for dialect in DIALECTS)
        first, *others = [item["id"] for item in listed["items"]]
        assert (await operator.command("ops.disconnect", {"id": first}, command_id=first))["success"] is True
        for client_id in others:
            answer = await asyncio.to_thread(http.request, "DELETE", f"{url}{client_id}/", token=token)
            assert (answer.status, answer.json["id"], answer.json["user"]) == (200, client_id, name)
        async with asyncio.timeout(WITHIN_SECONDS):
            ends = await asyncio.gather(*(client.end() for client in clients))
        await operator.still_answers()
        left = await asyncio.to_thread(http.get, f"{url}?filter={name}", token=token)
    code = 4012 if place.is_daphne else 1012
    assert ends == [ending(place, code, "Disconnected by an operator")] * len(clients)
    assert (left.json["items"], left.json["total"]) == ([], 0)


async def _listed_by_all(operator: Speaker, name: str) -> Any:
    """Return a user's connections, as soon as a gateway is forgotten that an earlier test has ended."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:  # each answer waits for those that are silent
            listed = (await operator.command("ops.connections", {"filter": name, "sort": "since"}))["data"]
            if not listed["unanswered"]:
                return listed


@row("GW-68", "GW-91")
@everywhere
async def test_it_closes_a_users_connections_when_the_user_is_deactivated(place: Place) -> None:
    name = place.people.guest()
    async with AsyncExitStack() as stack:
        clients = await connect_everywhere(stack, place, name)
        admin = await asyncio.to_thread(AdminPages, place.http_url, STAFF)
        await asyncio.to_thread(admin.deactivate, place.people.ids[name])
        async with asyncio.timeout(WITHIN_SECONDS):
            ends = await asyncio.gather(*(client.end() for client in clients))
    assert ends == [ending(place, 4401, "User deactivated")] * len(clients)
    expected = (403, "") if place.is_daphne else (401, "Invalid token")
    assert await refused(place, TRADING, {"token": place.people.token(name)}) == expected


async def connect_everywhere(stack: AsyncExitStack, place: Place, name: str) -> list[Speaker]:
    """Connect a user in every dialect, at every gateway."""
    return [
        await stack.enter_async_context(speak(place, dialect, name, gateway=gateway))
        for dialect in DIALECTS
        for gateway in range(len(place.deployment.gateways))
    ]


@row("GW-70", "GW-75", "GW-91")
async def test_it_closes_who_keeps_on_over_the_rate(hasty: Place) -> None:
    async def check(dialect: Dialect) -> None:
        async with speak(hasty, dialect, OTHER) as client:
            ended = asyncio.create_task(client.end())
            while not ended.done():
                with suppress(ConnectionClosed):
                    for _ in range(15):  # three times the rate: its own pongs still get through on a busy machine
                        await client.connection.send('{"type":"ping"}')
                await asyncio.wait([ended], timeout=0.05)
            assert await ended == ending(hasty, 4429, "Rate limit exceeded")
            told = [frame for frame in client.frames if frame["type"] == "error"]
            assert {dialect.read_refusal(frame).code for frame in told} == {"rate_limited"}
            assert len(told) <= 3

    await asyncio.gather(*(check(dialect) for dialect in DIALECTS))


def small_socket(place: Place) -> socket.socket:
    """Return a connection to the gateway for which the kernel holds little."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", place.port))
    return small


@row("GW-69")
async def test_it_closes_a_reader_too_slow_for_what_may_not_be_dropped(place: Place) -> None:
    owner = place.people.guest()
    make = named(LogLine, "system.log", "info", level=LogLevel.INFO, source="grid.a", message="x" * 40_000)
    line = Sample("TP-72", make, "system.log", "info", {})
    settings = {"WS_OUTBOX_MAXIMUM_BYTES": "50000", "WS_ABORT_AFTER_SECONDS": "20"}
    with place.another_gateway(settings) as gateway:
        async with (
            speak(gateway, CONTROL, owner) as healthy,
            speak(gateway, CONTROL, owner, max_queue=1, sock=small_socket(gateway)) as slow,
            publisher(place) as producer,
        ):
            for client in (healthy, slow):
                await client.ask("system.log")
            slow.connection.transport.pause_reading()
            for _ in range(_LINES):
                await producer.publish(line, place.people.ids[owner])
                await healthy.event("system.log")
            slow.connection.transport.resume_reading()
            assert await slow.end() == (4408, "Slow consumer")
            assert len(slow.events()) < _LINES


@row("GW-79", "GW-90")
async def test_it_refuses_a_user_one_connection_too_many(hasty: Place) -> None:
    token = {"token": hasty.people.token(hasty.people.guest())}
    too_many = 403 if hasty.is_daphne else 429
    async with AsyncExitStack() as stack:
        for number in range(CONNECTIONS_PER_USER):
            await stack.enter_async_context(speak(hasty, (MARKET, TRADING)[number % 2], query=token))
        for dialect in DIALECTS:
            assert (await refused(hasty, dialect, token))[0] == too_many
        await stack.enter_async_context(speak(hasty, MARKET, OTHER))


@row("GW-80", "GW-90")
async def test_it_refuses_an_address_one_connection_too_many(hasty: Place) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(CONNECTIONS_PER_ADDRESS):
            await stack.enter_async_context(speak(hasty, MARKET))
        for dialect in DIALECTS:
            with pytest.raises(InvalidStatus) as refusal:
                await connect(address(hasty, dialect, {"token": hasty.people.token(OTHER)}))
            assert refusal.value.response.status_code == (403 if hasty.is_daphne else 429)
