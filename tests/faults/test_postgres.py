"""PostgreSQL goes away, or stands still: prices don't, what needs the database is refused, and nothing is lost."""

import asyncio
import json
import secrets
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Stage
from tests.faults.duty import Duty, duty_of
from tests.faults.readers import Reader, Readers, reading
from tests.faults.watching import ANSWER_SECONDS, answer_of, until_part, until_well
from tests.processes import Process
from tests.waiting import until_now

AWAY_SECONDS = 7.0
"""Longer than the lease of the bridge: then the one that stands by may have it as well as the one that had it."""
COMMAND_SECONDS = 30.0
"""A command is answered after 25 s at most, whatever is away (WS_COMMAND_SECONDS)."""
RULE = {
    "name": "a rule",
    "source": "price",
    "symbol": "BTCUSDT",
    "trigger": "once",
    "operator": "above",
    "threshold": 9e6,
}


@pytest.fixture
def bridges(stage: Stage) -> Iterator[list[Process]]:
    """The stage's bridge, and another one that stands by; in the end the stage's own serves again."""
    own = stage.deployment.processes["bridge"]
    with Process.command("run_bridge", environment=stage.deployment.environment) as other:
        other.wait_for(Duty.STANDS_BY)
        yield [own, other]
    until_now(lambda: duty_of(own) is Duty.SERVES)


async def test_prices_go_on_while_postgres_is_away_and_what_needs_it_is_refused_until_it_is_back(
    stage: Stage, bridges: list[Process]
) -> None:
    deployment = stage.deployment
    async with reading(deployment) as readers:
        requester, command = readers.all[0], secrets.token_hex(8)
        kept = await _create_rule(requester, secrets.token_hex(8))
        assert kept["success"], kept
        held = await asyncio.to_thread(_lease, stage)
        await asyncio.to_thread(stage.postgres.stop, signal.SIGQUIT)  # as a power cut does; the readers read on
        stopped_at = time.monotonic()
        refused = await _create_rule(requester, command)
        logins = [await _log_in(gateway) for gateway in deployment.gateways]
        await asyncio.sleep(max(0.0, stopped_at + AWAY_SECONDS - time.monotonic()))
        await readers.until_fresh(seconds=ANSWER_SECONDS)
        await asyncio.to_thread(stage.postgres.start)
        assert [(status, body["error"]["code"]) for status, body in logins] == [(503, "UNAVAILABLE")] * 2
        assert (refused["success"], refused["error"]["code"]) == (False, "UNAVAILABLE")
        await until_well(deployment, readers)
        await asyncio.to_thread(_check_that_one_serves, stage, bridges, held)
        made = [await _create_rule(requester, command) for _ in range(2)]
        assert made[0]["success"]
        assert made[0]["data"] == made[1]["data"]
        rules = await _rules(requester)
        assert [rules[one["data"]["id"]] for one in (kept, made[0])] == [1, 1]
        await _check_that_nothing_was_lost(stage, readers)


async def test_nothing_hangs_while_postgres_stands_still_and_all_goes_on_afterwards(
    stage: Stage, bridges: list[Process]
) -> None:
    deployment = stage.deployment
    async with reading(deployment) as readers:
        requester, command = readers.all[0], secrets.token_hex(8)
        held = await asyncio.to_thread(_lease, stage)
        with stage.postgres.paused():
            paused_at = time.monotonic()
            for gateway in deployment.gateways:
                await until_part(gateway, "database", "down")
                assert (await answer_of(f"{gateway}/ready"))[0] == 503
            hanging = asyncio.create_task(_create_rule(requester, command))
            for reader in readers.all:
                assert (await reader.command("session.subscriptions", seconds=ANSWER_SECONDS))["success"]
                assert (await reader.command("session.quality", seconds=ANSWER_SECONDS))["success"]
            await asyncio.sleep(max(0.0, paused_at + AWAY_SECONDS - time.monotonic()))
            await readers.until_fresh(seconds=ANSWER_SECONDS)
        answer = await hanging
        assert answer["success"] or answer["error"]["code"] == "UNAVAILABLE", answer
        await until_well(deployment, readers)
        await asyncio.to_thread(_check_that_one_serves, stage, bridges, held)
        made = await _create_rule(requester, command)
        assert made["success"], made
        assert (await _rules(requester))[made["data"]["id"]] == 1
        await _check_that_nothing_was_lost(stage, readers)


async def _check_that_nothing_was_lost(stage: Stage, readers: Readers) -> None:
    assert readers.closed == {}
    assert all(resync.complete for reader in readers.all for _, resync in reader.resyncs)
    await readers.assert_told()
    await _until_stored(stage, readers)


def _check_that_one_serves(stage: Stage, bridges: list[Process], held: tuple[str, int]) -> None:
    """Wait until one of two bridges serves and the other stands by; the lease has changed hands once at most."""
    until_now(lambda: {duty_of(bridge) for bridge in bridges} == set(Duty), explain=lambda: bridges[0].output)
    (serving,) = (bridge for bridge in bridges if duty_of(bridge) is Duty.SERVES)
    holder, token = _lease(stage)
    assert f"-{serving.id}-" in holder
    assert token == held[1] + (holder != held[0])


async def _rules(reader: Reader) -> Counter[int]:
    """Return how often each of the user's rules is there."""
    listed = await reader.command("alerts.list", seconds=ANSWER_SECONDS)
    return Counter(rule["id"] for rule in listed["data"]["items"])


async def _until_stored(stage: Stage, readers: Readers) -> None:
    """Wait until each closed candle that a client was told is stored, once."""
    told = {time for reader in readers.all for time in reader.closed_candles}

    def stored() -> Counter[int]:
        with psycopg.connect(stage.postgres.url) as connection:
            rows = connection.execute(
                "SELECT open_time FROM market_candle WHERE symbol = 'BTCUSDT' AND interval = '1s'"
            ).fetchall()
        return Counter(open_time for (open_time,) in rows)

    await asyncio.to_thread(until_now, lambda: told <= stored().keys())
    assert max(stored().values()) == 1


async def _create_rule(reader: Reader, command: str) -> dict[str, Any]:
    before = len(reader.answers)
    await reader.ask("command", id=command, action="alerts.create", params={**RULE, "name": command})
    return await reader.answer(
        lambda frame: frame.get("id") == command and frame in reader.answers[before:], seconds=COMMAND_SECONDS
    )


async def _log_in(gateway: str) -> tuple[int, Any]:
    body = json.dumps({"username": "demo", "password": "demo"}).encode()
    return await answer_of(f"{gateway}/api/v1/auth/token/", body)


def _lease(stage: Stage) -> tuple[str, int]:
    """Return who holds the bridge's lease, and its fencing number, which grows whenever it is taken anew."""
    with psycopg.connect(stage.postgres.url) as connection:
        row = connection.execute("SELECT holder, token FROM streaming_lease WHERE name = 'bridge'").fetchone()
    assert row is not None
    return row[0], row[1]
