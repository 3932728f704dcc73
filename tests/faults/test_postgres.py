"""PostgreSQL goes away, or stands still: prices don't, what needs the database is refused, and nothing is lost."""

import asyncio
import json
import secrets
import signal
import time
from collections import Counter
from typing import Any

import psycopg

from tests.faults.conftest import Stage
from tests.faults.readers import Reader, Readers, reading
from tests.faults.watching import ANSWER_SECONDS, answer_of, until_part, until_well
from tests.waiting import until_now

PAUSE_SECONDS = 10.0
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


async def test_prices_go_on_while_postgres_is_away_and_what_needs_it_is_refused_until_it_is_back(stage: Stage) -> None:
    deployment = stage.deployment
    async with reading(deployment) as readers:
        asker, command = readers.all[0], secrets.token_hex(8)
        kept = await _create_rule(asker, secrets.token_hex(8))
        assert kept["success"], kept
        held = _lease_holder(stage, "bridge")
        stage.postgres.stop(signal.SIGQUIT)  # as a power cut does
        refused = await _create_rule(asker, command)
        logins = [await _log_in(gateway) for gateway in deployment.gateways]
        await readers.until_fresh(seconds=ANSWER_SECONDS)
        stage.postgres.start()
        assert [(status, body["error"]["code"]) for status, body in logins] == [(503, "UNAVAILABLE")] * 2
        assert (refused["success"], refused["error"]["code"]) == (False, "UNAVAILABLE")
        await until_well(deployment, readers)
        assert _lease_holder(stage, "bridge") == held
        made = [await _create_rule(asker, command) for _ in range(2)]
        assert made[0]["success"]
        assert made[0]["data"] == made[1]["data"]
        rules = await _rules(asker)
        assert [rules[one["data"]["id"]] for one in (kept, made[0])] == [1, 1]
        assert readers.closed == {}
        assert all(resync.complete for reader in readers.all for _, resync in reader.resyncs)
        await readers.assert_told()
        await _until_stored(stage, readers)


async def test_nothing_hangs_while_postgres_stands_still_and_all_goes_on_afterwards(stage: Stage) -> None:
    deployment = stage.deployment
    async with reading(deployment) as readers:
        asker, command = readers.all[0], secrets.token_hex(8)
        with stage.postgres.paused():
            paused_at = time.monotonic()
            for gateway in deployment.gateways:
                await until_part(gateway, "database", "down")
                assert (await answer_of(f"{gateway}/ready"))[0] == 503
            hanging = asyncio.create_task(_create_rule(asker, command))
            for reader in readers.all:
                assert (await reader.command("session.subscriptions", seconds=ANSWER_SECONDS))["success"]
                assert (await reader.command("session.quality", seconds=ANSWER_SECONDS))["success"]
            await asyncio.sleep(max(0.0, paused_at + PAUSE_SECONDS - time.monotonic()))  # past the bridge's lease
            await readers.until_fresh(seconds=ANSWER_SECONDS)
        answer = await hanging
        assert answer["success"] or answer["error"]["code"] == "UNAVAILABLE", answer
        await until_well(deployment, readers)
        made = await _create_rule(asker, command)
        assert made["success"], made
        assert (await _rules(asker))[made["data"]["id"]] == 1
        assert readers.closed == {}
        assert all(resync.complete for reader in readers.all for _, resync in reader.resyncs)
        await readers.assert_told()
        await _until_stored(stage, readers)


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


def _lease_holder(stage: Stage, name: str) -> str:
    with psycopg.connect(stage.postgres.url) as connection:
        row = connection.execute("SELECT holder FROM streaming_lease WHERE name = %s", (name,)).fetchone()
    assert row is not None
    return str(row[0])
