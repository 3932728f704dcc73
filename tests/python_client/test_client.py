"""The client's face: commands, queues, handlers, iterators, logins, and that nothing is left behind."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.python_client.hostile_server import WELCOME, HostileServer, Peer, Talk, server_that
from tests.waiting import until
from tidewire_client import ClientOptions, ConnectionState, LoginBy, TidewireClient, errors
from tidewire_client.events import Disconnected, Event, Price, Resync

PRICE = (
    '{"type":"price","channel":"price:BTCUSDT","symbol":"BTCUSDT","data":{"symbol":"BTCUSDT","price":%s,"change24h":1,'
    '"changePercent24h":0.1,"high24h":1,"low24h":2,"volume24h":3,"timestamp":1733486400000,"source":"simulator",'
    '"simulated":true},"timestamp":"2024-12-06T12:00:00.000Z"}'
)

UNAVAILABLE = '{"type":"error","channel":"price:BTCUSDT","data":{"message":"not there","code":"unavailable"}}'


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Fail where a test leaves a socket behind: the collector would warn of it, and warnings are errors."""
    gc.freeze()  # it looks at what the test has made, and not each time at all of Django
    yield
    gc.collect()
    gc.unfreeze()


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    """A server that welcomes, answers pings, and says nothing else."""
    async with server_that() as running:
        yield running


def _client(server: HostileServer, **options: Any) -> TidewireClient:
    return TidewireClient(server.url, options=ClientOptions(close_timeout=0.2, uniform=lambda: 1.0, **options))


