"""What a delivered frame costs a server, and how late it comes, beside other servers in the same run.

Every client is subscribed to one channel of trades, of which each counts, so nothing may be left out. `sparse`
publishes 20 frames a second there, `busy` 200. All servers run all the time and are measured by turns, in another order
in each round, so that what else changes on the machine meets all alike. Each has been busy for a while before, also
where it was started anew, for some compile what they do often. The processor time of a server's processes is read from
outside, at two moments of the steady state; the clients count frames, and follow their numbers.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import product

import msgspec

from benchmarks.load.load_process import LoadProcess, Seen
from benchmarks.load.publishing import Published, PublishingProcess
from benchmarks.options import Options
from benchmarks.processor_time import seconds_used, wait_until_idle
from benchmarks.servers.servers import Running, place, servers

SIZES = (200, 1000)
"""How many clients are measured, where nothing else is asked for."""
RATES = {"sparse": 20.0, "busy": 200.0}
_SAMPLE_EVERY = {"sparse": 1, "busy": 7}
"""Of so many frames one's latency is taken: no divisor or multiple of how many share a write."""
_SETTLE_SECONDS = 1.0
_WARM_UP_LOAD = "busy"
_WARM_UP_SECONDS = 3.0
_LAST_FRAMES_SECONDS = 3.0
_TOLERANCE = 0.05
"""By so much, as a share, deliveries may differ from what was published, and that from what was to be."""
LOAD_LIMIT = 0.9
"""The share of the time from which on the load generator may hold a server back, while it runs or waits for a core."""


class FanOut(msgspec.Struct, frozen=True, kw_only=True):
    """One server under one load. Shares are of 1, those of processors of one core."""

    server: str
    load: str
    clients: int
    connected: int
    published_per_second: float
    delivered_per_second: float
    delivered_share: float
    cpu_us_per_frame: float | None
    """None where nothing came."""
    median_ms: float
    p99_ms: float
    maximum_ms: float
    missing: int
    """Frames that a client never got though it got later ones, over all clients."""
    disordered: int
    has_last: bool
    """Whether every client got the last frame, within seconds after it was published."""
    cut: dict[str, int]
    """How many clients were not let in, or were cut off, by how."""
    saturated: bool
    """It delivered less than was published, or much later: it still has to do what its processor time is missing."""
    is_publisher_behind: bool
    """Less was published than was to be: by a layer of Channels publishing costs something for each client."""
    server_cpu_share: float
    publisher_cpu_share: float
    load_cpu_share: float
    load_wait_share: float
    """For what share of the time the load generator was ready to run, and had no core."""
    load_lag_p99_ms: float

    @property
    def load_share(self) -> float:
        """For what share of the time the load generator was running, or waiting for a core."""
        return self.load_cpu_share + self.load_wait_share


def fan_out(options: Options) -> dict[str, list[FanOut]]:
    """Measure every server under every load, `options.rounds` times."""
    found: dict[str, list[FanOut]] = {}
    with place() as where, ExitStack() as stack, LoadProcess() as load, PublishingProcess() as publishing:
        running = [stack.enter_context(Running(server, where)) for server in servers(options.servers)]
        bench = Bench(load, publishing, options.seconds)
        for server in running:
            bench.warm_up(server, min(options.clients_or(*SIZES)))
        for turn, (clients, rate) in product(range(options.rounds), product(options.clients_or(*SIZES), RATES)):
            for server in _rotated(running, turn):
                case = f"{rate}, {clients} clients: {server.server.name}"
                print(f"round {turn + 1}: {case}", file=sys.stderr, flush=True)
                found.setdefault(case, []).append(bench.measure(server, clients, rate))
    return found


def _rotated(running: Sequence[Running], turn: int) -> Iterator[Running]:
    first = turn % len(running)
    yield from running[first:]
    yield from running[:first]


