"""The life of a session, seen from a client and from inside."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed

from streaming.gateway.errors import CloseCode
from streaming.gateway.session import IllegalTransitionError, Session, SessionState
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


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


async def test_it_answers_pings_while_a_subscription_waits_for_symbols() -> None:
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"
        assert await client.error() == ("Market data unavailable", "unavailable")


async def test_it_answers_in_order_while_a_subscription_waits_for_symbols() -> None:
    async with serving(with_symbols=False) as gateway, connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        await client.send({"type": "unsubscribe", "channel": "price:BTCUSDT"})
        await client.subscribe("market:overview")
        answers = [await client.receive() for _ in range(3)]
    assert [answer["type"] for answer in answers] == ["error", "unsubscribed", "subscribed"]


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


async def test_it_answers_thousands_of_channels_in_one_message(gateway: Serving) -> None:
    channels = [f"x{number}" for number in range(7000)]
    async with connected(gateway.socket_url) as client:
        await client.subscribe(*channels)
        answers = [(await client.receive())["channel"] for _ in channels]
    assert answers == channels
