"""Clients that never read: what they cost the server in memory, and the others in time.

Fifty clients subscribe and never read again, beside ten that do, while frames of 16 KB come fifty times a second. On a
sequence topic every frame counts; of a state topic the newest does. Daphne never lets the application wait for a
client: there it goes on until the ping time-out has cut off whoever doesn't read.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import msgspec

from benchmarks.load.load_process import LoadProcess, Seen
from benchmarks.measurements.large_events import MATTERS, Matter, Publish, publishing
from benchmarks.options import Options
from benchmarks.processor_time import resident_bytes, wait_until_idle
from benchmarks.servers.our_servers import DAPHNE, our_servers, statistics
from benchmarks.servers.servers import Running, place
from tests.waiting import until_now
from tests.wire.rfc6455.peer import Ending, Peer, connected

_SAMPLE_SECONDS = 0.1
_ASK_EVERY = 5
"""Of so many samples one asks the server how many connections it has, which costs it a moment."""
_LAST_FRAMES_SECONDS = 2.0
_CUT_SECONDS = 90.0
"""Daphne's ping interval and time-out together, and half as much again."""
_FIRST_CLIENTS = 20
_MEGABYTE = 1_000_000
_SLOW = 4408


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """How many clients there are, and for how many seconds `rate` frames a second come."""

    stalled: int = 50
    healthy: int = 10
    rate: float = 50.0
    seconds: float = 20.0


class SlowReaders(msgspec.Struct, frozen=True, kw_only=True):
    """One server with one kind of topic. Memory is what its process holds (resident), in MB; times are in seconds."""

    frame_bytes: int
    published: int
    grown_mb: float
    """From before the clients came until the seconds of the scene were over."""
    grown_at_most_mb: float
    """As `grown_mb`, the highest of ten samples a second for as long as frames came."""
    left_mb: float
    """As `grown_mb`, after all clients had gone."""
    healthy_lost: int
    """Frames that a healthy client never got, or got out of order, and healthy clients that were cut off."""
    median_ms: float
    p99_ms: float
    maximum_ms: float
    cut: int
    """Stalled clients that the server let go of while frames came."""
    first_cut_after: float
    last_cut_after: float
    ended_4408: int
    ended_1006: int
    """Those that found no close frame: their sockets took no more."""
    ended_otherwise: int
    stayed: int


def readers(options: Options, scene: Scene | None = None) -> dict[str, list[SlowReaders]]:
    """Measure both servers under a sequence and a state topic, `options.rounds` times, each time started anew."""
    found: dict[str, list[SlowReaders]] = {}
    with place() as where, LoadProcess() as load:
        for _ in range(options.rounds):
            for server in our_servers():
                for name, matter in MATTERS.items():
                    with Running(server, where) as running:
                        measuring = _Measuring(running, load, matter, scene or Scene())
                        found.setdefault(f"{server.name}, {name}", []).append(measuring.measure())
    return found


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    """The server's memory in bytes: before the clients came, after the scene's seconds, at most, in the end."""

    before: int
    after: int
    most: int
    left: int


