"""The time of day jumps, forward and back, on all hosts of the platform; the exchange's clock doesn't."""

import asyncio
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults.conftest import Stage, staging
from tests.faults.readers import Reader, reading
from tests.faults.watching import ANSWER_SECONDS, until_well
from tests.processes import Process
from tests.soak.dialects import time_of
from tests.waiting import until_now

HOUR = 3600.0
TOKEN_HOURS = 3
_PROGRAM = ("-m", "tests.faults.jumping_clock")


class Moved:
    """A stage whose clock a test moves; a second bridge stands by."""

    def __init__(self, stage: Stage, file: Path, bridges: list[Process]) -> None:
        self.stage = stage
        self.deployment = stage.deployment
        self.bridges = bridges
        self._file = file

    def jump(self, seconds: float) -> None:
        """Let every process's time of day be ahead of ours by so much."""
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds), encoding="ascii")
        new.rename(self._file)

    @property
    def lease(self) -> tuple[str, int]:
        """Who holds the bridge's lease, and its fencing number."""
        with psycopg.connect(self.stage.postgres.url) as connection:
            row = connection.execute("SELECT holder, token FROM streaming_lease WHERE name = 'bridge'").fetchone()
        assert row is not None
        return row[0], row[1]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    file = tmp_path_factory.mktemp("clock") / "ahead"
    file.write_text("0", encoding="ascii")
    settings = {"TEST_CLOCK_FILE": str(file), "ACCESS_TOKEN_MINUTES": str(60 * TOKEN_HOURS)}
    with staging(tmp_path_factory.mktemp("var"), program=_PROGRAM, **settings) as stage:
        environment = stage.deployment.environment
        with Process(*_PROGRAM, "run_bridge", environment=environment) as second:
            second.wait_for("standing by")
            yield Moved(stage, file, [stage.deployment.processes["bridge"], second])


@pytest.mark.parametrize("jumps", [(HOUR, 0.0), (-HOUR, 0.0)], ids=["forward and back", "back and forward"])
async def test_it_cuts_nobody_off_and_loses_nothing_when_the_clock_jumps(
    moved: Moved, jumps: tuple[float, ...]
) -> None:
    async with reading(moved.deployment) as readers:
        for ahead in jumps:
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
        assert readers.closed == {}
        await readers.assert_told()


async def _stamp(reader: Reader) -> float:
    """Return the time of a pong, in seconds since the epoch."""
    reader.answers.clear()
    await reader.ask("ping")
    pong = await reader.answer(lambda frame: frame["type"] == "pong", seconds=ANSWER_SECONDS)
    return time_of(pong["timestamp"]) / 1000


async def test_a_login_is_judged_by_the_new_time(moved: Moved) -> None:
    token = await asyncio.to_thread(moved.deployment.token)
    for ahead, status in ((-HOUR, 200), (0.0, 200), ((TOKEN_HOURS + 1) * HOUR, 401), (0.0, 200)):
        moved.jump(ahead)
        await asyncio.to_thread(_until_status, moved, token, status)


def _until_status(moved: Moved, token: str, status: int) -> None:
    until_now(lambda: _status(moved, token) == status)


def _status(moved: Moved, token: str) -> int:
    url = f"{moved.deployment.http_url}/api/v1/alerts/rules/"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            status: int = answer.status
    except urllib.error.HTTPError as refused:
        status = refused.code
        refused.close()
    return status


async def test_another_bridge_takes_over_soon_from_one_that_was_killed_before_the_clock_went_back(
    moved: Moved,
) -> None:
    async with reading(moved.deployment) as readers:
        holder, number = moved.lease
        killed = next(one for one in moved.bridges if f"-{one.id}-" in holder)
        killed.signal(signal.SIGKILL)
        moved.jump(-HOUR)
        await asyncio.to_thread(until_now, lambda: moved.lease[1] > number)
        await readers.until_fresh(seconds=20)
        moved.jump(0.0)
        assert readers.closed == {}
        await readers.assert_told()
