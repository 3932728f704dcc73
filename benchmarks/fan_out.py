"""What a delivered frame costs a server, and how late it comes, beside other servers in the same run.

Every client is subscribed to one channel of trades, of which each counts, so nothing may be left out. `sparse`
publishes 20 frames a second there, `busy` 200. All servers run all the time and are measured by turns, in another order
in each round, so that what else changes on the machine meets all alike. The processor time of a server's processes is
read from outside, at two moments of the steady state; the clients count frames, and follow their numbers.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import product

import msgspec

from benchmarks.load_process import LoadProcess, Seen
from benchmarks.options import Options
from benchmarks.processor_time import seconds_used, wait_until_idle
from benchmarks.publishing import Published, PublishingProcess
from benchmarks.servers import Running, place, servers

RATES = {"sparse": 20.0, "busy": 200.0}
_SAMPLE_EVERY = {"sparse": 1, "busy": 7}
"""Of so many frames one's latency is taken: no divisor or multiple of how many share a write."""
_WARM_UP_SECONDS = 1.0
_LAST_FRAMES_SECONDS = 3.0
_TOLERANCE = 0.05
"""By so much, as a share, deliveries may differ from what was published, and that from what was to be."""
LOAD_LIMIT = 0.9
"""The share of its core from which on the load generator may hold a server back."""


class FanOut(msgspec.Struct, frozen=True, kw_only=True):
    """One server under one load. Shares are of 1, those of processors of one core."""

    server: str
    load: str
    clients: int
    connected: int
    published_per_second: float
    delivered_per_second: float
    delivered_share: float
    cpu_us_per_frame: float
    median_ms: float
    p99_ms: float
    maximum_ms: float
    missing: int
    """Frames that a client never got though it got later ones, over all clients."""
    disordered: int
    has_last: bool
    """Whether every client got the last frame, within seconds after it was published."""
    saturated: bool
    server_cpu_share: float
    publisher_cpu_share: float
    load_cpu_share: float
    load_lag_p99_ms: float


def fan_out(options: Options) -> dict[str, list[FanOut]]:
    """Measure every server under every load, `options.rounds` times."""
    found: dict[str, list[FanOut]] = {}
    with place() as where, ExitStack() as stack, LoadProcess() as load, PublishingProcess() as publishing:
        running = [stack.enter_context(Running(server, where)) for server in servers(options.servers)]
        bench = _Bench(load, publishing, options.seconds)
        for turn, (clients, rate) in product(range(options.rounds), product(options.clients, RATES)):
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
    begin: _Moment
    end: _Moment
    has_last: bool
    after: Seen


class _Bench:
    def __init__(self, load: LoadProcess, publishing: PublishingProcess, seconds: float) -> None:
        self._load = load
        self._publishing = publishing
        self._seconds = seconds

    def measure(self, server: Running, clients: int, load: str) -> FanOut:
        """Connect, publish, look at two moments; a server that did not keep up is started anew."""
        speech = server.server.speech
        opened = self._load.open(server.address, speech, clients, sample_every=_SAMPLE_EVERY[load])
        subscribed = self._load.subscribe(opened.clients)
        self._publishing.begin(server.target, RATES[load])
        time.sleep(_WARM_UP_SECONDS)
        self._load.forget()
        begin = self._look(server)
        time.sleep(self._seconds)
        end = self._look(server)
        has_last = self._has_last(self._publishing.end())
        after = self._load.look()
        self._load.close()
        course = _Course(connected=subscribed.clients, begin=begin, end=end, has_last=has_last, after=after)
        measured = _measured(server.server.name, load, clients, course)
        if measured.saturated:
            server.restart()
        wait_until_idle(server.process_id)
        return measured

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
        cpu_us_per_frame=round(1_000_000 * server_share / delivered, 2) if delivered else 0.0,
        median_ms=end.seen.median_ms,
        p99_ms=end.seen.p99_ms,
        maximum_ms=end.seen.maximum_ms,
        missing=course.after.missing,
        disordered=course.after.disordered,
        has_last=course.has_last,
        saturated=abs(1 - share) > _TOLERANCE or published < RATES[load] * (1 - _TOLERANCE) or not course.has_last,
        server_cpu_share=round(server_share, 3),
        publisher_cpu_share=round((end.published.cpu - begin.published.cpu) / publishing_seconds, 3),
        load_cpu_share=round((end.seen.cpu - begin.seen.cpu) / seconds, 3),
        load_lag_p99_ms=end.seen.lag_p99_ms,
    )