class _Measuring:
    """One run. The healthy clients are a process of their own; here are the stalled ones, who do nothing."""

    def __init__(self, running: Running, load: LoadProcess, matter: Matter, scene: Scene) -> None:
        self._running = running
        self._load = load
        self._matter = matter
        self._scene = scene
        self._sizes: list[int] = []
        self._cuts: list[float] = []
        self._published = 0
        self._ended = False
        self._all_cut = asyncio.Event()

    def measure(self) -> SlowReaders:
        """Let the clients come, publish, and look at what became of them."""
        self._warm_up()
        before = resident_bytes(self._running.process_id)
        self._open_healthy()
        after, seen, endings = asyncio.run(self._flood())
        self._load.close()
        until_now(lambda: statistics(self._running) == (0, 0), seconds=_CUT_SECONDS)
        wait_until_idle(self._running.process_id)
        left = resident_bytes(self._running.process_id)
        return self._told(_Held(before=before, after=after, most=max(self._sizes), left=left), seen, endings)

    def _warm_up(self) -> None:
        """Let the server load and make what it needs once."""
        speech = self._matter.speech
        self._load.open(self._running.address, speech, _FIRST_CLIENTS)
        self._load.subscribe(_FIRST_CLIENTS)
        self._load.close()
        until_now(lambda: statistics(self._running)[0] == 0)
        wait_until_idle(self._running.process_id)

    def _open_healthy(self) -> None:
        self._load.open(self._running.address, self._matter.speech, self._scene.healthy)
        subscribed = self._load.subscribe(self._scene.healthy)
        assert subscribed.clients == self._scene.healthy, subscribed

    async def _flood(self) -> tuple[int, Seen, list[Ending | None]]:
        """Publish for the scene's seconds, on Daphne until nobody stalls any more."""
        port = urlsplit(self._running.address).port or 0
        async with AsyncExitStack() as stack:
            clients = [stalled(port, self._matter.channel) for _ in range(self._scene.stalled)]
            peers = [await stack.enter_async_context(client) for client in clients]
            publish = await stack.enter_async_context(publishing(self._running.target, self._matter))
            self._load.forget()
            tasks = [asyncio.create_task(work) for work in (self._publish(publish), self._watch())]
            await asyncio.sleep(self._scene.seconds)
            after = resident_bytes(self._running.process_id)
            if self._running.server.name == DAPHNE:
                await asyncio.wait([asyncio.create_task(self._all_cut.wait())], timeout=_CUT_SECONDS)
            self._ended = True
            await asyncio.gather(*tasks)
            await asyncio.sleep(_LAST_FRAMES_SECONDS)
            return after, self._load.look(), await _endings(peers)

    async def _publish(self, publish: Publish) -> None:
        begin = time.monotonic()
        while not self._ended:
            self._published += 1
            await publish(self._published)
            await asyncio.sleep(max(0.0, begin + self._published / self._scene.rate - time.monotonic()))

    async def _watch(self) -> None:
        """Sample the memory, and see who is cut off."""
        begin = time.monotonic()
        everybody = self._scene.stalled + self._scene.healthy
        while not self._ended:
            self._sizes.append(resident_bytes(self._running.process_id))
            if len(self._sizes) % _ASK_EVERY == 0:
                connections, _ = await asyncio.to_thread(statistics, self._running)
                self._cuts += [time.monotonic() - begin] * (everybody - connections - len(self._cuts))
            if len(self._cuts) == self._scene.stalled:
                self._all_cut.set()
            await asyncio.sleep(_SAMPLE_SECONDS)

    def _told(self, held: _Held, seen: Seen, endings: Sequence[Ending | None]) -> SlowReaders:
        codes = Counter(1006 if ending.code is None else ending.code for ending in endings if ending is not None)
        late = self._scene.healthy * self._published - seen.frames - seen.missing
        return SlowReaders(
            frame_bytes=self._matter.frame_bytes(),
            published=self._published,
            grown_mb=_megabytes(held.after - held.before),
            grown_at_most_mb=_megabytes(held.most - held.before),
            left_mb=_megabytes(held.left - held.before),
            healthy_lost=seen.missing + seen.disordered + max(0, late) + sum(seen.lost.values()),
            median_ms=seen.median_ms,
            p99_ms=seen.p99_ms,
            maximum_ms=seen.maximum_ms,
            cut=len(self._cuts),
            first_cut_after=round(min(self._cuts, default=0.0), 1),
            last_cut_after=round(max(self._cuts, default=0.0), 1),
            ended_4408=codes[_SLOW],
            ended_1006=codes[1006],
            ended_otherwise=codes.total() - codes[_SLOW] - codes[1006],
            stayed=endings.count(None),
        )


@asynccontextmanager
async def stalled(port: int, channel: str) -> AsyncIterator[Peer]:
    """Connect a client that subscribes, and reads nothing after the answer."""
    async with connected(port) as peer:
        peer.send_json({"type": "subscribe", "channels": [channel]})
        assert (await peer.message())["type"] == "subscribed"
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        yield peer


async def _endings(peers: Sequence[Peer]) -> list[Ending | None]:
    """Let them read what their sockets still hold; return how each ended, None where it didn't."""
    return await asyncio.gather(*(_ending(peer) for peer in peers))


async def _ending(peer: Peer) -> Ending | None:
    peer.writer.transport.resume_reading()  # type: ignore[attr-defined]
    try:
        return await peer.ending()
    except TimeoutError:
        return None


def _megabytes(size: int) -> float:
    return round(size / _MEGABYTE, 1)
