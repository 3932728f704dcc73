"""How smoothly the dashboard draws while a hundred updates a second flow in, beside the same page with none."""

from itertools import pairwise
from typing import Any

import msgspec

from benchmarks.measurements.page.shown_dashboard import DOCK_CLOSED, DOCK_OPEN, shown_dashboard
from tests.browser.browser_page import BrowserPage

SECONDS = 10
_WATCH_FRAMES = f"""new Promise((resolve) => {{
  const frames = [];
  const entries = {{ longtask: [], "layout-shift": [] }};
  const observer = new PerformanceObserver((list) => {{
    for (const entry of list.getEntries()) entries[entry.entryType].push(entry.value ?? entry.duration);
  }});
  for (const type of Object.keys(entries)) observer.observe({{ type }});
  const end = performance.now() + {SECONDS * 1000};
  requestAnimationFrame(function next(now) {{
    frames.push(now);
    if (now < end) requestAnimationFrame(next);
    else resolve({{ frames, longTasks: entries.longtask, shifts: entries["layout-shift"] }});
  }});
}})"""


class Frames(msgspec.Struct, frozen=True, kw_only=True):
    """Ten seconds of the page. `…_cpu_ms`: processor time in milliseconds a second, whoever else uses the machine."""

    updates_per_second: float
    frames_per_second: float
    longest_frame_ms: float
    long_tasks: int
    """Tasks of the main thread of more than 50 ms."""
    longest_task_ms: float
    layout_shift: float
    """By how much the layout moved in the ten seconds (the sum of Layout Instability scores)."""
    script_cpu_ms: float
    style_cpu_ms: float
    layout_cpu_ms: float
    paint_cpu_ms: float
    garbage_cpu_ms: float
    main_thread_cpu_ms: float
    """Those, and all else that the page's main thread does."""
    renderer_cpu_ms: float
    """All threads of the page's process: the main one, the compositor, and those that turn paint into pixels."""
    compositor_cpu_ms: float
    """Chromium's process that puts the pixels together, by software as there is no GPU."""


def frames(*, rounds: int) -> dict[str, list[Frames]]:
    """Measure the page by turns, `rounds` times: live and idle (disconnected), the dock closed and the log open."""
    with shown_dashboard() as dashboard:
        return _measured(dashboard.page, rounds)


def _measured(page: BrowserPage, rounds: int) -> dict[str, list[Frames]]:
    _watch(page)  # warms up what is compiled and loaded once
    found: dict[str, list[Frames]] = {}
    for _ in range(rounds):
        for dock, show in {"": DOCK_CLOSED, ", log open": DOCK_OPEN}.items():
            page.evaluate(show)
            found.setdefault(f"live{dock}", []).append(_watch(page))
            _connect(page, connected=False)
            found.setdefault(f"idle{dock}", []).append(_watch(page))
            _connect(page, connected=True)
    return found


def _connect(page: BrowserPage, *, connected: bool) -> None:
    """Open or close the page's connection by its own button; an idle page has ended its flashes, too."""
    page.evaluate(f"document.getElementById('{'connect' if connected else 'disconnect'}-button').click()")
    page.wait(f"document.body.dataset.connection === '{'live' if connected else 'offline'}'", seconds=60)
    page.wait("document.getAnimations().length === 0 || document.body.dataset.connection === 'live'")


def _watch(page: BrowserPage) -> Frames:
    before, processes, updates = page.metrics(), page.processor_times(), page.updates()
    page.start_trace()
    seen: dict[str, Any] = page.evaluate(_WATCH_FRAMES)
    used = {kind: 1000 * (time - processes.get(kind, 0)) for kind, time in page.processor_times().items()}
    after, updates = page.metrics(), page.updates() - updates
    times = page.end_trace()
    drawn = seen["frames"]
    seconds = (drawn[-1] - drawn[0]) / 1000
    return Frames(
        updates_per_second=round(updates / (after["Timestamp"] - before["Timestamp"]), 1),
        frames_per_second=round((len(drawn) - 1) / seconds, 1),
        longest_frame_ms=round(max(later - earlier for earlier, later in pairwise(drawn)), 1),
        long_tasks=len(seen["longTasks"]),
        longest_task_ms=round(max(seen["longTasks"], default=0.0), 1),
        layout_shift=round(sum(seen["shifts"]), 4),
        main_thread_cpu_ms=round(1000 * (after["ThreadTime"] - before["ThreadTime"]) / seconds, 1),
        renderer_cpu_ms=round(used["renderer"] / seconds, 1),
        compositor_cpu_ms=round(used["GPU"] / seconds, 1),
        **{f"{kind}_cpu_ms": round(time / seconds, 1) for kind, time in times.items()},
    )