def _scheduled() -> list[asyncio.TimerHandle]:
    loop = asyncio.get_running_loop()
    return [timer for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "choices"),
    [
        ("http://127.0.0.1/ws", {}),
        ("ws:///ws", {}),
        ("ws://127.0.0.1:port/ws", {}),
        ("ws://127.0.0.1/ws#part", {}),
        ("ws://127.0.0.1/w s", {}),
        ("ws://127.0.0.1/ws", {"dialect": "morse"}),
        ("ws://127.0.0.1/ws", {"token": "two lines\n"}),
        ("ws://127.0.0.1/ws", {"token": ""}),
        ("ws://127.0.0.1/ws", {"dialect": "trading", "options": ClientOptions(login_by=LoginBy.FIRST_FRAME)}),
        ("ws://127.0.0.1/ws", {"token": "a-ticket", "options": ClientOptions(login_by=LoginBy.TICKET)}),
    ],
)
async def test_it_refuses_what_can_not_be(url: str, choices: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        TidewireClient(url, **choices)


def test_it_can_be_made_without_a_loop_and_shows_no_secret() -> None:
    client = TidewireClient("ws://user:word@127.0.0.1/ws?token=secret", token="secret-token")
    assert repr(client) == "TidewireClient('ws://127.0.0.1/ws', dialect='market', state='disconnected')"


async def test_connecting_and_disconnecting_twice_is_one_connection(server: HostileServer) -> None:
    client = _client(server)
    await asyncio.gather(client.connect(), client.connect())
    await client.connect()
    assert len(server.peers) == 1
    await asyncio.gather(client.disconnect(), client.disconnect())
    await client.disconnect()
    assert client.state is ConnectionState.DISCONNECTED
    await client.connect()
    assert len(server.peers) == 2
    await client.disconnect()


async def test_it_says_goodbye(server: HostileServer) -> None:
    async with _client(server):
        pass
    await until(lambda: server.peers[0].connection.close_code)
    assert server.peers[0].connection.close_code == 1000
    assert server.peers[0].connection.close_reason == "Client disconnect"


async def test_nothing_is_left_after_a_disconnect(server: HostileServer) -> None:
    tasks, timers = asyncio.all_tasks(), len(_scheduled())
    for _ in range(3):
        client = _client(server)
        async with client:
            client.subscribe("price:BTCUSDT")
            events = client.events("*")
            with pytest.raises(errors.CommandTimeoutError):
                await client.command("never.answered", timeout=0.01)
        with pytest.raises(StopAsyncIteration):
            await anext(events)
        await until(lambda: server.peers[-1].connection.state.name == "CLOSED")
        await until(lambda: asyncio.all_tasks() == tasks)
        await until(lambda: len(_scheduled()) == timers)


async def test_nothing_is_left_after_a_disconnect_while_it_connects() -> None:
    tasks = asyncio.all_tasks()
    async with server_that(Peer.answer_pings) as server:
        client = _client(server)
        connecting = asyncio.create_task(client.connect())
        await until(lambda: server.peers)
        await client.disconnect()
        with pytest.raises(errors.ConnectionClosedError):
            await connecting
        await until(lambda: server.peers[-1].connection.state.name == "CLOSED")
    await until(lambda: asyncio.all_tasks() == tasks)


async def test_nothing_is_left_after_a_disconnect_while_it_waits(server: HostileServer) -> None:
    tasks = asyncio.all_tasks()
    client = _client(server)
    await client.connect()
    server.peers[0].connection.transport.abort()
    await until(lambda: client.state is ConnectionState.RECONNECTING)
    await client.disconnect()
    assert await client.wait_disconnected() is None
    assert len(server.peers) == 1
    await until(lambda: asyncio.all_tasks() == tasks)


async def test_a_cancelled_connect_leaves_the_attempts_and_a_cancelled_with_does_not() -> None:
    async with server_that(Peer.answer_pings) as server:
        client = _client(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.connect()
        assert client.state is ConnectionState.CONNECTING
        await client.disconnect()
    async with server_that(Peer.answer_pings) as server:
        client = _client(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), client:
                pytest.fail("it is not ready")
        assert client.state is ConnectionState.DISCONNECTED


async def test_a_cancelled_disconnect_is_one_all_the_same(server: HostileServer) -> None:
    client = _client(server)
    await client.connect()
    leaving = asyncio.create_task(client.disconnect())
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert client.state is ConnectionState.DISCONNECTED
    await until(lambda: server.peers[0].connection.state.name == "CLOSED")
    await client.connect()
    await client.disconnect()


async def test_a_disconnect_is_quick_where_the_server_does_not_say_goodbye() -> None:
    async def rude(peer: Peer) -> None:
        await peer.say(WELCOME)
        peer.connection.transport.pause_reading()
        await done.wait()

    done = asyncio.Event()
    async with server_that(rude) as server:
        client = _client(server)
        await client.connect()
        began = time.monotonic()
        await client.disconnect()
        assert time.monotonic() - began < 5
        done.set()


async def test_it_reconnects_by_hand_and_at_once(server: HostileServer) -> None:
    client = _client(server)
    async with client:
        await client.reconnect()
        assert len(server.peers) == 2
        server.peers[1].connection.transport.abort()
        await until(lambda: client.state is ConnectionState.RECONNECTING)
        await client.reconnect()
        assert len(server.peers) == 3
        assert client.state is ConnectionState.CONNECTED


async def test_it_can_be_told_from_a_handler_to_leave(server: HostileServer) -> None:
    client = _client(server)
    leaving: list[asyncio.Task[None]] = []
    client.on("connected", lambda _: leaving.append(asyncio.create_task(client.disconnect())))
    await client.connect()
    await asyncio.gather(*leaving)
    assert client.state is ConnectionState.DISCONNECTED


async def test_waiting_for_the_end_tells_why() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        await peer.close(1009, "go away")

    async with server_that(talk) as server:
        client = _client(server)
        assert await client.wait_disconnected() is None
        await client.connect()
        error = await client.wait_disconnected()
        assert isinstance(error, errors.ConnectionClosedError)
        assert error.close_code == 1009
        assert await client.wait_disconnected() is error


async def test_commands_wait_for_a_connection_in_their_order(server: HostileServer) -> None:
    client = _client(server, queue_limit=2, command_timeout=0.5)
    waiting = [asyncio.create_task(client.command(f"number.{number}")) for number in range(2)]
    await until(lambda: client.statistics.queued == 2)
    with pytest.raises(errors.QueueFullError) as full:
        await client.command("one.too.many")
    assert (full.value.code, full.value.limit) == ("QUEUE_FULL", 2)
    async with client:
        await until(lambda: len(server.peers[0].messages) >= 2)
        sent = [message["action"] for message in server.peers[0].messages if message["type"] == "command"]
        assert sent == ["number.0", "number.1"]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [errors.CommandTimeoutError] * 2


async def test_the_time_in_the_queue_counts() -> None:
    client = TidewireClient("ws://127.0.0.1:1/ws")
    with pytest.raises(errors.CommandTimeoutError) as timeout:
        await client.command("market.symbols", timeout=0.05)
    assert (timeout.value.code, timeout.value.seconds) == ("TIMEOUT", 0.05)
    assert client.statistics.queued == 0


async def test_a_cancelled_command_is_forgotten() -> None:
    client = TidewireClient("ws://127.0.0.1:1/ws")
    waiting = asyncio.create_task(client.command("market.symbols"))
    await until(lambda: client.statistics.queued == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert client.statistics.queued == 0


async def test_a_disconnect_refuses_the_commands_under_way(server: HostileServer) -> None:
    client = _client(server)
    async with client:
        waiting = asyncio.create_task(client.command("never.answered"))
        await until(lambda: any(message["type"] == "command" for message in server.peers[0].messages))
    with pytest.raises(errors.CommandClosedError) as closed:
        await waiting
    assert (closed.value.code, closed.value.action) == ("CLOSED", "never.answered")


async def test_bad_frames_are_told_and_change_nothing() -> None:
    bad: list[str | bytes] = [
        "not json",
        "[1]",
        '"text"',
        "{}",
        '{"type":7}',
        '{"type":"price","channel":"a:b","data":{"price":1e999}}',
        b"\0",
    ]

    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME, *bad, '{"type":"from.the.future","value":1.50}', PRICE % "1.50")
        await peer.answer_pings()

    async with server_that(talk) as server:
        client = _client(server)
        told: list[Any] = []
        unknown: list[Any] = []
        client.on("error", told.append)
        client.on_message("from.the.future", unknown.append)
        prices: list[Price] = []
        client.on("price:BTCUSDT", prices.append)
        async with client:
            await until(lambda: prices)
            assert client.state is ConnectionState.CONNECTED
    assert [error.code for error in told] == ["unreadable_frame"] * len(bad)
    assert told[0].text == "not json"
    assert "binary frame of 1 bytes" in told[-1].message
    assert [str(frame["value"]) for frame in unknown] == ["1.50"]
    assert str(prices[0].price) == "1.50"


async def test_a_command_whose_answer_can_not_be_read_fails_at_once() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        command = await peer.expect("command")
        await peer.say(f'{{"type":"response","id":"{command["id"]}","success":true,"data":{{"price":1e999}}}}')
        await peer.answer_pings()

    async with server_that(talk) as server, _client(server) as client:
        told: list[Any] = []
        client.on("error", told.append)
        with pytest.raises(errors.UnreadableFrameError) as unreadable:
            await client.command("market.history")
        assert told == [unreadable.value]


async def test_a_coroutine_function_is_no_handler() -> None:
    client = TidewireClient("ws://127.0.0.1:1/ws")

    async def handler(_: object) -> None:
        """Never called."""

    with pytest.raises(TypeError, match="plain function"):
        client.on("price:BTCUSDT", handler)
    with pytest.raises(TypeError, match="plain function"):
        client.on_message("price", handler)


async def test_a_resync_is_told_by_name_and_on_its_channel(server: HostileServer) -> None:
    client = _client(server)
    by_name: list[Resync] = []
    on_channel: list[Event] = []
    client.on("resync", by_name.append)
    client.on("trades:BTCUSDT", on_channel.append)
    data = '{"from":"2024-12-06T12:00:00.000Z","to":"2024-12-06T12:00:01.500Z","complete":true}'
    async with client:
        await server.peers[0].say(
            f'{{"type":"resync","channel":"trades:BTCUSDT","data":{data},"timestamp":"2024-12-06T12:00:02.000Z"}}'
        )
        await until(lambda: by_name)
    assert on_channel == by_name
    assert (by_name[0].start, by_name[0].end, by_name[0].complete) == (1733486400000, 1733486401500, True)
    assert by_name[0].time == 1733486402000


def _refusing(*, times: int) -> Talk:
    """Return what a server says that refuses `price:BTCUSDT` so often as unavailable."""

    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        for _ in range(times):
            await peer.expect("subscribe")
            await peer.say(UNAVAILABLE)
        await peer.answer_pings()

    return talk


async def test_unavailable_is_asked_for_again_until_it_is_not_wanted() -> None:
    async with server_that(_refusing(times=2)) as server:
        client = _client(server, retry_unavailable_after=0.05)
        told: list[Any] = []
        client.on("error", told.append)
        client.subscribe("price:BTCUSDT")
        async with client:
            await until(lambda: len(told) == 2)
            assert client.channels == ("price:BTCUSDT",)
            timers = len(_scheduled())
            client.unsubscribe("price:BTCUSDT")
            assert len(_scheduled()) == timers - 1
    assert {error.code for error in told} == {"unavailable"}


async def test_what_stays_unavailable_is_asked_for_ever_more_seldom() -> None:
    async with server_that(_refusing(times=4)) as server:
        client = _client(server, retry_unavailable_after=0.05)
        refused_at: list[float] = []
        client.on("error", lambda _: refused_at.append(asyncio.get_running_loop().time()))
        client.subscribe("price:BTCUSDT")
        async with client:
            await until(lambda: len(refused_at) == 4)
    waited = [after - before for before, after in pairwise(refused_at)]
    assert [seconds > least for seconds, least in zip(waited, (0.045, 0.095, 0.195), strict=True)] == [True] * 3


async def test_subscriptions_are_sent_once_and_told_again_on_request(server: HostileServer) -> None:
    client = _client(server)
    async with client:
        client.subscribe(["price:BTCUSDT"], throttle_ms=500, batch=True)
        client.subscribe("price:BTCUSDT")
        client.resubscribe()
        client.unsubscribe(["price:BTCUSDT", "price:ETHUSDT"])
        client.unsubscribe("price:BTCUSDT")
        await until(lambda: any(message["type"] == "unsubscribe" for message in server.peers[0].messages))
    asked = [message for message in server.peers[0].messages if message["type"] != "ping"]
    subscribe = {"type": "subscribe", "channels": ["price:BTCUSDT"], "throttle_ms": 500, "batch": True}
    assert asked == [subscribe, subscribe, {"type": "unsubscribe", "channels": ["price:BTCUSDT"]}]


async def test_the_value_of_disconnected_is_none_for_ones_own(server: HostileServer) -> None:
    client = _client(server)
    told: list[Disconnected] = []
    client.on("disconnected", told.append)
    async with client:
        pass
    assert told == [Disconnected(None)]


async def test_statistics_count(server: HostileServer) -> None:
    client = _client(server)
    async with client:
        client.subscribe("price:BTCUSDT")
        await server.peers[0].say(PRICE % 1)
        await until(lambda: client.statistics.frames_received == 3)
        statistics = client.statistics
        assert (statistics.subscriptions, statistics.queued, statistics.disconnections) == (1, 0, 0)
        assert statistics.frames_sent == 2
        assert statistics.connected_at is not None
        assert abs(statistics.connected_at - time.time() * 1000) < 60_000
    assert client.statistics.connected_at is None
