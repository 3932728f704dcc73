"""The time of day jumps, forward and back, on all hosts of the platform; the exchange's clock doesn't."""

import asyncio
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.deployments import Deployment
from tests.faults.conftest import deploying
from tests.faults.readers import Reader, Readers, reading
from tests.faults.shared import Shared, has_failed
from tests.faults.watching import ANSWER_SECONDS, until_well
from tests.processes import Process
from tests.soak.clients.dialects import time_of
from tests.waiting import until, until_now

HOUR = 3600.0
JUMPS = (HOUR, -HOUR, 0.0)
"""How far ahead the clock is, one after the other: it leaps forward, back by more, and forward to the truth."""
TOKEN_HOURS = 3
UNAUTHORISED = 4401
_PROGRAM = ("-m", "tests.faults.jumping_clock")
_SAY = {
    "run_bridge": "standing by",
    "run_alerts": "the lease is ours",
    "run_deliveries": "deliveries are carried",
}
"""The workers that are started, and what each says once it works."""


class Moved:
    """A deployment whose clock a test moves, with an evaluator and a delivery worker; a second bridge stands by."""

    def __init__(self, deployment: Deployment, file: Path, processes: ExitStack) -> None:
        self.deployment = deployment
        self._file = file
        self._processes = processes
        bridge, _, self.deliveries = workers = [self._begin(command) for command in _SAY]
        self.bridges = [deployment.processes["bridge"], bridge]
        for worker, says in zip(workers, _SAY.values(), strict=True):
            worker.wait_for(says)

    def start(self, command: str) -> Process:
        """Start a worker, and wait until it works."""
        worker = self._begin(command)
        worker.wait_for(_SAY[command])
        return worker

    def _begin(self, command: str) -> Process:
        return self._processes.enter_context(Process(*_PROGRAM, command, environment=self.deployment.environment))

    def jump(self, seconds: float) -> None:
        """Let every process's time of day be ahead of ours by so much."""
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds), encoding="ascii")
        new.rename(self._file)

    @property
    def lease(self) -> tuple[str, int]:
        """Who holds the bridge's lease, and its fencing number."""
        ((holder, token),) = self.query("SELECT holder, token FROM streaming_lease WHERE name = 'bridge'")
        return holder, token

    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        with psycopg.connect(self.deployment.environment["DATABASE_URL"]) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()


@pytest.fixture(scope="module")
def all_moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared[Moved]]:
    with Shared(lambda: moving(tmp_path_factory)) as shared:
        yield shared


@pytest.fixture
def moved(all_moved: Shared[Moved], request: pytest.FixtureRequest) -> Iterator[Moved]:
    yield all_moved.get()
    if has_failed(request.node):
        all_moved.discard()


@contextmanager
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    """Run such a deployment until the end of the `with`."""
    file = tmp_path_factory.mktemp("clock") / "ahead"
    file.write_text("0", encoding="ascii")
    settings = {
        "TEST_CLOCK_FILE": str(file),
        "ACCESS_TOKEN_MINUTES": str(60 * TOKEN_HOURS),
        "ALERTS_ON_SIMULATED_DATA": "true",
    }
    with (
        deploying(tmp_path_factory.mktemp("var"), program=_PROGRAM, **settings) as deployment,
        ExitStack() as processes,
    ):
        yield Moved(deployment, file, processes)


async def test_it_cuts_nobody_off_loses_nothing_and_fires_each_rule_once_when_the_clock_jumps(moved: Moved) -> None:
    async with reading(moved.deployment) as readers:
        owner = readers.all[0]
        await owner.ask("subscribe", channel="notifications")
        often = await _new_rule(owner, "often", operator="moving_up", amount="0.01", window=1, trigger="every_time")
        rules: list[int] = []
        for ahead in JUMPS:
            moved.jump(ahead)
            await readers.until_fresh(seconds=20)
            await until_well(moved.deployment, readers)
            for reader in readers.all:
                assert abs(await _stamp(reader) - time.time() - ahead) < 60
                made = reader.trades[-1].time / 1000
                assert abs(made - time.time()) < 60, "the exchange's own times don't jump"
                answer = await reader.command("alerts.list", seconds=ANSWER_SECONDS)
                assert answer["success"], answer
            await asyncio.to_thread(moved.deployment.token)
            name = f"jump {len(rules)}"
            rules.append(await _new_rule(owner, name, operator="above", threshold=1, trigger="once"))
            await _until_told_of(owner, name)
            await asyncio.to_thread(_until_it_fires_again, moved, often)
        await asyncio.to_thread(until_now, lambda: _deliveries(moved, rules) == [("sent", 1)] * len(rules))
        assert [_told_of(owner, f"jump {number}") for number in range(len(rules))] == [1] * len(rules)
        assert [_firings(moved, rule) for rule in rules] == [1] * len(rules)
        assert readers.closed == {}
        await readers.assert_told()


