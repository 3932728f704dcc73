"""Redis goes away, or stands still, while prices flow: clients stay, are told what they missed, and prices go on."""

import asyncio
import operator
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import redis

from alerts.events import Notification, NotificationKind, Severity
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.redis_layer import RedisLayer
from tests.deployments import Deployment, fetch_json
from tests.faults.conftest import Stage
from tests.faults.readers import Reader, Readers, reading
from tests.faults.watching import ANSWER_SECONDS, answer_of, until_part, until_well
from tests.processes import Process
from tests.soak.clients.notes import now_ms
from tests.soak.judging.types import Resync
from tests.waiting import until
from tests.wire.client import Client, Frame, connected

QUIET = "XRPUSDT"
QUIET_TRADES, QUIET_PRICE = f"trades:{QUIET}", f"price:{QUIET}"
QUIET_STREAMS = "xrpusdt@trade,xrpusdt@ticker"
FOLLOWING_TRADES = 10
TOLD_SECONDS = 8.0
"""Less than what it takes until a value is told once more because it is stale."""
BACK_SECONDS = 15.0
LISTENERS = ("gateway 1", "gateway 2", "bridge")
GIVEN_UP_SECONDS = 30.0
LISTENING = ("subscribe", "psubscribe", "ssubscribe")
"""Redis' commands of those who listen."""
COMMANDS = ("session.quality", "market.symbols", "alerts.list")
"""What is answered from the connection, from the process's memory, and from the database."""


