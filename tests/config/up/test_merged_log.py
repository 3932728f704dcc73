"""The one log of many processes."""

import io
import os
import pty
import re
from collections.abc import Callable

import pytest

from config.up.merged_log import MergedLog


def test_it_begins_each_line_with_the_process() -> None:
    stream = io.StringIO()
    log = MergedLog(stream, colours=False, lost=lambda: None)
    log.line("gateway.1", 4711, "Serving on http://127.0.0.1:8000")
    log.line("alerts.2", 12, "the lease is ours")
    log.say("warning", "alerts.2 ended")
    first, second, own = stream.getvalue().splitlines()
    assert first == "gateway.1       4711 | Serving on http://127.0.0.1:8000"
    assert second == "alerts.2          12 | the lease is ours"
    assert re.fullmatch(rf"up +{os.getpid()} \| [\d-]+T[\d:.]+Z \[warning  \] alerts\.2 ended", own)


def test_it_gives_each_process_a_colour_of_its_own_and_leaves_the_text_alone() -> None:
    stream = io.StringIO()
    log = MergedLog(stream, colours=True, lost=lambda: None)
    for name in ("a", "b", "a"):
        log.line(name, 1, "text")
    first, second, third = stream.getvalue().splitlines()
    assert first == third
    assert first.replace("a", "b", 1) != second
    assert all(line.endswith("\x1b[0m text") for line in (first, second))


def _closed_pipe() -> int:
    """Return where to write to a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def _closed_terminal() -> int:
    """Return where to write to a terminal whose window was closed."""
    window, terminal = pty.openpty()
    os.close(window)
    return terminal


@pytest.mark.parametrize("closed", [_closed_pipe, _closed_terminal])
def test_it_tells_once_that_nobody_reads_any_more(closed: Callable[[], int]) -> None:
    stream = os.fdopen(closed(), "w", encoding="utf-8")
    told: list[str] = []
    log = MergedLog(stream, colours=False, lost=lambda: told.append("lost"))
    for _ in range(2):
        log.line("gateway.1", 1, "text")
    assert told == ["lost"]
    assert stream.closed, "Python would try once more when it ends, and fail"
