"""A page of a Chromium to which nobody is attached but for a moment, as it is with a trader's.

An inspector that stays keeps every answer the page gets, is told of every frame, and lets V8 number all that moves in
its heap: the page's process then holds more the longer it is looked at. What it has kept goes when it leaves.
https://chromedevtools.github.io/devtools-protocol/
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

from benchmarks.measurements.page.heap_sizes import heap_sizes
from tests.waiting import LIMIT_SECONDS, until_now

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1440,900",
)
_END_SECONDS = 15.0


class Inspector:
    """What is attached to a page, or to the browser; it speaks Chromium's protocol."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._calls = 0
        self._events: list[dict[str, Any]] = []

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return the result of a method; RuntimeError with Chromium's words where it refuses."""
        self._calls += 1
        self._connection.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while (answer := self._next()).get("id") != self._calls:
            self._events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return cast("dict[str, Any]", answer["result"])

    def events(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of those events that have come so far, and forget all."""
        found = [event["params"] for event in self._events if event["method"] == method]
        self._events.clear()
        return found

    def _next(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads(self._connection.recv(timeout=LIMIT_SECONDS)))


class UninspectedPage:
    """The one tab of a Chromium of its own, its profile in an empty folder; a context manager, which ends it."""

    def __init__(self, *, chromium: str, profile: Path) -> None:
        self._port_file = profile / "DevToolsActivePort"
        self._command = [chromium, *_FLAGS, f"--user-data-dir={profile}", "about:blank"]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - the system's Chromium
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until_now(self._listens)
        self._port, browser_path = self._port_file.read_text(encoding="ascii").split()
        self._browser = f"ws://127.0.0.1:{self._port}{browser_path}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(_END_SECONDS)

    def open(self, url: str) -> None:
        """Open an address; what it shows then is not waited for."""
        with self.inspected() as inspector:
            inspector.call("Page.navigate", url=url)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        with self.inspected() as inspector:
            return inspector.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str, *, seconds: float = LIMIT_SECONDS) -> None:
        """Return once a JavaScript expression is true in the page; fail after `seconds`."""
        until_now(lambda: self.evaluate(expression) is True, seconds=seconds, explain=lambda: expression)

    def updates_a_second(self, seconds: float) -> float:
        """Return how many updates of channels its sockets receive, those in a batch one by one, counted so long."""
        with self.inspected() as inspector:
            inspector.call("Network.enable")
            began = time.monotonic()
            time.sleep(seconds)
            inspector.call("Network.disable")
            taken = time.monotonic() - began
            frames = inspector.events("Network.webSocketFrameReceived")
        return sum(_updates_in(json.loads(frame["response"]["payloadData"])) for frame in frames) / taken

    def collected_metrics(self, readings: int) -> dict[str, float]:
        """Return Chromium's counters of the page once its garbage is collected: the least heap of so many readings."""
        with self.inspected() as inspector:
            inspector.call("Performance.enable")
            return min((_collected(inspector) for _ in range(readings)), key=lambda found: found["JSHeapUsedSize"])

    def heap_sizes(self) -> dict[str, float]:
        """Return what the heap is made of, in bytes (heap_sizes.py)."""
        with self.inspected() as inspector:
            inspector.call("HeapProfiler.takeHeapSnapshot", reportProgress=False)
            chunks = inspector.events("HeapProfiler.addHeapSnapshotChunk")
        return heap_sizes(json.loads("".join(chunk["chunk"] for chunk in chunks)))

    def process_ids(self) -> dict[str, list[int]]:
        """Return the numbers of Chromium's processes, by their kind (`renderer`, `GPU`, …)."""
        with _attached(self._browser) as inspector:
            processes = inspector.call("SystemInfo.getProcessInfo")["processInfo"]
        ids: dict[str, list[int]] = {}
        for process in processes:
            ids.setdefault(process["type"], []).append(process["id"])
        return ids

    @contextmanager
    def inspected(self) -> Iterator[Inspector]:
        """Attach an inspector for as long as the block lasts."""
        with urlopen(f"http://127.0.0.1:{self._port}/json/list") as answer:
            (page,) = (target for target in json.load(answer) if target["type"] == "page")
        with _attached(page["webSocketDebuggerUrl"]) as inspector:
            yield inspector

    def _listens(self) -> bool:
        return self._port_file.exists() and "\n" in self._port_file.read_text(encoding="ascii")


@contextmanager
def _attached(address: str) -> Iterator[Inspector]:
    with connect(address, max_size=None, compression=None, ping_interval=None) as connection:
        yield Inspector(connection)


def _collected(inspector: Inspector) -> dict[str, float]:
    inspector.call("HeapProfiler.collectGarbage")
    return {metric["name"]: metric["value"] for metric in inspector.call("Performance.getMetrics")["metrics"]}


def _updates_in(frame: dict[str, Any]) -> int:
    """Return how many updates of channels one frame has: a batch many, another one or none."""
    return len(frame["data"]) if frame["type"] == "batch" else int(bool(frame.get("channel")))
