"""What is subscribed at Redis: over a connection that is looked after, and made anew."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from contextvars import ContextVar
from typing import Any

import hiredis
import pytest
import redis
from redis.asyncio.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from streaming.clock import SystemClock
from streaming.layer.redis_subscriptions import CHECK_SECONDS, RedisSubscriptions
from tests.own_services import OwnService, own_redis
from tests.waiting import until

pytestmark = pytest.mark.redis


@pytest.fixture(scope="module")
def server() -> Iterator[OwnService]:
    with own_redis() as running:
        yield running


class Heard:
    """What `RedisSubscriptions` said, in order."""

    def __init__(self) -> None:
        self.all: list[tuple[str, bytes] | str] = []
        self.since = 0
        """Of the newest reconnecting, in ms since the epoch."""

    def take(self, channel: str, body: bytes) -> None:
        self.all.append((channel, body))

    def reconnected(self, since: int) -> None:
        assert since > 0
        self.since = since
        self.all.append("reconnected")


@asynccontextmanager
async def listening(
    url: str, *, check_seconds: float = CHECK_SECONDS
) -> AsyncIterator[tuple[RedisSubscriptions, Heard]]:
    pool, heard = ConnectionPool.from_url(url, socket_timeout=1), Heard()
    subscriptions = RedisSubscriptions(
        pool, receive=heard.take, reconnected=heard.reconnected, check_seconds=check_seconds
    )
    try:
        yield subscriptions, heard
    finally:
        await subscriptions.close()
        await pool.aclose()


def subscribed(staff: redis.Redis, *channels: str) -> Callable[[], bool]:
    """Return what says whether each channel has one subscriber, and there is no connection that has none."""
    return lambda: (
        [count for _, count in staff.pubsub_numsub(*channels)] == [1] * len(channels)
        and len(staff.client_list("pubsub")) == 1
    )


@asynccontextmanager
async def hearing(
    server: OwnService, *channels: str, check_seconds: float = CHECK_SECONDS
) -> AsyncIterator[tuple[Any, RedisSubscriptions, Heard]]:
    """Listen to channels; yield who looks on, what listens, and what it hears. Nothing is left behind."""
    with redis.Redis.from_url(server.url) as staff:
        async with listening(server.url, check_seconds=check_seconds) as (subscriptions, heard):
            for channel in channels:
                await subscriptions.subscribe(channel)
            await until(subscribed(staff, *channels))
            yield staff, subscriptions, heard
        await until(lambda: staff.client_list("pubsub") == [])


async def test_what_is_subscribed_is_heard_until_it_is_not(server: OwnService) -> None:
    async with hearing(server, "a", "b") as (staff, subscriptions, heard):
        staff.publish("a", b"1")
        staff.publish("b", b"2")
        await until(lambda: len(heard.all) == 2)
        await subscriptions.unsubscribe("a")
        await until(lambda: staff.pubsub_numsub("a")[0][1] == 0)
        staff.publish("a", b"3")
        staff.publish("b", b"4")
        await until(lambda: len(heard.all) == 3)
        assert heard.all == [("a", b"1"), ("b", b"2"), ("b", b"4")]


async def test_all_who_come_first_share_one_connection(server: OwnService) -> None:
    channels = [f"c{number}" for number in range(20)]
    with redis.Redis.from_url(server.url) as staff:
        async with listening(server.url) as (subscriptions, _):
            await asyncio.gather(*map(subscriptions.subscribe, channels))
            await until(subscribed(staff, *channels))


async def test_all_is_subscribed_anew_over_one_connection_and_told_once(server: OwnService) -> None:
    async with hearing(server, "a", "b") as (staff, subscriptions, heard):
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await asyncio.gather(*map(subscriptions.subscribe, ("c", "d")))
        await until(subscribed(staff, "a", "b", "c", "d"))
        staff.publish("d", b"1")
        await until(lambda: ("d", b"1") in heard.all)
        assert heard.all == ["reconnected", ("d", b"1")]


async def test_a_redis_that_is_away_refuses_and_is_asked_until_it_is_back(server: OwnService) -> None:
    async with listening(server.url) as (subscriptions, heard):
        await subscriptions.subscribe("a")
        with redis.Redis.from_url(server.url) as staff:
            await until(subscribed(staff, "a"))
        server.stop()
        with pytest.raises(RedisConnectionError):
            await eventually_refused(subscriptions)
        server.start()
        with redis.Redis.from_url(server.url) as staff:
            await until(subscribed(staff, "a"))
            assert staff.pubsub_numsub("refused")[0][1] == 0
        await until(lambda: heard.all == ["reconnected"])


async def test_who_subscribes_while_it_waits_to_connect_anew_makes_the_only_connection(server: OwnService) -> None:
    async with hearing(server, "a") as (staff, subscriptions, heard):
        staff.publish("a", b"0")
        await until(lambda: heard.all == [("a", b"0")])
        subscriptions._pause = 2.0  # as after some failures
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await until(lambda: subscriptions._reconnecting is not None)
        await subscriptions.subscribe("b")
        assert subscriptions._reconnecting is not None
        assert not subscriptions._reconnecting.done()
        await subscriptions._reconnecting
        await until(subscribed(staff, "a", "b"))
        for channel in ("a", "b"):
            staff.publish(channel, b"1")
        await until(lambda: ("b", b"1") in heard.all)
        assert heard.all == [("a", b"0"), "reconnected", ("a", b"1"), ("b", b"1")]


async def eventually_refused(subscriptions: RedisSubscriptions) -> None:
    """Subscribe until that fails: the end of the connection may not have been noticed yet."""
    async with asyncio.timeout(10):
        while True:
            await subscriptions.subscribe("refused")
            await subscriptions.unsubscribe("refused")
            await asyncio.sleep(0)


async def test_silence_is_no_fault_where_redis_answers(server: OwnService) -> None:
    async with hearing(server, "a", check_seconds=0.5) as (staff, _, heard):
        [before] = staff.client_list("pubsub")
        await until(lambda: staff.client_list("pubsub")[0]["cmd"] == "ping")
        pings = staff.info("commandstats")["cmdstat_ping"]["calls"]
        await until(lambda: staff.info("commandstats")["cmdstat_ping"]["calls"] > pings + 2)
        assert [client["id"] for client in staff.client_list("pubsub")] == [before["id"]]
        assert heard.all == []


async def test_a_redis_that_says_nothing_any_more_is_given_up(server: OwnService) -> None:
    async with hearing(server, "a", check_seconds=0.5) as (staff, _, heard):
        seen = len(heard.all)
        with server.paused(), capture_logs() as logs:
            ended = "the connection that listens to Redis has ended; connecting anew"
            await until(lambda: any(line["event"] == ended for line in logs))
        await until(lambda: len(heard.all) > seen)
        assert set(heard.all) == {"reconnected"}
        await until(subscribed(staff, "a"))


async def test_what_redis_refuses_is_logged_and_keeps_nothing_else_from_being_heard(server: OwnService) -> None:
    with redis.Redis.from_url(server.url) as staff:
        async with listening(limited_to(staff, server, "mine")) as (subscriptions, heard):
            with capture_logs() as logs:
                await subscriptions.subscribe("mine")
                await subscriptions.subscribe("others")
                await until(lambda: any("NOPERM" in line.get("reason", "") for line in logs))
            staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            await until(lambda: heard.all == ["reconnected"])
            staff.publish("mine", b"1")
            await until(lambda: heard.all == ["reconnected", ("mine", b"1")])


def limited_to(staff: redis.Redis, server: OwnService, channel: str) -> str:
    """Let a user listen to one channel; return the address with its name."""
    staff.acl_setuser(
        "limited", enabled=True, reset=True, passwords=["+secret"], commands=["+@all"], channels=[channel]
    )
    return server.url.replace("redis://", "redis://limited:secret@")


async def test_all_that_redis_refuses_after_a_cut_is_asked_for_until_it_is_granted(server: OwnService) -> None:
    with redis.Redis.from_url(server.url) as staff:
        async with listening(limited_to(staff, server, "mine")) as (subscriptions, heard):
            await subscriptions.subscribe("mine")
            await until(subscribed(staff, "mine"))
            with capture_logs() as logs:
                limited_to(staff, server, "nothing")  # which cuts off who listens to anything else
                began = time.monotonic()
                await until(lambda: refusals(logs))
                refused_at = SystemClock().now_ms()
                await until(lambda: refusals(logs) > 4)
                assert time.monotonic() - began > 0.1 + 0.2 + 0.4, "nothing waits between two attempts"
            limited_to(staff, server, "mine")
            await until(subscribed(staff, "mine"))
            await until(lambda: heard.all == ["reconnected"])
            assert heard.since <= refused_at, "what was sent while it refused has not come"


async def test_what_is_granted_one_by_one_is_told_once_all_is_answered() -> None:
    async with slow_redis(refused="c", slow="b") as (url, answered), listening(url) as (subscriptions, heard):
        told_after: list[set[str]] = []
        subscriptions._reconnected = lambda _: told_after.append(set(answered))
        for channel in ("a", "b", "c"):
            await subscriptions.subscribe(channel)
        await until(lambda: len(heard.all) == 2)
        assert told_after == [{"a", "b", "c"}]
        assert set(heard.all) == {("a", b"1"), ("b", b"1")}


@asynccontextmanager
async def slow_redis(*, refused: str, slow: str) -> AsyncIterator[tuple[str, set[str]]]:
    """Run a `SlowRedis`; yield its address, and what it has answered on the newest connection."""
    playing = SlowRedis(refused, slow)
    server = await asyncio.start_server(playing.serve, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}?protocol=2", playing.answered
    finally:
        server.close()
        await asyncio.gather(*filter(None, playing.connections))


class SlowRedis:
    """Plays a Redis that ends the first connection once all is asked for, and refuses a channel, with all named beside.

    What is granted is followed by a message; one channel's answer is late.
    """

    def __init__(self, refused: str, slow: str) -> None:
        self._refused = refused
        self._slow = slow
        self.connections: list[asyncio.Task[None] | None] = []
        self.answered: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.current_task())
        self.answered.clear()
        commands = hiredis.Reader()
        with closing(writer), suppress(ConnectionError):  # the other side aborts
            while data := await reader.read(1000):
                commands.feed(data)
                while (command := commands.gets()) is not False:
                    await self._answer(writer, *(word.decode() for word in command))

    async def _answer(self, writer: asyncio.StreamWriter, command: str, *channels: str) -> None:
        if command != "SUBSCRIBE":
            writer.write(b"+OK\r\n")
        elif len(self.connections) > 1:
            await self._answer_again(writer, channels)
        elif self._refused in channels:
            writer.close()

    async def _answer_again(self, writer: asyncio.StreamWriter, channels: Sequence[str]) -> None:
        if channels == (self._slow,):
            await writer.drain()
            await asyncio.sleep(0.1)
        self.answered.update(channels)
        if self._refused not in channels:
            writer.write(confirmation(channels[0]) + packed("message", channels[0], "1"))
        elif len(channels) > 1:
            writer.write(b"-NOPERM\r\n" + confirmation("which another asked for meanwhile"))
        else:
            writer.write(b"-NOPERM\r\n")


def confirmation(channel: str) -> bytes:
    return packed("subscribe", channel, 1)


def packed(*words: str | int) -> bytes:
    return bytes(hiredis.pack_command(words))  # type: ignore[arg-type]  # its types know of a single word only


def refusals(logs: Sequence[Mapping[str, object]]) -> int:
    """Return how often Redis was said to refuse something."""
    return sum(line["event"] == "Redis refused what was asked of it" for line in logs)


async def test_what_comes_is_handled_in_nobodys_context(server: OwnService) -> None:
    requester = ContextVar("requester", default="nobody")
    requesters: list[str] = []
    pool = ConnectionPool.from_url(server.url)
    subscriptions = RedisSubscriptions(
        pool,
        receive=lambda *_: requesters.append(requester.get()),
        reconnected=lambda _: requesters.append(requester.get()),
    )
    with redis.Redis.from_url(server.url) as staff:
        requester.set("whoever came first")
        await subscriptions.subscribe("a")
        await until(subscribed(staff, "a"))
        staff.publish("a", b"1")
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        await until(lambda: requesters == ["nobody", "nobody"])
    await subscriptions.close()


@pytest.mark.parametrize("turns", range(8))
async def test_nothing_is_subscribed_after_the_end(server: OwnService, turns: int) -> None:
    async with listening(server.url) as (subscriptions, _):
        waiting = asyncio.create_task(subscriptions.subscribe("a"))
        for _turn in range(turns):  # so that it ends at each step of connecting
            await asyncio.sleep(0)
        await subscriptions.close()
        await asyncio.gather(waiting, return_exceptions=True)
        with pytest.raises(RedisConnectionError):
            await subscriptions.subscribe("b")
        with redis.Redis.from_url(server.url) as staff:
            await until(lambda: staff.client_list("pubsub") == [])


async def test_an_end_while_it_connects_anew_is_the_end(server: OwnService) -> None:
    async with listening(server.url) as (subscriptions, _):
        await subscriptions.subscribe("a")
        with redis.Redis.from_url(server.url) as staff:
            await until(subscribed(staff, "a"))
        server.stop()
        await until(lambda: subscriptions._pause > 0)
        await subscriptions.close()
        server.start()
        assert subscriptions._reconnecting is not None
        assert subscriptions._reconnecting.done()
        with redis.Redis.from_url(server.url) as staff:
            assert staff.client_list("pubsub") == []
