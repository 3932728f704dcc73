"""Pages of a real browser, for tests that look at them as a user does."""

import json
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.browser.browser_driver import BrowserDriver
from tests.waiting import LIMIT_SECONDS

IS_SEEN = "document.querySelector('.bench[data-loading]') === null"
"""True of a page that hides itself while it loads once it is seen, and can be used; of the others always."""


class BrowserTab:
    """One tab of a Chromium."""

    def __init__(self, driver: BrowserDriver, number: int) -> None:
        self._driver = driver
        self._number = number

    def open(
        self, url: str, *, width: int = 1440, height: int = 900, scheme: str = "dark", policy: str | None = None
    ) -> None:
        """Open an address; `policy` is a Content-Security-Policy to add to the page's answer."""
        self._do("open", url=url, width=width, height=height, scheme=scheme, policy=policy)

    def note_frame(self, expression: str) -> None:
        """Let pages opened from now on keep, as `frameNoted`, when the frame began that first made it true.

        In milliseconds of the page's own clock, as the times of its requests are; looked at when the document changes.
        """
        self._do("noteFrame", expression=expression)

    def close(self) -> None:
        """Close the tab."""
        self._do("closeTab")

    def resize(self, width: int, height: int) -> None:
        """Let the window have another size, without loading its page anew."""
        self._do("resize", width=width, height=height)

    def prefer(self, *, scheme: str = "dark", motion: str = "no-preference") -> None:
        """Let the page see other preferences of its reader, without loading it anew."""
        self._do("emulate", colorScheme=scheme, reducedMotion=motion)

    def answer(self, pattern: str, *, status: int = 200, kind: str = "application/json", body: str = "") -> None:
        """Answer requests in the server's stead; `pattern` is a glob of addresses, `kind` the content's type."""
        self._do("answer", pattern=pattern, status=status, contentType=kind, body=body)

    def release(self, pattern: str) -> None:
        """Let the server answer requests again that `answer` has answered."""
        self._do("release", pattern=pattern)

    def wait(self, expression: str, *, seconds: float = LIMIT_SECONDS) -> None:
        """Return once a JavaScript expression is true in the page; fail after `seconds`."""
        self._do("wait", expression=expression, seconds=seconds)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page; that of a promise once it is settled."""
        return self._do("evaluate", expression=expression)

    def text(self, selector: str) -> str:
        """Return the visible text of the first element that matches."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def click(self, selector: str) -> None:
        """Click the first element that matches, as soon as it can be clicked."""
        self._do("click", selector=selector)

    def hover(self, selector: str) -> None:
        """Move the mouse to the middle of the first element that matches."""
        self._do("hover", selector=selector)

    def tap(self, selector: str) -> None:
        """Tap the first element that matches, as on a phone (`PHONE`)."""
        self._do("tap", selector=selector)

    def fill(self, selector: str, text: str) -> None:
        """Type a text into a field, in place of what is there."""
        self._do("fill", selector=selector, text=text)

    def select(self, selector: str, value: str) -> None:
        """Choose the option of that value."""
        self._do("select", selector=selector, value=value)

    def focus(self, selector: str) -> None:
        """Put the focus on the first element that matches."""
        self._do("focus", selector=selector)

    def press(self, key: str) -> None:
        """Press a key, such as `ArrowRight` or `Shift+Tab`, where the focus is."""
        self._do("press", key=key)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self._do("type", text=text)

    def tab_until(self, expression: str, *, most: int) -> None:
        """Press Tab until a JavaScript expression is true, `most` times; fail if it isn't then."""
        self._do("tabUntil", expression=expression, most=most)

    def drag(self, selector: str, *, right: int, down: int = 0) -> None:
        """Drag from the middle of the first element that matches, so many pixels."""
        self._do("drag", selector=selector, right=right, down=down)

    def drag_by_touch(self, selector: str, *, right: int = 0, down: int = 0) -> None:
        """Drag with a finger, as `drag` does with the mouse."""
        self._do("dragByTouch", selector=selector, right=right, down=down)

    def download(self, selector: str, path: Path) -> str:
        """Click what downloads a file, and keep the file at `path`; return the name that it was given."""
        return str(self._do("download", selector=selector, path=str(path)))

    def reload(self) -> None:
        """Load the page anew."""
        self._do("reload")

    def screenshot(self, path: Path, *, full: bool = False) -> None:
        """Write what the window shows, or the whole page, as PNG."""
        self._do("screenshot", path=str(path), full=full)

    def accessibility(self) -> list[dict[str, str]]:
        """Return what axe-core finds in the page, be it minor: rule, impact, target, summary and HTML."""
        return list(self._do("accessibility"))

    def count_updates(self) -> None:
        """Count the updates of channels that come over sockets which are opened from now on."""
        self._do("countUpdates")

    def updates(self) -> int:
        """Return how many updates have come, those in a batch one by one."""
        return int(self._do("updates"))

    def metrics(self) -> dict[str, float]:
        """Return Chromium's counters of the page (CDP's Performance.getMetrics), times in seconds."""
        return dict(self._do("metrics"))

    def processor_times(self) -> dict[str, float]:
        """Return the processor time of Chromium's processes in seconds, by their kind (`renderer`, `GPU`, …)."""
        return dict(self._do("processorTimes"))

    def start_trace(self) -> None:
        """Begin to trace what Chromium does."""
        self._do("startTrace")

    def end_trace(self) -> dict[str, float]:
        """End the trace; return processor time in milliseconds, by what it was for (main_thread.mjs)."""
        return dict(self._do("endTrace"))

    def _do(self, command: str, **parameters: Any) -> Any:
        return self._driver.do(command, tab=self._number, **parameters)


