"""The client against the demo, in all dialects."""

import asyncio
from decimal import Decimal

import pytest

from tests.deployments import Deployment
from tests.waiting import until
from tidewire_client import ClientOptions, ConnectionState, Dialect, LoginBy, TidewireClient
from tidewire_client.errors import (
    CommandRefusedError,
    MessageTooLargeError,
    SubscriptionRefusedError,
    TokenRefusedError,
)
from tidewire_client.events import (
    Connected,
    Depth,
    Event,
    Kline,
    LoggedIn,
    Overview,
    Price,
    SystemHealth,
    Ticker,
    Trade,
    Unknown,
)

DIALECTS = list(Dialect)
KINDS = {
    "price:BTCUSDT": Price,
    "ticker:BTCUSDT": Ticker,
    "klines:BTCUSDT:1s": Kline,
    "trades:BTCUSDT": Trade,
    "depth:BTCUSDT": Depth,
    "market:overview": Overview,
    "system.health": SystemHealth,
}
BAD_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VySWQiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_it_gives_every_kind_of_event_as_one_type_in_all_dialects(demo: Deployment, dialect: Dialect) -> None:
    client = TidewireClient(demo.socket_url, dialect=dialect, token=demo.token())
    seen: dict[str, Event] = {}
    client.on("*", lambda event: seen.setdefault(event.channel, event))
    async with client:
        client.subscribe(KINDS)
        await until(lambda: len(seen) == len(KINDS))
    assert {channel: type(event) for channel, event in seen.items()} == KINDS
    assert not any(isinstance(event, Unknown) for event in seen.values())
    trade = seen["trades:BTCUSDT"]
    assert isinstance(trade, Trade)
    assert isinstance(trade.price, Decimal)
    assert trade.price > 0
    assert trade.simulated
    assert trade.time > 1_700_000_000_000


async def test_it_iterates_over_a_wildcard(demo: Deployment) -> None:
    async with TidewireClient(demo.socket_url, dialect=Dialect.TRADING, token=demo.token()) as client:
        client.subscribe(["price:BTCUSDT", "price:ETHUSDT", "ticker:BTCUSDT"])
        seen = set()
        async for event in client.events("price:*"):
            assert isinstance(event, Price)
            seen.add(event.symbol)
            if seen == {"BTCUSDT", "ETHUSDT"}:
                break


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_it_sends_commands_and_raises_what_the_server_refuses(demo: Deployment, dialect: Dialect) -> None:
    async with TidewireClient(demo.socket_url, dialect=dialect, token=demo.token()) as client:
        symbols = await client.command("market.symbols", {"limit": 1})
        assert symbols["items"][0]["symbol"]
        with pytest.raises(CommandRefusedError) as refused:
            await client.command("market.history", {"symbol": "BTCUSDT", "interval": "7m"})
        assert refused.value.code == "VALIDATION_ERROR"
        assert set(refused.value.fields) == {"interval"}
        with pytest.raises(CommandRefusedError) as missing:
            await client.command("wallet.get", {"id": "none"})
        assert (missing.value.code, missing.value.action) == ("NOT_FOUND", "wallet.get")


async def test_it_answers_more_commands_at_once_than_the_server_takes_in_a_second(demo: Deployment) -> None:
    async with TidewireClient(demo.socket_url) as client:
        answers = await asyncio.gather(*(client.command("session.subscriptions") for _ in range(25)))
    assert answers == [{"channels": []}] * 25


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_the_largest_command_is_taken_and_a_larger_one_takes_no_other_along(
    demo: Deployment, dialect: Dialect
) -> None:
    async with TidewireClient(demo.socket_url, dialect=dialect, token=demo.token()) as client:
        with pytest.raises(MessageTooLargeError) as refused:
            await client.command("note.set", {"text": "x" * 65_536})
        most = 2 * refused.value.limit - refused.value.size
        with pytest.raises(CommandRefusedError) as unknown:
            await client.command("note.set", {"text": "x" * most})
        with pytest.raises(MessageTooLargeError):
            await client.command("note.set", {"text": "x" * (most + 1)})
        assert client.statistics.disconnections == 0
    assert unknown.value.action == "note.set"


@pytest.mark.parametrize(
    ("dialect", "login_by"),
    [
        *((dialect, LoginBy.HEADER) for dialect in DIALECTS),
        *((dialect, LoginBy.QUERY) for dialect in DIALECTS),
        (Dialect.MARKET, LoginBy.FIRST_FRAME),
        (Dialect.ZIGQUANT, LoginBy.FIRST_FRAME),
    ],
)
async def test_it_logs_in_every_way(demo: Deployment, dialect: Dialect, login_by: LoginBy) -> None:
    options = ClientOptions(login_by=login_by)
    client = TidewireClient(demo.socket_url, dialect=dialect, token=demo.token, options=options)
    connected: list[Connected] = []
    acknowledged: list[object] = []
    client.on("connected", connected.append)
    client.on_message("subscribed", acknowledged.append)
    async with client:
        client.subscribe("portfolio:me")
        await until(lambda: acknowledged)
        assert client.channels == ("portfolio:me",)
    assert [each.authenticated for each in connected] == [True]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_it_stops_at_a_refused_token(demo: Deployment, dialect: Dialect) -> None:
    client = TidewireClient(demo.socket_url, dialect=dialect, token=BAD_TOKEN)
    errors: list[Exception] = []
    client.on("error", errors.append)
    with pytest.raises(TokenRefusedError) as refused:
        await client.connect()
    assert (refused.value.code, refused.value.status) == ("authentication_failed", 401)
    assert errors == [refused.value]
    assert client.state is ConnectionState.DISCONNECTED
    assert BAD_TOKEN not in repr(client) + repr(refused.value)


async def test_it_logs_in_and_out_on_a_live_connection(demo: Deployment) -> None:
    client = TidewireClient(demo.socket_url)
    logged_in: list[LoggedIn] = []
    refused: list[SubscriptionRefusedError] = []
    client.on("logged_in", logged_in.append)
    client.on("error", refused.append)
    async with client:
        await client.login(demo.token())
        assert len(logged_in) == 1
        client.subscribe("portfolio:me")
        with pytest.raises(TokenRefusedError):
            await client.login(BAD_TOKEN)
        await client.login(demo.token("admin"))
        assert client.state is ConnectionState.CONNECTED
        client.subscribe("ops.gateways")
        await until(lambda: client.statistics.frames_received and not refused)
        await client.logout()
        await until(lambda: client.channels == ())
    assert {error.channel for error in refused} == {"portfolio:me", "ops.gateways"}
    assert {error.code for error in refused} == {"authentication_required"}