async def _stamp(reader: Reader) -> float:
    """Return the time of a pong, in seconds since the epoch."""
    reader.answers.clear()
    await reader.ask("ping")
    pong = await reader.answer(lambda frame: frame["type"] == "pong", seconds=ANSWER_SECONDS)
    return time_of(pong["timestamp"]) / 1000


async def _new_rule(reader: Reader, name: str, **given: object) -> int:
    """Make a rule on a price, which is told of by WebSocket."""
    rule = {"name": name, "symbol": "BTCUSDT", "source": "price", "channels": ["websocket"]}
    answer = await reader.command("alerts.create", seconds=ANSWER_SECONDS, **rule, **given)
    assert answer["success"], answer
    return int(answer["data"]["id"])


async def _until_told_of(reader: Reader, name: str) -> None:
    await until(lambda: _told_of(reader, name))


def _told_of(reader: Reader, name: str) -> int:
    """Return how many notifications of a rule have reached the client."""
    return sum(name in title for title in reader.notifications)


def _until_it_fires_again(moved: Moved, rule: int) -> None:
    before = _firings(moved, rule)
    until_now(lambda: _firings(moved, rule) > before)


def _firings(moved: Moved, rule: int) -> int:
    ((count,),) = moved.query("SELECT count(*) FROM alerts_alertevent WHERE rule_id = %s", rule)
    return int(count)


def _deliveries(moved: Moved, rules: list[int]) -> list[tuple[str, int]]:
    """Return the state of each delivery of these rules' notifications, and how often it was tried."""
    return moved.query(
        "SELECT state, attempts FROM alerts_delivery JOIN alerts_notification AS told ON told.id = notification_id"
        " JOIN alerts_alertevent AS fired ON fired.id = told.event_id WHERE fired.rule_id = ANY(%s)",
        rules,
    )


async def test_workers_that_died_before_the_clock_went_back_are_missed_and_another_bridge_takes_over(
    moved: Moved,
) -> None:
    async with reading(moved.deployment) as readers:
        await until(lambda: _is_alive(readers, "deliveries"))
        holder, number = moved.lease
        bridge = next(one for one in moved.bridges if f"-{one.id}-" in holder)
        for killed in (bridge, moved.deliveries):
            killed.signal(signal.SIGKILL)
        moved.jump(-HOUR)
        await asyncio.to_thread(until_now, lambda: moved.lease[1] > number)
        await readers.until_fresh(seconds=20)
        await until(lambda: not _is_alive(readers, "deliveries"))
        moved.deliveries = await asyncio.to_thread(moved.start, "run_deliveries")
        await until_well(moved.deployment, readers)
        moved.jump(0.0)
        await until_well(moved.deployment, readers)
        assert readers.closed == {}
        await readers.assert_told()


def _is_alive(readers: Readers, worker: str) -> bool:
    """Return whether `system.health` said last that any process of a worker is alive."""
    health = [news.data for news in readers.all[0].told if news.channel == "system.health"][-1:]
    return any(one["name"] == worker and one["alive"] for data in health for one in data["workers"])


async def test_a_login_is_judged_by_the_new_time(moved: Moved) -> None:
    token = await asyncio.to_thread(moved.deployment.token)
    async with reading(moved.deployment) as readers:
        for ahead in (-HOUR, 0.0):
            moved.jump(ahead)
            await asyncio.to_thread(_until_status, moved, token, 200)
            await readers.until_fresh(seconds=20)
        assert readers.closed == {}
        moved.jump((TOKEN_HOURS + 1) * HOUR)
        await asyncio.to_thread(_until_status, moved, token, 401)
        await until(lambda: len(readers.closed) == len(readers.all))
        assert set(readers.closed.values()) == {UNAUTHORISED}
        assert {reader.connection.close_reason for reader in readers.all} == {"Token expired"}
    moved.jump(0.0)
    await asyncio.to_thread(_until_status, moved, token, 200)


def _until_status(moved: Moved, token: str, status: int) -> None:
    until_now(lambda: _status(moved, token) == status)


def _status(moved: Moved, token: str) -> int:
    url = f"{moved.deployment.http_url}/api/v1/alerts/rules/"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            status: int = answer.status
    except urllib.error.HTTPError as refused:
        status = refused.code
        refused.close()
    return status
