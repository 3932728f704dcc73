"""A Chromium, driven by page_driver.mjs, one command at a time."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from tests.waiting import LIMIT_SECONDS

_DRIVER = Path(__file__).with_name("page_driver.mjs")
_END_SECONDS = 15.0

PHONE: Mapping[str, object] = {
    "viewport": {"width": 375, "height": 812},
    "deviceScaleFactor": 2,
    "isMobile": True,
    "hasTouch": True,
}
"""What makes Chromium a phone: it takes touches, and zooms out where a page is wider than the screen."""


class BrowserDriver:
    """The process that drives a Chromium; a context manager, which ends both.

    One visit at a time: what a `BrowserPage` and its tabs have kept is gone when it ends. Chromium's cache stays.
    """

    def __init__(
        self, *, node: str, chromium: str, profile: Path, emulation: Mapping[str, object] | None = None
    ) -> None:
        """Start it, its profile in an empty folder; `emulation` is what Playwright takes, such as `PHONE`."""
        command = [node, str(_DRIVER), chromium, str(profile), str(LIMIT_SECONDS), json.dumps(emulation or {})]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._commands = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End Chromium."""
        try:
            self._process.communicate(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise

    def do(self, command: str, *, tab: int = 0, **parameters: Any) -> Any:
        """Return the answer to a command in a tab; one that fails fails the test."""
        self._commands += 1
        self._write({"command": command, "tab": tab, "number": self._commands, **parameters})
        while (answer := self._read())["number"] != self._commands:
            pass  # the answer to a command under which a test ended, for it took too long
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def _write(self, command: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the browser's driver ended; its standard error says why"
        return cast("dict[str, Any]", json.loads(line))
