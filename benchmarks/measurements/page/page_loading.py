"""How soon each page shows most of itself, how far it moves meanwhile, and what holds its main thread up.

Each visit is the first one of a browser started anew, signed in, on this machine; two gateways, a bridge and the
simulated exchange serve it, each in a process of its own.
"""

from itertools import product
from typing import Any

import msgspec

from benchmarks.markdown import markdown_table
from benchmarks.measurements.page.browser_visits import browser_visits
from benchmarks.options import Options
from tests.browser.browser_driver import BrowserDriver
from tests.browser.browser_page import BrowserPage
from tests.browser.signing_in import PASSWORD, new_trader, open_signed_in

LARGEST_WITHIN_MS = 1_500.0
"""Until the largest part that a page shows is painted (https://web.dev/articles/lcp)."""
MOST_SHIFT = 0.02
"""Cumulative Layout Shift: the share of the screen that moves, times how far (https://web.dev/articles/cls)."""
_OF_A_TRADER = ("", "wallets/", "backtests/", "grids/", "strategies/", "signals/", "accounts/", "account/")
_FOR_ANYBODY = ("operations/", "api/docs/", "api/docs/websocket/")
_WIDTHS = {375: 812, 1440: 900}
_WATCHED_MS = 3_000
_LOADED = "document.readyState === 'complete'"
_WATCH = f"""new Promise((resolve) => {{
  const found = {{ "largest-contentful-paint": [], "layout-shift": [], longtask: [] }};
  const observers = Object.keys(found).map((type) => {{
    const observer = new PerformanceObserver((list) => found[type].push(...list.getEntries()));
    observer.observe({{ type, buffered: true }});
    return observer;
  }});
  setTimeout(() => {{
    for (const observer of observers) observer.disconnect();
    const largest = found["largest-contentful-paint"].at(-1).startTime;
    const files = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
    resolve({{
      largest,
      shift: found["layout-shift"].reduce((sum, {{ value, hadRecentInput }}) => sum + (hadRecentInput ? 0 : value), 0),
      tasks: found.longtask.map(({{ duration }}) => duration),
      later: found.longtask.filter(({{ startTime }}) => startTime > largest).map(({{ duration }}) => duration),
      requests: files.length,
      bytes: files.reduce((sum, {{ encodedBodySize }}) => sum + encodedBodySize, 0),
    }});
  }}, {_WATCHED_MS});
}})"""


class Loading(msgspec.Struct, frozen=True, kw_only=True):
    """One visit, until three seconds after the page had loaded. Times in milliseconds."""

    largest_paint_ms: float
    layout_shift: float
    longest_task_ms: float
    """Of the tasks of the main thread over 50 ms; 0 where there was none."""
    long_tasks_later: int
    """How many of these began after the largest part was painted."""
    requests: int
    kilobytes: float
    """What was transferred of files, compressed, in thousands of bytes."""


def page_loading(options: Options) -> dict[str, list[Loading]]:
    """Visit every page at a phone's and a desktop's width, `options.rounds` times."""
    found: dict[str, list[Loading]] = {}
    with browser_visits() as (driver, deployment):
        url = f"{deployment.http_url}/"
        trader = new_trader(url)
        pages = (*_OF_A_TRADER, *_FOR_ANYBODY)
        for _, path, width in product(range(options.rounds), pages, _WIDTHS):
            found.setdefault(f"/{path} {width}", []).append(_visit(driver, url, path, width, trader))
    return found


def table(rows: dict[str, list[Loading]]) -> str:
    """Return Markdown: a line for each page and width, the worst of its rounds."""
    figures = Loading.__struct_fields__
    worst = {case: [max(getattr(each, figure) for each in found) for figure in figures] for case, found in rows.items()}
    lines = [[case, *(f"{value:g}" for value in values)] for case, values in worst.items()]
    return markdown_table(["the worst of all rounds", *figures], lines)


def _visit(driver: BrowserDriver, url: str, path: str, width: int, trader: str) -> Loading:
    """Load a page in a browser that knows nothing of it yet."""
    height = _WIDTHS[width]
    with BrowserPage(driver) as page:
        if path in _OF_A_TRADER:
            open_signed_in(page, f"{url}{path}", trader, PASSWORD, width=width, height=height)
        else:
            page.open(f"{url}{path}", width=width, height=height)
        page.wait(_LOADED)
        seen: dict[str, Any] = page.evaluate(_WATCH)
        page.end_browser()
    return Loading(
        largest_paint_ms=round(seen["largest"], 0),
        layout_shift=round(seen["shift"], 4),
        longest_task_ms=round(max(seen["tasks"], default=0.0), 0),
        long_tasks_later=len(seen["later"]),
        requests=seen["requests"],
        kilobytes=round(seen["bytes"] / 1000, 1),
    )