class _Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What had been used and seen at one moment; each with a time of its own, as asking takes some."""

    at: float
    server_cpu: float
    published_at: float
    published: Published
    seen: Seen


class _Course(msgspec.Struct, frozen=True, kw_only=True):
    """How it went: two moments of the steady state, and what had been seen at the very end."""

    connected: int
    failed: dict[str, int]
    begin: _Moment
    end: _Moment
    has_last: bool
    after: Seen


class Bench:
    def __init__(self, load: LoadProcess, publishing: PublishingProcess, seconds: float) -> None:
        self._load = load
        self._publishing = publishing
        self._seconds = seconds

    def warm_up(self, server: Running, clients: int) -> None:
        """Keep a server busy for a while, and forget it."""
        speech = server.server.speech
        self._load.subscribe(self._load.open(server.address, speech, clients).clients)
        self._publishing.begin(server.target, RATES[_WARM_UP_LOAD])
        time.sleep(_WARM_UP_SECONDS)
        self._publishing.end()
        self._load.close()
        wait_until_idle(server.process_id)

    def measure(self, server: Running, clients: int, load: str) -> FanOut:
        """Connect, publish, look at two moments; a server that did not keep up is started anew."""
        measured = _measured(server.server.name, load, clients, self._course(server, clients, load))
        if measured.saturated:
            server.restart()
            self.warm_up(server, clients)
        wait_until_idle(server.process_id)
        return measured

    def _course(self, server: Running, clients: int, load: str) -> _Course:
        opened = self._load.open(server.address, server.server.speech, clients, sample_every=_SAMPLE_EVERY[load])
        subscribed = self._load.subscribe(opened.clients)
        self._publishing.begin(server.target, RATES[load])
        time.sleep(_SETTLE_SECONDS)
        self._load.forget()
        begin = self._look(server)
        time.sleep(self._seconds)
        end = self._look(server)
        has_last = self._has_last(self._publishing.end())
        after = self._load.look()
        self._load.close()
        failed = {**opened.failed, **subscribed.failed}
        return _Course(
            connected=subscribed.clients, failed=failed, begin=begin, end=end, has_last=has_last, after=after
        )

    def _look(self, server: Running) -> _Moment:
        return _Moment(
            at=time.monotonic(),
            server_cpu=seconds_used(server.process_id),
            published_at=time.monotonic(),
            published=self._publishing.look(),
            seen=self._load.look(),
        )

    def _has_last(self, published: Published) -> bool:
        deadline = time.monotonic() + _LAST_FRAMES_SECONDS
        last = published.last_sequence
        while self._load.look().last_sequences != (last, last):
            if time.monotonic() > deadline:
                return False
        return True


def _measured(server: str, load: str, clients: int, course: _Course) -> FanOut:
    begin, end = course.begin, course.end
    seconds, publishing_seconds = end.seen.at - begin.seen.at, end.published_at - begin.published_at
    server_share = (end.server_cpu - begin.server_cpu) / (end.at - begin.at)
    published = (end.published.count - begin.published.count) / publishing_seconds
    delivered = (end.seen.frames - begin.seen.frames) / seconds
    share = delivered / (published * clients) if published else 0.0
    return FanOut(
        server=server,
        load=load,
        clients=clients,
        connected=course.connected,
        published_per_second=round(published, 1),
        delivered_per_second=round(delivered),
        delivered_share=round(share, 3),
        cpu_us_per_frame=round(1_000_000 * server_share / delivered, 2) if delivered else None,
        median_ms=end.seen.median_ms,
        p99_ms=end.seen.p99_ms,
        maximum_ms=end.seen.maximum_ms,
        missing=course.after.missing,
        disordered=course.after.disordered,
        has_last=course.has_last,
        cut={**course.failed, **course.after.lost},
        saturated=abs(1 - share) > _TOLERANCE or not course.has_last,
        is_publisher_behind=published < RATES[load] * (1 - _TOLERANCE),
        server_cpu_share=round(server_share, 3),
        publisher_cpu_share=round((end.published.cpu - begin.published.cpu) / publishing_seconds, 3),
        load_cpu_share=round((end.seen.cpu - begin.seen.cpu) / seconds, 3),
        load_wait_share=round((end.seen.waited - begin.seen.waited) / seconds, 3),
        load_lag_p99_ms=end.seen.lag_p99_ms,
    )
