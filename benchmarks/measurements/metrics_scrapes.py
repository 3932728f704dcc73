"""What it costs a gateway that Prometheus reads its `/metrics`, beside the fan-out of the same gateway.

The gateway fans out as in `fan_out`, by turns read again and again and not at all. What that took more, divided by how
often it was read, is what one scrape costs; read as often as the shipped configuration has it, that is a share of the
fan-out.
"""

import re
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import product
from urllib.parse import urlsplit

import msgspec

from benchmarks.load.load_process import LoadProcess
from benchmarks.load.publishing import PublishingProcess
from benchmarks.measurements.fan_out import RATES, SIZES, Bench, FanOut
from benchmarks.options import Options
from benchmarks.servers.servers import OURS, Running, place, servers
from tests.processes import ROOT

_SCRAPES_A_SECOND = 10.0
"""So many that their cost stands out; each is a request of its own on one connection, as Prometheus makes them."""
_SHIPPED = ROOT / "platform" / "deploy" / "prometheus" / "prometheus.yml"
_SCRAPE_INTERVAL = re.compile(r"^  scrape_interval: (\d+)s", re.MULTILINE)


class MetricsScrapes(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway under one load. Times are of its processor; `share_percent` is of the fan-out's."""

    fan_out_ms_a_second: float
    scrape_ms: float
    answer_kib: float
    scrape_interval_seconds: int
    share_percent: float


class _Scraping:
    """Reads `/metrics` again and again, in a thread."""

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc)
        self._began_at = time.monotonic()
        self._count = 0
        self._stopped = threading.Event()
        self.answer_bytes = 0

    @property
    def a_second(self) -> float:
        return self._count / (time.monotonic() - self._began_at)

    def run(self) -> None:
        with closing(self._connection):
            while not self._stopped.wait(self._began_at + self._count / _SCRAPES_A_SECOND - time.monotonic()):
                self._connection.request("GET", "/metrics")
                answer = self._connection.getresponse()
                self.answer_bytes = len(answer.read())
                assert answer.status == HTTPStatus.OK, answer.status
                self._count += 1

    def stop(self) -> None:
        self._stopped.set()


@contextmanager
def _scraping(address: str) -> Iterator[_Scraping]:
    """Read while the block runs; what fails in the thread fails here at its end, or its cost would be told too low."""
    scraping = _Scraping(address)
    with ThreadPoolExecutor(max_workers=1) as threads:
        running = threads.submit(scraping.run)
        try:
            yield scraping
        finally:
            scraping.stop()
        running.result()


def metrics_scrapes(options: Options) -> dict[str, list[MetricsScrapes]]:
    """Measure under each load of `fan_out`, `options.rounds` times."""
    found: dict[str, list[MetricsScrapes]] = {}
    with place() as where, LoadProcess() as load, PublishingProcess() as publishing:
        read = msgspec.structs.replace(where, environment={**where.environment, "METRICS": "local"})
        with Running(servers([OURS])[0], read) as gateway:
            bench = Bench(load, publishing, options.seconds)
            bench.warm_up(gateway, min(options.clients_or(*SIZES)))
            for turn, (clients, rate) in product(range(options.rounds), product(options.clients_or(*SIZES), RATES)):
                case = f"{rate}, {clients} clients"
                print(f"round {turn + 1}: {case}", file=sys.stderr, flush=True)
                found.setdefault(case, []).append(_measured(bench, gateway, clients, rate))
    return found


def _measured(bench: Bench, gateway: Running, clients: int, rate: str) -> MetricsScrapes:
    without = _milliseconds_a_second(bench.measure(gateway, clients, rate))
    with _scraping(gateway.address) as scraping:
        scraped = _milliseconds_a_second(bench.measure(gateway, clients, rate))
        scrapes_a_second = scraping.a_second
    scrape, interval = (scraped - without) / scrapes_a_second, _scrape_interval()
    return MetricsScrapes(
        fan_out_ms_a_second=round(without, 1),
        scrape_ms=round(scrape, 2),
        answer_kib=round(scraping.answer_bytes / 1024, 1),
        scrape_interval_seconds=interval,
        share_percent=round(100 * scrape / interval / without, 2),
    )


def _milliseconds_a_second(measured: FanOut) -> float:
    """Return the processor time of a second, more exact than the share that is told of the server."""
    assert measured.cpu_us_per_frame is not None, measured
    return measured.cpu_us_per_frame * measured.delivered_per_second / 1000


def _scrape_interval() -> int:
    found = _SCRAPE_INTERVAL.search(_SHIPPED.read_text(encoding="utf-8"))
    assert found is not None, _SHIPPED
    return int(found[1])
