"""docs/protocol/README.md, "Logging in": the handshake's ways, and `auth` on an open connection."""

import asyncio

import pytest

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import Speaker, refused, speak
from tests.conformance.asking.spelling import CONTROL, MARKET, TRADING, Dialect
from tests.conformance.connections.bad_tokens import bad_tokens, tokens_of_nobody
from tests.conformance.people import NOBODY, OTHER, OWNER, STAFF
from tests.conformance.places import TICKET_SECONDS, Place
from tests.conformance.rows import everywhere, on_each_server, row
from tests.wire.client import Frame

FIRST_FRAME = [MARKET, CONTROL]
"""Where one can be connected before one has logged in."""


async def user_of(client: Speaker, place: Place) -> str:
    """Return who is logged in, as the channels that one may read tell it; empty for nobody."""
    for name in (OWNER, OTHER, STAFF):
        channel = f"account:{place.people.ids[name]}"
        if (await client.ask(channel, "ops.gateways"))[channel] is None:
            is_staff = (await client.ask("ops.gateways"))["ops.gateways"] is None
            return STAFF if is_staff else name
    return NOBODY


@row("GW-30", "GW-31", "GW-32")
@on_each_server
@in_every_dialect
async def test_it_logs_in_by_token_ticket_and_header_on_every_endpoint(place: Place, dialect: Dialect) -> None:
    token = place.people.token(OTHER)
    for query, headers in (
        ({"token": token}, None),
        ({"ticket": place.people.ticket(OTHER)}, None),
        ({}, {"Authorization": f"Bearer {token}"}),
        ({}, {"Authorization": f"bearer {token}"}),
    ):
        async with speak(place, dialect, query=query, headers=headers) as client:
            assert await user_of(client, place) == OTHER


@row("GW-34")
@on_each_server
@in_every_dialect
async def test_it_takes_the_token_before_the_ticket_before_the_header(place: Place, dialect: Dialect) -> None:
    people = place.people
    token, ticket = people.token(OTHER), people.ticket(OWNER)
    header = {"Authorization": f"Bearer {people.token(STAFF)}"}
    async with speak(place, dialect, query={"ticket": ticket, "token": token}, headers=header) as client:
        assert await user_of(client, place) == OTHER
    async with speak(place, dialect, query={"ticket": ticket}, headers=header) as client:  # it wasn't looked at before
        assert await user_of(client, place) == OWNER
    status = 403 if place.is_daphne else 401
    bad_header = {"Authorization": "Bearer nonsense"}
    assert (await refused(place, dialect, {"token": "nonsense", "ticket": people.ticket(OWNER)}))[0] == status
    assert (await refused(place, dialect, {"ticket": "nonsense"}, headers=header))[0] == status
    assert (await refused(place, dialect, {}, headers=bad_header))[0] == status
    async with speak(place, dialect, query={"token": token}, headers=bad_header) as client:
        assert await user_of(client, place) == OTHER


@row("GW-37", "GW-31", "GW-35", "AC-41")
@everywhere
@in_every_dialect
async def test_it_takes_a_ticket_once(place: Place, dialect: Dialect) -> None:
    ticket = place.people.ticket(OTHER)
    async with speak(place, dialect, query={"ticket": ticket}) as client:
        assert await user_of(client, place) == OTHER
    body = "Authentication failed" if dialect is TRADING else '{"detail":"Authentication failed"}'
    expected = (403, "") if place.is_daphne else (401, body)
    assert await refused(place, dialect, {"ticket": ticket}) == expected
    assert await refused(place, dialect, {"ticket": "nonsense"}) == expected
    assert (await refused(place, dialect, {"ticket": ""}))[0] == expected[0]


@row("GW-37", "AC-41")
async def test_it_refuses_a_ticket_that_has_expired(hasty: Place) -> None:
    ticket = hasty.people.ticket(OTHER)
    await asyncio.sleep(TICKET_SECONDS + 0.05)  # the time itself is what is tested
    assert (await refused(hasty, MARKET, {"ticket": ticket}))[0] == (403 if hasty.is_daphne else 401)


@row("GW-33", "GW-40", "GW-19", "ZQ-15")
@pytest.mark.parametrize("dialect", FIRST_FRAME, ids=lambda dialect: dialect.name)
async def test_it_logs_in_by_a_frame(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect, NOBODY) as client:
        assert_logged_in(await client.log_in(place.people.token(OTHER)), place, dialect, OTHER)
        assert await user_of(client, place) == OTHER


@row("GW-40", "GW-43", "GW-19")
@in_every_dialect
async def test_it_renews_a_login_and_loses_no_subscription(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect, OTHER) as client:
        await client.ask("trades:BTCUSDT", "notifications")
        assert_logged_in(await client.log_in(place.people.altered(OTHER)), place, dialect, OTHER)
        response = await client.command("session.subscriptions")
        assert response["data"] == {"channels": ["trades:BTCUSDT", "notifications"]}
        assert (await client.event("trades:BTCUSDT")).data["symbol"] == "BTCUSDT"


def assert_logged_in(frame: Frame, place: Place, dialect: Dialect, name: str) -> None:
    assert set(frame) == {"type", "timestamp", "success", "data"}
    assert frame["success"] is True
    assert set(frame["data"]) == {"user_id", "expires_at"}
    assert frame["data"]["user_id"] == place.people.ids[name]
    left = dialect.time_ms(frame["data"]["expires_at"]) - dialect.time_ms(frame["timestamp"])
    assert 0 < left <= 3_600_000


@row("GW-41", "GW-36", "ZQ-15")
@pytest.mark.parametrize("dialect", FIRST_FRAME, ids=lambda dialect: dialect.name)
async def test_it_refuses_a_bad_token_in_a_frame_and_stays_as_it_was(place: Place, dialect: Dialect) -> None:
    tokens = {**bad_tokens(place.people), **tokens_of_nobody(place.people)}
    async with speak(place, dialect, NOBODY) as client:
        for name, token in tokens.items():
            assert_refused(await client.log_in(token), "authentication_failed", name)
        said = (await client.log_in(place.people.token(OTHER)))["success"]
        assert said is True
        assert_refused(await client.log_in("nonsense"), "authentication_failed", "nonsense")
        assert await user_of(client, place) == OTHER


@row("GW-42")
@in_every_dialect
async def test_it_refuses_another_users_token_and_stays_as_it_was(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect, OTHER) as client:
        assert_refused(await client.log_in(place.people.token(STAFF)), "forbidden", "another")
        assert await user_of(client, place) == OTHER


def assert_refused(frame: Frame, code: str, name: str) -> None:
    assert set(frame) == {"type", "timestamp", "success", "error"}, name
    assert frame["success"] is False, name
    assert set(frame["error"]) == {"code", "message"}, name
    assert frame["error"]["code"] == code, name
    if code == "authentication_failed":
        assert frame["error"]["message"] == "Authentication failed"
