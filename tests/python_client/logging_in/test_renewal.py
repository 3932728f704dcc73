"""Tokens that end while a client is connected, against a gateway of this process."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from accounts.models import User
from tests.python_client.gateway_tokens import token_of, user_made
from tests.serving import Serving, serving
from tests.waiting import until, until_answer
from tidewire_client import ClientOptions, ConnectionState, Dialect, LoginBy, TidewireClient
from tidewire_client.errors import CommandClosedError, ConnectionClosedError, TokenRefusedError
from tidewire_client.events import Disconnected, LoggedIn, Reconnecting

pytestmark = pytest.mark.django_db(transaction=True)

_SECONDS = 4.0


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    """A gateway that knows two symbols."""
    async with serving() as running:
        yield running


@pytest.fixture
async def ada() -> User:
    """A user."""
    return await user_made("ada")


async def _is_held(client: TidewireClient, channel: str) -> None:
    """Return when the server holds the subscription: a command overtakes one whose snapshot is still read."""
    await until_answer(lambda: client.command("session.subscriptions"), {"channels": [channel]})


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_a_token_is_renewed_in_time_and_no_subscription_is_lost(
    gateway: Serving, ada: User, dialect: Dialect
) -> None:
    client = TidewireClient(gateway.socket_url, dialect=dialect, token=lambda: token_of(ada, _SECONDS))
    logged_in: list[LoggedIn] = []
    others: list[object] = []
    client.on("logged_in", logged_in.append)
    for name in ("reconnecting", "disconnected", "error"):
        client.on(name, others.append)
    client.subscribe("portfolio:me")
    async with client:
        await until(lambda: len(logged_in) == 3)
        assert (client.channels, others) == (("portfolio:me",), [])
        assert await client.command("session.subscriptions") == {"channels": ["portfolio:me"]}
    ends = [each.expires_at or 0 for each in logged_in]
    assert 0 < ends[0] < ends[1] < ends[2]


async def test_a_token_that_ends_without_a_function_ends_the_connection(gateway: Serving, ada: User) -> None:
    options = ClientOptions(login_by=LoginBy.FIRST_FRAME)
    client = TidewireClient(gateway.socket_url, token=token_of(ada, 2), options=options)
    told: list[Disconnected] = []
    client.on("disconnected", told.append)
    await client.connect()
    error = await client.wait_disconnected()
    assert isinstance(error, ConnectionClosedError)
    assert (error.close_code, error.reason) == (4401, "Token expired")
    assert told == [Disconnected(error)]
    assert client.state is ConnectionState.DISCONNECTED


async def test_a_function_that_did_not_answer_in_time_is_asked_again_after_the_end(gateway: Serving, ada: User) -> None:
    async def token() -> str:
        if client.state is ConnectionState.CONNECTED:
            await asyncio.Event().wait()
        return token_of(ada, 2 if not lost else 60)

    client = TidewireClient(gateway.socket_url, token=token)
    lost: list[Reconnecting] = []
    client.on("reconnecting", lost.append)
    client.subscribe("portfolio:me")
    async with client:
        await until(lambda: lost)
        await until(lambda: client.state is ConnectionState.CONNECTED)
        await _is_held(client, "portfolio:me")
    assert isinstance(lost[0].error, ConnectionClosedError)
    assert lost[0].error.close_code == 4401


async def test_a_refused_renewal_is_told_and_the_connection_stays(gateway: Serving, ada: User) -> None:
    tokens = [token_of(ada, 60), "a.bad.one", token_of(ada, 3)]
    client = TidewireClient(gateway.socket_url, token=tokens.pop)
    errors: list[Exception] = []
    client.on("error", errors.append)
    async with client:
        await until(lambda: errors)
        assert client.state is ConnectionState.CONNECTED
    (refused,) = errors
    assert isinstance(refused, TokenRefusedError)
    assert (refused.code, refused.status) == ("authentication_failed", None)


async def test_a_login_with_a_function_is_renewed_from_then_on(gateway: Serving, ada: User) -> None:
    client = TidewireClient(gateway.socket_url)
    logged_in: list[LoggedIn] = []
    client.on("logged_in", logged_in.append)
    async with client:
        await client.login(lambda: token_of(ada, _SECONDS))
        await until(lambda: len(logged_in) == 2)
        await client.login(token_of(ada, 60))
        client.subscribe("notifications")
        await _is_held(client, "notifications")
    assert {each.user_id for each in logged_in} == {str(ada.pk)}


async def test_another_user_gets_a_new_connection_and_no_command_of_the_first(gateway: Serving, ada: User) -> None:
    bob = await user_made("bob")
    client = TidewireClient(gateway.socket_url, token=token_of(ada, 60))
    connections: list[object] = []
    client.on("connected", connections.append)
    async with client:
        client.subscribe("portfolio:me")
        await client.login(token_of(bob, 60))
        assert len(connections) == 2
        await client.logout()
        assert len(connections) == 3
        await until(lambda: client.channels == ())


async def test_a_new_login_without_a_connection_is_for_the_next(gateway: Serving, ada: User) -> None:
    client = TidewireClient(gateway.socket_url, dialect="trading")
    with pytest.raises(TokenRefusedError) as missing:
        await client.connect()
    assert (missing.value.code, missing.value.status, missing.value.body) == (
        "authentication_required",
        401,
        "Missing token",
    )
    await client.login(token_of(ada, 60))
    async with client:
        assert client.state is ConnectionState.CONNECTED


async def test_no_command_of_one_user_goes_out_as_another_that_the_function_gives(gateway: Serving, ada: User) -> None:
    bob = await user_made("bob")
    tokens = [token_of(ada, 60), token_of(bob, 60), token_of(ada, 60), token_of(ada, 60)]
    client = TidewireClient(gateway.socket_url, token=tokens.pop, options=ClientOptions(commands_per_second=1))
    async with client:
        outcomes = [asyncio.create_task(client.command("session.subscriptions")) for _ in range(2)]
        await until(lambda: client.statistics.queued == 1)
        await client.reconnect()
        assert await asyncio.gather(*outcomes) == [{"channels": []}] * 2
        await until(lambda: client.statistics.queued == 0)
        refused = [asyncio.create_task(client.command("session.subscriptions")) for _ in range(3)]
        await until(lambda: client.statistics.queued)
        await client.reconnect()
        assert any(
            isinstance(each, CommandClosedError) for each in await asyncio.gather(*refused, return_exceptions=True)
        )
