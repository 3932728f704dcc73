"""docs/protocol/README.md, "Endpoints" and "Origins", and how each dialect greets and refuses."""

import re

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import address, refused, speak
from tests.conformance.asking.spelling import CONTROL, MARKET, TRADING, Dialect, Refusal
from tests.conformance.connections.bad_tokens import bad_tokens, tokens_of_nobody
from tests.conformance.people import NOBODY, OWNER
from tests.conformance.places import ALLOWED_HOST, ALLOWED_ORIGIN, Place
from tests.conformance.rows import on_each_server, row
from tests.gateway.server.raw_http import ask, connection, handshake


@row("GW-01")
@on_each_server
async def test_it_serves_the_market_dialect_without_a_subprotocol(place: Place) -> None:
    for offered in (None, [Subprotocol("chat")]):  # one that it doesn't know, it doesn't name
        async with speak(place, MARKET, subprotocols=offered) as client:
            assert client.connection.subprotocol is None
            await client.still_answers()


@row("GW-02", "TR-04")
@on_each_server
async def test_it_greets_on_the_trading_endpoint(place: Place) -> None:
    async with speak(place, TRADING, takes_welcome=False) as client:
        frame = await client.receive()
    assert set(frame) == {"type", "clientId", "timestamp"}
    assert frame["type"] == "connected"
    assert re.fullmatch(r"client_\d{13}_[a-z0-9]{9}", frame["clientId"])


@row("GW-03", "ZQ-01")
@on_each_server
async def test_it_names_the_subprotocol_and_sends_no_welcome(place: Place) -> None:
    async with speak(place, CONTROL, subprotocols=[Subprotocol("chat"), Subprotocol("zigquant-v2")]) as client:
        assert client.connection.subprotocol == "zigquant-v2"
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


@row("GW-04", "GW-90")
@on_each_server
@pytest.mark.parametrize("path", ["/ws/nowhere", "/", "/ws/trading/more", "/api/v1/ws/stats"])
async def test_it_refuses_sockets_at_other_paths(place: Place, path: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(place.socket_url(path))
    assert refusal.value.response.status_code == (403 if place.is_daphne else 404)


@row("ZQ-02", "ZQ-03", "CM-07")
async def test_it_lets_nothing_but_a_login_through_before_it(place: Place) -> None:
    required = Refusal("authentication_required", "Authentication required")
    async with speak(place, CONTROL, NOBODY) as client:
        for message in (
            {"type": "subscribe", "channels": ["price:BTCUSDT"]},
            {"type": "subscribe", "channels": []},
            {"type": "unsubscribe", "channel": "price:BTCUSDT"},
            {"type": "command", "id": "a", "action": "market.symbols", "params": {}},
            {"type": "command", "id": "a", "action": "nonsense", "params": {}},
        ):
            await client.send(message)
            assert await client.refusal() == required, message
        await client.send({"type": "pong"})
        await client.still_answers()
        assert (await client.log_in(place.people.token(OWNER)))["success"] is True
        assert await client.ask("price:BTCUSDT", "notifications") == {"price:BTCUSDT": None, "notifications": None}


@row("GW-35", "GW-36", "MK-07", "ZQ-05", "TR-03", "TR-02", "GW-90")
@on_each_server
@in_every_dialect
async def test_it_never_takes_a_bad_token_for_none(place: Place, dialect: Dialect) -> None:
    said = {}
    expected = {}
    for is_somebodys, tokens in ((True, bad_tokens(place.people)), (False, tokens_of_nobody(place.people))):
        text = "Authentication failed" if is_somebodys else "Invalid token"
        for name, token in tokens.items():
            said_there = text if token else "Missing token"
            body = said_there if dialect is TRADING else '{"detail":"Authentication failed"}'
            expected[name] = (403, "") if place.is_daphne else (401, body)
            said[name] = await refused(place, dialect, {"token": token})
    assert said == expected


@row("TR-01", "GW-90")
@on_each_server
async def test_it_refuses_nobody_on_the_trading_endpoint(place: Place) -> None:
    expected = (403, "") if place.is_daphne else (401, "Missing token")
    for query in ({}, {"token": ""}, {"ticket": ""}):
        assert await refused(place, TRADING, query) == expected
    assert await refused(place, TRADING, {"tokens": "x"}, headers={"Authorization": "Basic eDp5"}) == expected


@row("GW-38")
@on_each_server
async def test_it_takes_no_login_from_a_cookie(place: Place) -> None:
    cookies = {"Cookie": f"token={place.people.token(OWNER)}; sessionid=abc"}
    async with speak(place, MARKET, query={}, headers=cookies, takes_welcome=False) as client:
        assert (await client.receive())["data"]["authenticated"] is False
    assert (await refused(place, TRADING, {}, headers=cookies))[0] == (403 if place.is_daphne else 401)


@row("GW-86", "GW-87")
@on_each_server
@in_every_dialect
async def test_it_accepts_any_origin_by_default(place: Place, dialect: Dialect) -> None:
    for origin in (None, "null", "https://elsewhere.example"):
        async with speak(place, dialect, origin=origin) as client:
            await client.still_answers()


@row("GW-86", "GW-87")
async def test_it_keeps_other_sites_out_where_it_is_told_which_may_come(hasty: Place, dialect: Dialect) -> None:
    for origin in (None, "null", ALLOWED_ORIGIN):
        async with speak(hasty, dialect, origin=origin) as client:
            await client.still_answers()
    for origin in ("https://elsewhere.example", f"{ALLOWED_ORIGIN}.evil"):
        with pytest.raises(InvalidStatus) as refusal:
            await connect(address(hasty, dialect, {}), additional_headers={"Origin": origin})
        assert refusal.value.response.status_code == 403


@row("GW-90")
async def test_it_serves_sockets_for_the_hosts_that_pages_are_served_for(hasty: Place) -> None:
    async with connection(hasty.port) as (reader, writer):
        writer.write(handshake(f"{ALLOWED_HOST}:{hasty.port}"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")
    for host in ("elsewhere.example", f"{ALLOWED_HOST}.evil", ""):
        answer = await ask(hasty.port, handshake(host))
        assert answer.status == (403 if hasty.is_daphne else 400), host
