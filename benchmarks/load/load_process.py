"""Clients by the thousand, in a process of their own, on uvloop.

It tells what it used of its core and how late its event loop was: from that one sees whether it was the bottleneck.
"""

import asyncio
import time
from array import array
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from benchmarks import lag_report
from benchmarks.load.child_process import ChildProcess, Commands
from benchmarks.load.load_client import NO_SEQUENCE, Client, Speech

_SCHEDULING = Path("/proc/self/schedstat")
_NANOSECONDS = 1_000_000_000


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What all clients of the process have seen since it began, by `at` (monotonic seconds), but for the latencies.

    Those are of the frames since the last `Seen`, in milliseconds, of every `sample_every`-th frame of each client.
    """

    at: float
    cpu: float
    """Seconds of processor time."""
    waited: float
    """Seconds for which it was ready to run while others had the cores; 0.0 where the system doesn't tell."""
    clients: int
    lost: dict[str, int]
    """How many connections ended by themselves, by how they ended."""
    frames: int
    fewest: int
    """The frames of the client that got the fewest."""
    last_sequences: tuple[int, int]
    """The lowest and the highest of the clients' last sequence numbers."""
    missing: int
    """Sequence numbers that were passed over."""
    disordered: int
    """Frames whose sequence number was not above the one before."""
    latencies: int
    median_ms: float
    p99_ms: float
    maximum_ms: float
    lag_p99_ms: float
    lag_maximum_ms: float


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """How clients got in: all within `seconds`, `failed` of them not, by the name of the failure."""

    clients: int
    seconds: float
    failed: dict[str, int]


class Crowd:
    """All clients of one process."""

    def __init__(self) -> None:
        self._latencies = array("d")
        self._clients: list[Client] = []
        self._lag = StringIO()

    async def watch_lag(self) -> None:
        """See how late this event loop is, until cancelled."""
        await lag_report.write(self._lag)

    async def open(
        self, address: str, speech: Speech, clients: int, *, sample_every: int, at_once: int, seconds: float
    ) -> Opened:
        """Connect more clients, `at_once` of them at the same time, and wait until each was welcomed."""
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 0
        room = asyncio.Semaphore(at_once)
        begin = time.monotonic()

        async def one() -> Client:
            async with room, asyncio.timeout(seconds):
                transport, client = await asyncio.get_running_loop().create_connection(
                    lambda: Client(speech, parts.netloc, self._latencies, sample_every),
                    host,
                    port,
                )
                try:
                    await client.welcomed
                except BaseException:
                    transport.abort()  # nobody else knows of it
                    raise
                return client

        found = await asyncio.gather(*(one() for _ in range(clients)), return_exceptions=True)
        self._clients += [client for client in found if isinstance(client, Client)]
        return _opened(found, begin)

    async def subscribe(self, clients: int, seconds: float) -> Opened:
        """Let the `clients` that came last subscribe, and wait until all have."""
        begin = time.monotonic()
        new = self._clients[len(self._clients) - clients :]
        for client in new:
            client.subscribe()
        found = await asyncio.gather(
            *(asyncio.wait_for(client.subscribed, seconds) for client in new), return_exceptions=True
        )
        return _opened(found, begin)

    def seen(self) -> Seen:
        """Tell what has been seen; the latencies and the lag are those since the last time."""
        at, cpu, clients = time.monotonic(), time.process_time(), self._clients
        latencies = sorted(self._latencies)
        lost = Counter(client.ended for client in clients if client.ended)
        lasts = [client.last_sequence for client in clients] or [NO_SEQUENCE]
        lags = lag_report.parse(self._lag.getvalue())
        self.forget()
        return Seen(
            at=at,
            cpu=cpu,
            waited=waited_for_a_core(),
            clients=len(clients),
            lost=dict(lost),
            frames=sum(client.frames for client in clients),
            fewest=min((client.frames for client in clients), default=0),
            last_sequences=(min(lasts), max(lasts)),
            missing=sum(client.missing for client in clients),
            disordered=sum(client.disordered for client in clients),
            latencies=len(latencies),
            median_ms=_share(latencies, 0.5),
            p99_ms=_share(latencies, 0.99),
            maximum_ms=_share(latencies, 1.0),
            lag_p99_ms=lag_report.percentile_ms(lags, 0.99) if lags else 0.0,
            lag_maximum_ms=lag_report.percentile_ms(lags, 1.0) if lags else 0.0,
        )

    def forget(self) -> None:
        """Forget the latencies and the lag until now."""
        del self._latencies[:]
        self._lag.seek(0)
        self._lag.truncate()

    def close(self) -> None:
        """Close all connections, and forget them."""
        for client in self._clients:
            client.close()
        self._clients.clear()


