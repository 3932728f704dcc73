"""One page of a real browser, driven by page_driver.mjs, for tests that look at it as a user does."""

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_DRIVER = Path(__file__).with_name("page_driver.mjs")
_WAIT_SECONDS = 20.0
_END_SECONDS = 15.0


class BrowserPage:
    """A page in a Chromium of its own; a context manager, which ends Chromium."""

    def __init__(self, *, node: str, chromium: str, profile: Path) -> None:
        """Start Chromium, with its profile in an empty folder."""
        command = [node, str(_DRIVER), chromium, str(profile)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._process.communicate(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise

    def open(
        self, url: str, *, width: int = 1440, height: int = 900, scheme: str = "dark", policy: str | None = None
    ) -> None:
        """Open an address; `policy` is a Content-Security-Policy to add to the page's answer."""
        self._do("open", url=url, width=width, height=height, scheme=scheme, policy=policy)

    def answer(self, pattern: str, *, status: int = 200, kind: str = "application/json", body: str = "") -> None:
        """Answer requests in the server's stead; `pattern` is a glob of addresses, `kind` the content's type."""
        self._do("answer", pattern=pattern, status=status, contentType=kind, body=body)

    def release(self, pattern: str) -> None:
        """Let the server answer requests again that `answer` has answered."""
        self._do("release", pattern=pattern)

    def wait(self, expression: str, *, seconds: float = _WAIT_SECONDS) -> None:
        """Return once a JavaScript expression is true in the page; fail after `seconds`."""
        self._do("wait", expression=expression, seconds=seconds)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        return self._do("evaluate", expression=expression)

    def text(self, selector: str) -> str:
        """Return the visible text of the first element that matches."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def click(self, selector: str) -> None:
        """Click the first element that matches, as soon as it can be clicked."""
        self._do("click", selector=selector)

    def fill(self, selector: str, text: str) -> None:
        """Type a text into a field, in place of what is there."""
        self._do("fill", selector=selector, text=text)

    def press(self, key: str) -> None:
        """Press a key, such as `ArrowRight`, where the focus is."""
        self._do("press", key=key)

    def drag(self, selector: str, *, right: int, down: int = 0) -> None:
        """Drag from the middle of the first element that matches, so many pixels."""
        self._do("drag", selector=selector, right=right, down=down)

    def reload(self) -> None:
        """Load the page anew."""
        self._do("reload")

    def screenshot(self, path: Path, *, full: bool = False) -> None:
        """Write what the window shows, or the whole page, as PNG."""
        self._do("screenshot", path=str(path), full=full)

    def problems(self) -> list[str]:
        """Return the errors and warnings that the console has shown so far."""
        return list(self._do("problems"))

    def _do(self, command: str, **parameters: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **parameters}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the browser's driver ended; its standard error says why"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]
