"""The life of a session, seen from a client and from inside."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from streaming.gateway.errors import CloseCode
from streaming.gateway.sending.outbox import OutboxState
from streaming.gateway.session.liveness import Liveness, heartbeat_of
from streaming.gateway.session.session import Session
from streaming.gateway.session.session_state import IllegalTransitionError, SessionState
from tests.conformance.rows import row
from tests.gateway.login.conversations import CONTROL, ask, frame_of, token_of, user
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

MANY = 250
"""More names than may wait to be answered; whoever asks for more is not read."""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


@pytest.fixture
def _short_wait(settings: Settings) -> None:
    """Let subscriptions wait for symbols for half a second only."""
    settings.WS_SYMBOLS_WAIT_SECONDS = 0.5


def only_session(gateway: Serving) -> Session:
    [session] = gateway.runtime.sessions
    return session


async def test_it_closes_with_code_and_reason_after_what_waits(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        session = only_session(gateway)
        for _ in range(20):
            session.outbox.push([session.dialect.pong(0)])
        session.close(CloseCode.UNAUTHORISED, "Token expired")
        assert [(await client.receive())["type"] for _ in range(20)] == ["pong"] * 20
        with pytest.raises(ConnectionClosed) as closed:
            await client.receive()
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "Token expired")
    await until(lambda: session.state is SessionState.CLOSED)


async def test_it_ends_though_the_client_waits_for_an_answer_and_is_not_read(settings: Settings) -> None:
    settings.WS_SYMBOLS_WAIT_SECONDS = 600
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        session = only_session(gateway)
        await client.subscribe(*(f"price:SYMBOL{number}USDT" for number in range(MANY)))
        await until(lambda: session.tasks)
        session.close(CloseCode.UNAUTHORISED, "Token expired")
        await until(lambda: session.state is SessionState.CLOSED, seconds=5)
        assert not session.tasks


async def test_it_drops_the_connection_where_closing_fails(gateway: Serving, caplog: pytest.LogCaptureFixture) -> None:
    no_code: Any = "none"
    async with connected(gateway.socket_url) as client:
        session = only_session(gateway)
        session.close(no_code, "")
        with pytest.raises(ConnectionClosed):
            await client.receive()
        await until(lambda: session.state is SessionState.CLOSED)
    assert "a session's task failed" in caplog.text


async def test_it_gives_back_all_that_it_held(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        session = only_session(gateway)
        await client.subscribe("price:BTCUSDT", "trades:ETHUSDT")
        await client.next_of("subscribed", "trades:ETHUSDT")
        assert len(gateway.runtime.hub.topics) == 2
    await until(lambda: session.state is SessionState.CLOSED)
    assert session.subscriptions.channels == ()
    await until(lambda: not gateway.runtime.hub.topics)


async def test_it_does_not_open_twice(gateway: Serving) -> None:
    async with connected(gateway.socket_url):
        with pytest.raises(IllegalTransitionError, match="expected one of: closed, closing; got open"):
            only_session(gateway).open()


async def test_it_can_end_in_every_state(gateway: Serving) -> None:
    async with connected(gateway.socket_url):
        session = only_session(gateway)
        session.disconnected()
        session.disconnected()
        session.close(1000, "")
        assert session.state is SessionState.CLOSED


@row("GW-54")
@pytest.mark.usefixtures("_short_wait")
async def test_it_answers_pings_while_a_subscription_waits_for_symbols() -> None:
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"
        assert await client.error() == ("Market data unavailable", "unavailable")


@pytest.mark.usefixtures("_short_wait")
async def test_it_tells_what_is_subscribed_once_all_is_answered_that_was_asked_before() -> None:
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT", "market:overview")
        await client.send({"type": "command", "id": "1", "action": "session.subscriptions", "params": {}})
        answers = [await client.receive() for _ in range(3)]
    assert [answer["type"] for answer in answers] == ["error", "subscribed", "response"]
    assert answers[-1]["data"] == {"channels": ["market:overview"]}


@row("GW-54")
@pytest.mark.usefixtures("_short_wait")
async def test_it_holds_up_only_what_concerns_the_channel_that_waits_for_symbols() -> None:
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        await client.send({"type": "unsubscribe", "channel": "price:BTCUSDT"})
        await client.subscribe("market:overview")
        answers = [await client.receive() for _ in range(3)]
    told = [(answer["type"], answer["channel"]) for answer in answers]
    assert told == [
        ("subscribed", "market:overview"),
        ("error", "price:BTCUSDT"),
        ("unsubscribed", "price:BTCUSDT"),
    ]


@pytest.mark.usefixtures("_short_wait")
async def test_it_waits_for_symbols_once_for_all_channels_of_a_client() -> None:
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        channels = [f"klines:BTCUSDT:{interval}" for interval in ("1s", "1m", "3m", "5m", "15m")]
        for channel in channels:
            await client.subscribe(channel)
        await client.subscribe(*channels[:1], "price:ETHUSDT")
        async with asyncio.timeout(2 * gateway.runtime.settings.symbols_wait_seconds):
            answers = [(await client.receive())["channel"] for _ in range(7)]
    assert answers == [*channels, channels[0], "price:ETHUSDT"]


@pytest.mark.usefixtures("_short_wait")
async def test_it_ends_while_a_subscription_waits_for_symbols() -> None:
    async with serving(with_symbols=False) as gateway:
        async with connected(gateway.socket_url) as client:
            session = only_session(gateway)
            await client.subscribe("price:BTCUSDT")
            await client.send({"type": "ping"})
            await client.receive()
        async with asyncio.timeout(3):
            await until(lambda: session.state is SessionState.CLOSED)
        assert not gateway.runtime.hub.topics


async def test_it_serves_others_while_one_client_asks_for_thousands_of_channels(gateway: Serving) -> None:
    greedy_channels = [str(number) for number in range(7000)]
    async with connected(gateway.socket_url, close_timeout=0.2) as greedy, connected(gateway.socket_url) as other:
        for _ in range(3):
            await greedy.subscribe(*greedy_channels)
        await until(lambda: any(session.outbox.sent > 10 for session in gateway.runtime.sessions))
        await other.send({"type": "ping"})
        assert (await other.receive())["type"] == "pong"
        sent = max(session.outbox.sent for session in gateway.runtime.sessions)
        assert sent < 3 * len(greedy_channels), "the other client had to wait for the greedy one"


async def test_it_does_not_read_more_of_a_client_that_has_asked_for_too_much(gateway: Serving) -> None:
    async with connected(gateway.socket_url, close_timeout=0.2) as client:
        client.connection.transport.pause_reading()
        for _ in range(50):
            await client.subscribe(*(str(number) for number in range(7000)))
        session = only_session(gateway)
        await until(lambda: session.outbox.state is OutboxState.BLOCKED)
        assert len(session.tasks) <= 2


async def test_it_answers_thousands_of_channels_in_one_message(gateway: Serving) -> None:
    channels = [f"x{number}" for number in range(7000)]
    async with connected(gateway.socket_url) as client:
        await client.subscribe(*channels)
        answers = [(await client.receive())["channel"] for _ in channels]
    assert answers == channels


@pytest.mark.parametrize(
    ("path", "options", "logs_in", "expected"),
    [
        pytest.param("", {}, False, False, id="anonymous"),
        pytest.param("", {}, True, True, id="logged in"),
        pytest.param("/trading", {}, True, True, id="a login is demanded"),
        pytest.param("", CONTROL, False, True, id="a heartbeat, and a login is demanded"),
    ],
)
async def test_it_is_looked_at_again_and_again_only_where_time_can_do_something_to_it(
    gateway: Serving, path: str, options: Any, logs_in: bool, expected: bool
) -> None:
    query = f"?token={token_of(await user())}" if logs_in else ""
    async with connect(f"{gateway.socket_url}{path}{query}", **options):
        session = only_session(gateway)
        assert session.is_timed is expected
        assert (session in gateway.runtime.sessions.timed) is expected


async def test_one_that_logs_in_later_is_looked_at_from_then_on_until_its_end(gateway: Serving) -> None:
    sessions = gateway.runtime.sessions
    async with connect(gateway.socket_url) as one:
        await frame_of(one)
        assert sessions.timed == []
        assert (await ask(one, type="auth", token=token_of(await user())))["success"] is True
        assert sessions.timed == [only_session(gateway)]
    await until(lambda: len(sessions) == 0)
    assert sessions.timed == []


async def test_a_heartbeat_alone_is_reason_enough_to_look_at_it(gateway: Serving) -> None:
    async with connected(gateway.socket_url):
        session = only_session(gateway)
        clock = session.context.clock
        session.liveness = Liveness(clock, heartbeat_of(interval=30.0, timeout=60.0, clock=clock, random=Random(1)))
        assert session.is_timed