async def test_it_goes_on_after_redis_was_restarted_and_says_what_was_lost(stage: Stage) -> None:
    async with reading(stage.deployment) as readers:
        await asyncio.to_thread(stage.redis.restart, signal.SIGKILL)  # the readers read on
        await readers.until_fresh(seconds=BACK_SECONDS)
        await until_well(stage.deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()


async def test_it_brings_or_tells_what_redis_lost_for_gateways_that_it_cut_off(stage: Stage) -> None:
    """Trades come from the history, even of a symbol that is silent ever since; of what has none, it tells."""
    deployment = stage.deployment
    layer = RedisLayer(hosts=[stage.redis.url], prefix=deployment.environment["REDIS_PREFIX"])
    hub = Hub(layer, topic_registry())
    async with AsyncExitStack() as stack, reading(deployment) as readers:
        quiet = [await stack.enter_async_context(connected(deployment.socket_url_of(index))) for index in (0, 1)]
        await until_quiet_ones_hear(quiet)
        user_id = await user_id_of(readers.all[0], deployment.token())
        for reader in readers.all:
            await reader.ask("subscribe", channels=["notifications"])
        await publish_until_heard(hub, user_id, readers.all)
        with cut_off(stage.redis.url):
            for gateway in deployment.gateways:
                await until_part(gateway, "channel_layer", "down")
            began = now_ms()
            await hub.publish(notification("lost"), owner=user_id)
            sent = await newest_trade_of(deployment.exchange)
            stack.enter_context(silenced(deployment.exchange))
            made = await until_traded(deployment.exchange)
            for client in quiet:  # what came before the cut is read
                await client.send({"type": "ping"})
                await client.next_of("pong")
        for client in quiet:
            await check_quiet(client, sent, made, deployment)
        await readers.until_fresh(seconds=BACK_SECONDS)
        for reader in readers.all:
            told = {(channel.split(":")[0].rstrip("s"), resync.complete) for channel, resync in reader.resyncs}
            assert ("depth", True) in told, f"{reader.name}: {told}"
            assert ("trade", False) not in told, f"{reader.name}: {reader.resyncs}"
            await check_news(reader, began)
        await until_well(deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()
    await layer.flush()


async def until_quiet_ones_hear(quiet: list[Client]) -> None:
    """Subscribe the symbol that will be silent, and wait until it speaks."""
    for client in quiet:
        await client.subscribe(QUIET_TRADES, QUIET_PRICE)
        await client.next_of("price", QUIET_PRICE)
        await client.next_of("trade", QUIET_TRADES)


async def check_quiet(client: Client, sent: int, made: int, deployment: Deployment) -> None:
    """Check that a client gets soon what was lost of the symbol that is silent ever since, and its last values.

    Trades up to `sent` were sent to the platform, and none behind `made`.
    """
    before = trades_of(client)[-1]
    assert before < sent, "nothing was lost"
    prices = 0
    async with asyncio.timeout(TOLD_SECONDS):
        while trades_of(client)[-1] < sent or not prices:
            frame = await client.next(lambda frame: "channel" in frame)
            if frame["type"] == "price":
                prices += 1
                assert not frame["data"].get("stale")
    trades = trades_of(client)
    resyncs = [frame for frame in client.frames if frame["type"] == "resync"]
    assert trades == list(range(trades[0], trades[-1] + 1)), f"told: {resyncs}\n{deployment.account()}"
    assert trades[-1] <= made


def trades_of(client: Client) -> list[int]:
    """Return the ids of the quiet symbol's trades that a client has read."""
    return [frame["data"]["tradeId"] for frame in client.frames if frame["type"] == "trade"]


async def check_news(reader: Reader, began: int) -> None:
    """Check that a user is told that notifications may be lost since before `began`."""
    await until(lambda: resyncs_of_notifications(reader), seconds=BACK_SECONDS)
    (told,) = resyncs_of_notifications(reader)
    assert not told.complete
    assert told.start <= began <= told.end
    assert "lost" not in reader.notifications


async def test_nothing_hangs_while_redis_stands_still_and_it_is_given_up_with_a_word_of_what_may_be_lost(
    stage: Stage,
) -> None:
    gateways = stage.deployment.gateways
    listeners = [stage.deployment.processes[name] for name in LISTENERS]
    async with AsyncExitStack() as stack, reading(stage.deployment) as readers:
        await user_id_of(readers.all[0], stage.deployment.token())
        await readers.all[0].ask("subscribe", channels=["notifications"])
        before = times_given_up(listeners)
        with stage.redis.paused():
            for gateway in gateways:
                await until_part(gateway, "channel_layer", "down")
                assert (await answer_of(f"{gateway}/ready"))[0] == 503
            await _ask_all(readers)
            new = await stack.enter_async_context(connected(stage.deployment.socket_url))
            await new.subscribe("trades:XRPUSDT")
            await until(lambda: all(map(operator.gt, times_given_up(listeners), before)), seconds=GIVEN_UP_SECONDS)
        await new.next_of("subscribed")
        await new.next_of("trade")
        await readers.until_fresh(seconds=BACK_SECONDS)
        await until(lambda: resyncs_of_notifications(readers.all[0]), seconds=BACK_SECONDS)
        await until_well(stage.deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()


def times_given_up(processes: list[Process]) -> list[int]:
    """Return how often the connection over which each listens has ended."""
    return [process.output.count("the connection that listens to Redis has ended") for process in processes]


@contextmanager
def cut_off(url: str) -> Iterator[None]:
    """Let Redis cut off whoever listens, and let nobody listen meanwhile; who sends or asks may, also who connects."""
    with redis.Redis.from_url(url, single_connection_client=True) as staff:
        staff.execute_command("ACL", "SETUSER", "default", *(f"-{command}" for command in LISTENING))
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        try:
            yield
        finally:
            staff.execute_command("ACL", "SETUSER", "default", *(f"+{command}" for command in LISTENING))


@contextmanager
def silenced(exchange: str) -> Iterator[None]:
    """Let the exchange send nothing more of the quiet symbol, though it is traded."""
    fetch_json(f"{exchange}/simulator/faults/silence?streams={QUIET_STREAMS}")
    try:
        yield
    finally:
        fetch_json(f"{exchange}/simulator/faults/silence/end")


async def until_traded(exchange: str) -> int:
    """Return the newest trade's id of the quiet symbol, once so many follow that nothing of it is under way."""
    last = await newest_trade_of(exchange)
    following: list[Frame] = []
    while len(following) < FOLLOWING_TRADES:
        following = await trades_from(exchange, last)
    return last


async def newest_trade_of(exchange: str) -> int:
    """Return the newest trade's id of the quiet symbol."""
    newest: int = (await trades_from(exchange, 0))[-1]["id"]
    return newest


async def trades_from(exchange: str, first: int) -> list[Frame]:
    """Return the quiet symbol's trades as the exchange made them, from an id on."""
    trades: list[Frame] = await asyncio.to_thread(
        fetch_json, f"{exchange}/simulator/trades?symbol={QUIET}&from_id={first}"
    )
    return trades


async def user_id_of(reader: Reader, token: str) -> str:
    """Return whose token it is."""
    await reader.ask("auth", token=token)
    answer = await reader.answer(lambda frame: frame["type"] == "auth_result", seconds=ANSWER_SECONDS)
    user_id: str = answer["data"]["user_id"]
    return user_id


async def publish_until_heard(hub: Hub, user_id: str, readers: list[Reader]) -> None:
    """Publish notifications until each reader has heard one: then it is subscribed."""
    async with asyncio.timeout(ANSWER_SECONDS):
        while not all(reader.notifications for reader in readers):
            await hub.publish(notification("heard"), owner=user_id)
            await asyncio.sleep(0.1)


def notification(title: str) -> Notification:
    return Notification(
        id=1, seq=1, kind=NotificationKind.SYSTEM, severity=Severity.INFO, title=title, body="", time=now_ms()
    )


def resyncs_of_notifications(reader: Reader) -> list[Resync]:
    return [resync for channel, resync in reader.resyncs if channel == "notifications"]


async def _ask_all(readers: Readers) -> None:
    """Check that pings and commands of every client are answered while Redis isn't there."""
    for reader in readers.all:
        await reader.ask("ping")
        for action in COMMANDS:
            await reader.ask("command", id=action, action=action, params={})
    for reader in readers.all:
        await reader.answer(lambda frame: frame["type"] == "pong", seconds=ANSWER_SECONDS)
        for action in COMMANDS:
            answer = await reader.response(action, seconds=ANSWER_SECONDS)
            assert answer["success"], (reader.name, answer)
