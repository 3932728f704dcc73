"""Redis goes away, or stands still, while prices flow: clients stay, are told what they missed, and prices go on."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import redis

from tests.faults.conftest import Stage
from tests.faults.readers import Readers, reading
from tests.faults.watching import ANSWER_SECONDS, answer_of, until_part, until_well
from tests.wire.client import connected

PAUSE_SECONDS = 10.0
BACK_SECONDS = 15.0
COMMANDS = ("session.quality", "market.symbols", "alerts.list")
"""What is answered from the connection, from the process's memory, and from the database."""


async def test_it_goes_on_after_redis_was_restarted_and_says_what_was_lost(stage: Stage) -> None:
    async with reading(stage.deployment) as readers:
        stage.redis.restart(signal.SIGKILL)
        await readers.until_fresh(seconds=BACK_SECONDS)
        await until_well(stage.deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()


async def test_it_says_what_redis_lost_for_gateways_that_it_cut_off(stage: Stage) -> None:
    async with reading(stage.deployment) as readers:
        with cut_off(stage.redis.url):
            for gateway in stage.deployment.gateways:
                await until_part(gateway, "channel_layer", "down")
        await readers.until_fresh(seconds=BACK_SECONDS)
        for reader in readers.all:
            told = {channel.split(":")[0].rstrip("s"): resync.complete for channel, resync in reader.resyncs}
            assert told.items() >= {"trade": False, "depth": True}.items(), f"{reader.name}: {told}"
        await until_well(stage.deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()


async def test_nothing_hangs_while_redis_stands_still_and_all_goes_on_afterwards(stage: Stage) -> None:
    gateways = stage.deployment.gateways
    async with AsyncExitStack() as stack, reading(stage.deployment) as readers:
        with stage.redis.paused():
            paused_at = time.monotonic()
            for gateway in gateways:
                await until_part(gateway, "channel_layer", "down")
                assert (await answer_of(f"{gateway}/ready"))[0] == 503
            await _ask_all(readers)
            new = await stack.enter_async_context(connected(stage.deployment.socket_url))
            await new.subscribe("trades:XRPUSDT")
            await asyncio.sleep(max(0.0, paused_at + PAUSE_SECONDS - time.monotonic()))  # the pause itself
        await new.next_of("subscribed")
        await new.next_of("trade")
        await readers.until_fresh(seconds=BACK_SECONDS)
        await until_well(stage.deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()


@contextmanager
def cut_off(url: str) -> Iterator[None]:
    """Let Redis cut off whoever listens, and let nobody in meanwhile; who sends has a connection, and keeps it."""
    with redis.Redis.from_url(url, single_connection_client=True) as staff:
        most = staff.config_get("maxclients")["maxclients"]
        staff.config_set("maxclients", 1)
        staff.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        try:
            yield
        finally:
            staff.config_set("maxclients", most)


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
