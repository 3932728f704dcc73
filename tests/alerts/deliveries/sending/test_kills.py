"""Delivery workers that are killed, or cut off, lose no delivery: each is made at least once, and marked once.

`DELIVERY_KILLS` sets how often one is killed, `DELIVERY_SEED` repeats a run.
"""

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.firing.stage import Stage, stage
from tests.deployments import database_gone
from tests.processes import Process
from tests.waiting import until, until_now

_KILLS = int(os.environ.get("DELIVERY_KILLS", "2"))
_SEED = int(os.environ["DELIVERY_SEED"])
_SECONDS_EACH = 30
_AT_ONCE = 40
_SETTINGS = {
    "DELIVERIES_ALLOWED_NETWORKS": "127.0.0.0/8",
    "DELIVERIES_ATTEMPTS": "1000",
    "DELIVERIES_LEASE_SECONDS": "2",
    "DELIVERIES_POLL_SECONDS": "0.1",
    "DELIVERIES_RETRY_SECONDS": "0.1",
    "DELIVERIES_WEBHOOK_PER_DAY": "0",
    "DELIVERIES_WEBHOOK_PER_HOUR": "0",
}
_STARTED = "deliveries are carried"
pytestmark = [pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Stage]:
    """Return a deployment without any worker yet."""
    with stage(tmp_path, **_SETTINGS) as running:
        yield running


def _webhook(running: Stage, receiver: HttpReceiver) -> int:
    """Let a user have a webhook; return the user's id."""
    ((user_id,),) = running.query("SELECT id FROM accounts_user WHERE username = 'demo'")
    running.write(
        "INSERT INTO alerts_webhooktarget (user_id, url, secret, updated_at) VALUES (%s, %s, 'a secret', now())",
        [(user_id, receiver.url)],
    )
    return int(user_id)


def _enqueue(running: Stage, user_id: int, first: int, count: int) -> None:
    """Store notifications with a delivery by webhook and one by WebSocket each, as the platform's parts do."""
    running.write(
        "WITH stored AS (INSERT INTO alerts_notification"
        " (user_id, seq, kind, severity, title, body, data, count, created_at)"
        " VALUES (%s, %s, 'system', 'info', 'Something', '', '{}', 1, now()) RETURNING id)"
        " INSERT INTO alerts_delivery"
        " (notification_id, channel, state, attempts, not_before, held, holder, error, created_at)"
        " SELECT id, channel, 'waiting', 0, now(), false, '', '', now() FROM stored,"
        " unnest(ARRAY['webhook', 'websocket']) AS channel",
        [(user_id, seq) for seq in range(first, first + count)],
    )


def _worker(running: Stage) -> Process:
    worker = running.worker("run_deliveries")
    worker.wait_for(_STARTED)
    return worker


async def _until_received(receiver: HttpReceiver, more: int) -> None:
    """Wait until so many more have come in."""
    enough = len(receiver.received) + more
    await until(lambda: len(receiver.received) >= enough)


def _states(running: Stage) -> Counter[str]:
    return Counter(dict(running.query("SELECT state, count(*) FROM alerts_delivery GROUP BY state")))


@pytest.mark.timeout(180 + _KILLS * _SECONDS_EACH)
async def test_it_makes_each_delivery_and_marks_it_once_though_workers_are_killed_and_cut_off(
    running: Stage,
) -> None:
    print(f"DELIVERY_SEED={_SEED} DELIVERY_KILLS={_KILLS}")  # noqa: T201 - so that a run can be repeated
    chance = random.Random(_SEED)
    async with http_receiver() as receiver:
        receiver.thinking = lambda: chance.uniform(0, 0.2)
        user_id = _webhook(running, receiver)
        workers = [await asyncio.to_thread(_worker, running) for _ in range(2)]
        for kill in range(_KILLS):
            await asyncio.to_thread(_enqueue, running, user_id, 1 + kill * _AT_ONCE, _AT_ONCE)
            await _until_received(receiver, chance.randint(1, _AT_ONCE // 2))
            victim = workers.pop(chance.randrange(2))
            victim.signal(signal.SIGKILL)
            await asyncio.to_thread(victim.wait)
            workers.append(await asyncio.to_thread(_worker, running))
        await asyncio.to_thread(_enqueue, running, user_id, 1 + _KILLS * _AT_ONCE, _AT_ONCE)
        await _until_received(receiver, 1)
        with database_gone(running.environment["DATABASE_URL"]):
            await asyncio.to_thread(workers[0].wait_for, "database of the deliveries")
        count = 2 * (_KILLS + 1) * _AT_ONCE
        await asyncio.to_thread(until_now, lambda: _states(running) == {"sent": count}, seconds=60)
        made = Counter(json.loads(request.body)["event"] for request in receiver.received)
    attempts = dict(running.query("SELECT notification_id, attempts FROM alerts_delivery WHERE channel = 'webhook'"))
    print(f"{len(made)} deliveries, {made.total() - len(made)} made again")  # noqa: T201
    assert made.keys() == attempts.keys()
    assert all(made[event] <= attempts[event] for event in made)
