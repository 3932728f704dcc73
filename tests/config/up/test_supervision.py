"""Processes that are started anew, and stopped in order; real ones, of a line of Python each."""

import asyncio
import io
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from config.up.installation import GROUP_STOP_SECONDS, STOP_SECONDS
from config.up.merged_log import MergedLog
from config.up.supervision import Supervised, Supervision
from tests.processes import ROOT, Process
from tests.waiting import until, until_now

_RUNS = "import signal; print('runs', flush=True); signal.pause()"
_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("runs", flush=True)
while True:
    signal.pause()
"""
_SLOW = """
import signal, time
def stop(*_):
    time.sleep(2.0)
    raise SystemExit(0)
signal.signal(signal.SIGTERM, stop)
print("runs", flush=True)
while True:
    signal.pause()
"""
_ENDS = "raise SystemExit(3)"


class Watch:
    """A supervision, and what it has logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.supervision = Supervision()
        self._log = MergedLog(self.stream, colours=False, lost=lambda: None)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def start(self, **programs: str) -> None:
        """Start a group of processes by name; each runs a program in Python."""
        self.supervision.start(
            [
                Supervised(name, [sys.executable, "-c", program], Path.cwd(), os.environ, self._log)
                for name, program in programs.items()
            ]
        )

    async def running(self, *names: str) -> None:
        """Wait until these have said that they run."""
        for name in names:
            await until(lambda name=name: re.search(rf"{name} +\d+ \| runs", self.text))  # type: ignore[misc]

    def number_of(self, name: str) -> int:
        """Return the number of the process that was started last under that name."""
        return int(re.findall(rf"{name} started as process (\d+)", self.text)[-1])


@pytest.fixture
async def watch() -> Watch:
    return Watch()


async def test_it_starts_anew_what_ends_after_pauses_that_grow(watch: Watch) -> None:
    watch.start(short=_ENDS)
    await until(lambda: watch.text.count("short started") == 3)
    await watch.supervision.stop(5.0)
    pauses = re.findall(r"short ended with exit code 3; it is started anew in (\S+) s", watch.text)
    assert pauses[:2] == ["1", "2"]


async def test_it_starts_anew_what_was_killed(watch: Watch) -> None:
    watch.start(long=_RUNS)
    await watch.running("long")
    killed = watch.number_of("long")
    os.kill(killed, signal.SIGKILL)
    await until(lambda: watch.text.count("| runs") == 2)
    await watch.supervision.stop(5.0)
    assert "long was ended by SIGKILL; it is started anew in 1 s" in watch.text
    assert watch.number_of("long") != killed


async def test_it_stops_the_last_group_first_and_starts_nothing_anew(watch: Watch) -> None:
    watch.start(workers=_RUNS, others=_RUNS)
    watch.start(gateways=_RUNS)
    await watch.running("workers", "others", "gateways")
    await watch.supervision.stop(5.0)
    ended = re.findall(r"(\w+) was ended by SIGTERM", watch.text)
    assert ended[0] == "gateways"
    assert sorted(ended[1:]) == ["others", "workers"]
    assert watch.text.count("| runs") == 3


async def test_it_kills_what_is_deaf_within_the_time(watch: Watch) -> None:
    watch.start(deaf=_DEAF)
    await watch.running("deaf")
    async with asyncio.timeout(10.0):
        await watch.supervision.stop(1.0)
    assert "deaf did not stop in time and is killed" in watch.text
    assert "deaf was ended by SIGKILL" in watch.text


async def test_it_gives_each_group_its_time_whatever_the_others_took(watch: Watch) -> None:
    watch.start(worker=_SLOW)
    watch.start(gateway=_SLOW)
    await watch.running("worker", "gateway")
    await watch.supervision.stop(4.0, 5.5)
    assert re.findall(r"(\w+) ended with exit code 0", watch.text) == ["gateway", "worker"]


def test_it_gives_as_long_as_the_documents_say() -> None:
    operations = " ".join((ROOT / "docs/operations.md").read_text(encoding="utf-8").split())
    assert "gives it more than 10 s to end" in operations
    assert GROUP_STOP_SECONDS > 10.0
    sentence = f"A process may take {GROUP_STOP_SECONDS:g} s to end, all together {STOP_SECONDS:g} s"
    assert sentence in operations
    assert 2 * GROUP_STOP_SECONDS <= STOP_SECONDS, "gateways, and then workers"


async def test_it_gives_no_group_more_than_is_left_of_the_whole_time(watch: Watch) -> None:
    watch.start(first=_DEAF)
    watch.start(second=_DEAF)
    await watch.running("first", "second")
    async with asyncio.timeout(20.0):
        await watch.supervision.stop(30.0, 1.0)
    assert re.findall(r"(\w+) was ended by SIGKILL", watch.text) == ["second", "first"]


async def test_it_stops_what_waits_to_be_started_anew_at_once(watch: Watch) -> None:
    watch.start(short=_ENDS)
    await until(lambda: "started anew" in watch.text)
    await watch.supervision.stop(5.0)
    assert watch.text.count("short started") == 1


async def test_it_tells_where_a_process_cannot_be_started(watch: Watch) -> None:
    watch.supervision.start([Supervised("none", ["/does/not/exist"], Path.cwd(), {}, watch._log)])
    with pytest.raises(FileNotFoundError):
        await watch.supervision.failure()
    await watch.supervision.stop(1.0)


async def test_it_keeps_what_a_process_said_last_without_an_end_of_line(watch: Watch) -> None:
    watch.start(short="import sys; sys.stdout.write('first\\nlast words')")
    await until(lambda: "| last words\n" in watch.text)
    await watch.supervision.stop(5.0)
    assert "| first\n" in watch.text


_KEEPER = f"""
import asyncio, os, sys
from pathlib import Path
from config.up.merged_log import MergedLog
from config.up.supervision import Supervised, Supervision

async def main():
    supervision = Supervision()
    log = MergedLog(sys.stdout, colours=False, lost=lambda: None)
    supervision.start([Supervised("child", [sys.executable, "-c", {_RUNS!r}], Path.cwd(), os.environ, log)])
    await supervision.failure()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a process that is killed")
def test_it_takes_its_processes_along_where_it_is_killed() -> None:
    with Process("-c", _KEEPER, environment={}) as keeper:
        child = int(keeper.wait_for(r"child +(\d+) \| runs")[1])
        keeper.signal(signal.SIGKILL)
        keeper.wait()
    until_now(lambda: not _is_alive(child))


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