def waited_for_a_core(scheduling: Path = _SCHEDULING) -> float:
    """Return how long (in seconds) this process's main thread has waited for a core; 0.0 where no file tells it.

    The second number of `scheduling` is the time on a run queue, in nanoseconds (Linux, scheduler/sched-stats.rst).
    """
    try:
        return int(scheduling.read_text(encoding="ascii").split()[1]) / _NANOSECONDS
    except FileNotFoundError:
        return 0.0


def _opened(found: Sequence[object], begin: float) -> Opened:
    failed = Counter(repr(each) for each in found if isinstance(each, BaseException))
    return Opened(clients=len(found) - failed.total(), seconds=round(time.monotonic() - begin, 4), failed=dict(failed))


def _share(ordered: list[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0


class _Open(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    speech: Speech
    clients: int
    sample_every: int
    at_once: int
    seconds: float


class _Subscribe(msgspec.Struct, frozen=True, kw_only=True):
    clients: int
    seconds: float


class _Forget(msgspec.Struct, frozen=True):
    pass


class _Look(msgspec.Struct, frozen=True):
    pass


class _Close(msgspec.Struct, frozen=True):
    pass


class LoadProcess(ChildProcess):
    """The process, seen from the one that measures; use it as a context."""

    def __init__(self) -> None:
        super().__init__(_obey)

    def open(
        self, address: str, speech: Speech, clients: int, *, sample_every: int = 1, at_once: int = 100,
        seconds: float = 30.0,
    ) -> Opened:  # fmt: skip
        """Connect more clients to `http://…`, `at_once` of them at the same time; each may take so many seconds.

        Of every `sample_every`-th frame that a client counts the latency is taken.
        """
        answer = self.ask(
            _Open(
                address=address,
                speech=speech,
                clients=clients,
                sample_every=sample_every,
                at_once=at_once,
                seconds=seconds,
            )
        )
        assert isinstance(answer, Opened)
        return answer

    def subscribe(self, clients: int, *, seconds: float = 30.0) -> Opened:
        """Let the `clients` that came last subscribe; each may take so many seconds."""
        answer = self.ask(_Subscribe(clients=clients, seconds=seconds))
        assert isinstance(answer, Opened)
        return answer

    def forget(self) -> None:
        """Forget the latencies and the lag until now."""
        self.ask(_Forget())

    def look(self) -> Seen:
        """Return what has been seen; latencies and lag since the last look."""
        answer = self.ask(_Look())
        assert isinstance(answer, Seen)
        return answer

    def close(self) -> None:
        """Close all connections; then others may be opened."""
        self.ask(_Close())


async def _obey(commands: Commands) -> None:
    crowd = Crowd()
    watching = asyncio.create_task(crowd.watch_lag())
    async for command in commands:
        commands.answer(await _done(command, crowd))
    watching.cancel()


async def _done(command: object, crowd: Crowd) -> object:
    match command:
        case _Open():
            return await crowd.open(**msgspec.structs.asdict(command))
        case _Subscribe():
            return await crowd.subscribe(command.clients, command.seconds)
        case _Look():
            return crowd.seen()
        case _Forget():
            crowd.forget()
        case _Close():
            crowd.close()
    return None
