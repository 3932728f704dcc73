"""docs/logging.md names every field that a line of the log may have, and no other."""

import ast
import io
import json
import logging.config
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from django.conf import settings

from config.logs.logging import logging_settings
from streaming.tracing.correlation import correlated
from streaming.tracing.spans import span
from tests.streaming.tracing.recorded_spans import recorded_spans

ROOT = Path(__file__).resolve().parents[3]
_FOLDERS = ("streaming", "accounts", "alerts", "trading", "wallets", "platform/config")
_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "bound_contextvars"}
_LOGGERS = {"logger", "log", "_log", "contextvars"}
_NAMES_A_LOGGER = re.compile(rf"\b(?:{'|'.join(_LOGGERS)})\b")
"""What a source that logs has somewhere; most have nothing of it, and aren't parsed."""
_READ_BY_LOGGING = {"exc_info", "stack_info"}
SPREAD = {
    "alerts/deliveries/sending/worker.py": {"channel", "user"},
    "streaming/gateway/deployment/connection_log.py": {"client_id", "user_id", "channels", "count"},
    "streaming/market/bridge/active_bridge.py": {"slot", "holder", "epoch"},
    "streaming/workers/leases/leases.py": {"lease", "holder"},
    "trading/running/active_run.py": {"backtest_id", "claim"},
}
"""The fields of those calls that give them as a mapping, which no look at the source alone finds."""
_ROW = re.compile(r"\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|")


def documented() -> set[str]:
    """Return the fields that the page names."""
    page = (ROOT / "docs" / "logging.md").read_text(encoding="utf-8").partition("\n## Fields\n")[2]
    cells = [found[1] for line in page.splitlines() if (found := _ROW.match(line))]
    names = [name.strip("`") for cell in cells for name in cell.split(", ")]
    assert len(names) == len(set(names)) > 80
    return set(names)


def logged() -> Iterator[tuple[str, str | None]]:
    """Yield each field that our code gives to a line, with its file; None for a mapping of them."""
    for path in (file for folder in _FOLDERS for file in (ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if _NAMES_A_LOGGER.search(text) else ():
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=of) | ast.Attribute(attr=of), attr=method)):
                    if of in _LOGGERS and method in _METHODS:
                        yield from ((path.relative_to(ROOT).as_posix(), one.arg) for one in node.keywords)


@pytest.mark.long
def test_every_field_that_our_code_logs_is_documented_and_no_other() -> None:
    found = list(logged())
    assert {file for file, name in found if name is None} == set(SPREAD)
    ours = {name for _, name in found if name is not None} - _READ_BY_LOGGING
    assert documented() == ours.union(*SPREAD.values()) | set(fields_of_every_line()) | {"stack"}


def fields_of_every_line() -> dict[str, object]:
    """Return a line with all that lines have in common, as it is written."""
    before, stream = structlog.get_config(), io.StringIO()
    configuration = logging_settings(json=True, level="INFO")
    configuration["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configuration)
    try:
        with recorded_spans(), correlated("shop-7"), span("command"):
            _fail_and_log()
    finally:
        structlog.configure(**before)
        logging.config.dictConfig(settings.LOGGING)
    line: dict[str, object] = json.loads(stream.getvalue())
    return line


def _fail_and_log() -> None:
    try:
        int("no number")
    except ValueError:
        structlog.get_logger("tidewire.test").exception("a fault")


def test_a_line_has_what_all_have_in_common() -> None:
    assert set(fields_of_every_line()) == {
        *("event", "level", "logger", "timestamp", "correlation_id", "trace_id", "span_id", "exception"),
    }


@pytest.mark.parametrize("name", ["event", "correlation_id", "client_id"])
def test_the_page_is_read(name: str) -> None:
    assert name in documented()
