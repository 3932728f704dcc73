"""Whether the dashboard's memory stays flat while everything moves: the page that a trader keeps open all day.

The same deployment and speed as the frames' measurement, the log of all frames open. The heap is read after a forced
collection of garbage, three times at once, and the least counts: what is just being handled is not what is held. No
inspector is attached but while it is read.

What a page compiles, loads and fills once takes minutes: the trend is that of the samples after a warm-up, which are
taken in the same way.

Every fifth time a snapshot tells what the heap is made of. The values are what the page holds; the code is what V8
has compiled and keeps as it sees fit, more of it the longer the page runs and never more than there is to compile.
"""

import time
from collections.abc import Sequence

from benchmarks.markdown import markdown_table
from benchmarks.measurements.page.growth import FLAT_PERCENT, Growth, growth
from benchmarks.measurements.page.shown_dashboard import DOCK_OPEN, UninspectedDashboard, uninspected_dashboard
from benchmarks.options import Options
from benchmarks.processor_time import resident_bytes

_SAMPLES = 60
_READINGS = 3
_SAMPLES_A_SNAPSHOT = 5
_COUNTED_SECONDS = 3.0
"""So long before each sample updates are counted."""
_PARTS = {
    "values": "heap: the page's values, KiB",
    "code": "heap: compiled code, KiB",
    "browser": "heap: the browser's objects, KiB",
}
_COUNTERS = {"JSHeapUsedSize": "JS heap, KiB", "Nodes": "DOM nodes", "JSEventListeners": "event listeners"}
_KIB = 1024
_UPDATES = "updates a second"
_FLAT = {True: "yes", False: "no", None: "unsure"}


def page_memory(options: Options) -> dict[str, list[Growth]]:
    """Sample the page, its processes and the servers' as long as `options` say; return the growth of each."""
    warm_up, seconds = 60 * options.warm_up, 60 * options.minutes
    pause = seconds / _SAMPLES
    with uninspected_dashboard() as dashboard:
        dashboard.page.evaluate(DOCK_OPEN)
        times, samples = _sampled(dashboard, pause, round((warm_up + seconds) / pause))
    return {name: [_growth_of(name, times, samples, warm_up)] for name in samples[0]}


def _growth_of(name: str, times: Sequence[float], samples: Sequence[dict[str, float]], warm_up: float) -> Growth:
    """Return the growth of a figure, which not every sample has."""
    found = [(time, sample[name]) for time, sample in zip(times, samples, strict=True) if name in sample]
    return growth([time for time, _ in found], [value for _, value in found], warm_up=warm_up)


def table(rows: dict[str, list[Growth]]) -> str:
    """Return Markdown: a line for each figure."""
    heads = [
        "",
        "first",
        "start",
        "end",
        "an hour",
        "% an hour",
        "standard error, %",
        f"flat (less than {FLAT_PERCENT:g} % an hour)",
        "an hour, by the last third",
    ]
    return markdown_table(heads, (_line(name, found) for name, (found,) in rows.items()))


def _line(name: str, found: Growth) -> list[str]:
    figures = (found.first, found.start, found.end, found.an_hour, found.percent_an_hour, found.error_percent)
    is_flat = "" if name == _UPDATES else _FLAT[found.is_flat]
    return [name, *map(_text, figures), is_flat, _text(found.last_third_an_hour)]


def _text(figure: float) -> str:
    return f"{figure:,.2f}".removesuffix(".00")


def _sampled(
    dashboard: UninspectedDashboard, pause: float, count: int
) -> tuple[Sequence[float], list[dict[str, float]]]:
    """Return when it was sampled, `count` times with so many seconds between them, and what was found."""
    times: list[float] = []
    samples: list[dict[str, float]] = []
    began = time.monotonic()
    for number in range(1, count + 1):
        time.sleep(max(0.0, began + number * pause - time.monotonic()))
        times.append(time.monotonic() - began)
        figures = _sample(dashboard)
        if number % _SAMPLES_A_SNAPSHOT == 1:
            figures |= {_PARTS[part]: size / _KIB for part, size in dashboard.page.heap_sizes().items()}
        samples.append(figures)
    return times, samples


def _sample(dashboard: UninspectedDashboard) -> dict[str, float]:
    page = dashboard.page
    figures = {_UPDATES: page.updates_a_second(_COUNTED_SECONDS)}
    metrics = page.collected_metrics(_READINGS)
    figures |= {name: metrics[counter] / (_KIB if "KiB" in name else 1) for counter, name in _COUNTERS.items()}
    processes = page.process_ids()
    figures["page's process, KiB"] = max(map(resident_bytes, processes["renderer"])) / _KIB
    figures["compositor's process, KiB"] = sum(map(resident_bytes, processes["GPU"])) / _KIB
    for name in ("gateway 1", "bridge"):
        figures[f"{name}, KiB"] = resident_bytes(dashboard.deployment.processes[name].id) / _KIB
    return figures