class BrowserPage(BrowserTab):
    """The first tab of a visit; a context manager, in which the visit takes place.

    It finds nothing of the visits before it: no tab, cookie, storage, worker, permission or answer of theirs.
    """

    def __init__(self, driver: BrowserDriver) -> None:
        super().__init__(driver, 0)
        self._expected: list[str] = []
        self._refused: set[str] = set()

    def __enter__(self) -> Self:
        self._driver.do("begin")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._driver.do("end")

    def new_tab(self) -> BrowserTab:
        """Open a tab in the same visit: it shares cookies and storage."""
        return BrowserTab(self._driver, int(self._do("newTab")))

    def end_browser(self) -> None:
        """End Chromium, as when it crashes."""
        self._do("endBrowser")

    def offline(self, *, offline: bool = True) -> None:
        """Take the network away from all tabs, or give it back."""
        self._do("offline", offline=offline)

    def install_clock(self) -> None:
        """Let `forward` move the time of pages that are opened from now on; it holds for all visits to this browser."""
        self._do("installClock")

    def forward_until(self, expression: str, *, seconds: int) -> None:
        """Let the clock run ahead, a second at once, until a JavaScript expression is true; fail after `seconds`."""
        for _ in range(seconds):
            if self.evaluate(expression):
                return
            self._do("forward", seconds=1)
        self.wait(expression)

    def stop_clock(self) -> None:
        """Let time stand still in the pages: what they are to do later waits, what they hear they do."""
        self._do("stopClock")

    def resume_clock(self) -> None:
        """Let the clock run on."""
        self._do("resumeClock")

    def grant(self, *permissions: str) -> None:
        """Let pages do what they would have to ask their reader for, such as `notifications`."""
        self._do("grant", permissions=permissions)

    def watch_worker(self) -> None:
        """Know the service worker of the first tab from now on, so that `push` finds it."""
        self._do("watchWorker")

    def push(self, data: str) -> None:
        """Deliver a push to the service worker, as it comes from a push service once it is decrypted."""
        self._do("push", data=data)

    def evaluate_in_worker(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the service worker."""
        return self._do("evaluateInWorker", expression=expression)

    def problems(self) -> list[str]:
        """Return the errors and warnings that the console of any tab has shown so far."""
        return list(self._do("problems"))

    def violations(self) -> list[dict[str, object]]:
        """Return what the Content-Security-Policy has refused so far, in any tab: directive, what, and where."""
        return list(self._do("violations"))

    def expect_problems(self, *patterns: str) -> None:
        """Declare that the console may show what one of these regular expressions matches somewhere."""
        self._expected.extend(patterns)

    def expect_violations(self, *directives: str) -> None:
        """Declare that the policy may refuse something by these directives, and the console tell of it."""
        self._refused.update(directives)
        self._expected.append("Content Security Policy")

    def unexpected(self) -> list[object]:
        """Return the problems and the violations that the test has not declared."""
        problems = [text for text in self.problems() if not any(re.search(known, text) for known in self._expected)]
        violations = [each for each in self.violations() if each["directive"] not in self._refused]
        return [*problems, *violations]
