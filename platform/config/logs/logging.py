"""Logs by structlog: JSON lines in production, a readable console in development; no token ever reaches them.

Secrets are taken out by the names of an event's fields and by their shape, whichever library logged it: for JSON out of
every text in it, tracebacks among them; on the console out of the finished line. Both are cut to a length first.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from config.logs.lean_structlog import structlog
from config.logs.redaction import REDACTED, is_secret_name, redact, redact_field
from streaming.management.terminal import wants_colours
from streaming.tracing.correlation import correlation_id
from streaming.tracing.spans import traceparent_now

_LONGEST_LINE = 65_536
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What ends a line, moves the cursor, or turns the direction of what follows."""


def add_correlation_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the request or command that an event belongs to, where it does; and the span, where that is traced."""
    if known := correlation_id():
        event.setdefault("correlation_id", known)
    if traceparent := traceparent_now():
        _version, event["trace_id"], event["span_id"], _flags = traceparent.split("-")
    return event


def escape_fields(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write what is unprintable in an event's texts as escapes: else a text could look like further lines."""
    for name, value in event.items():
        if isinstance(value, str) and name not in {"exception", "stack"}:
            event[name] = _UNPRINTABLE.sub(_escaped, value)
    return event


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def redact_fields(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Bound the fields of an event, and take the secrets out of them."""
    for name, value in event.items():
        if name != "exc_info":  # the renderer's, which makes a text of it
            event[name] = redact_field(name, value)
    return event


def redact_names(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out the fields of an event whose names are a secret's."""
    for name in event:
        if is_secret_name(name):
            event[name] = REDACTED
    return event


def redact_line(_logger: Any, _method: str, line: str) -> str:
    """Take the secrets out of a finished line, and cut it."""
    return redact(line, _LONGEST_LINE)


class RefusedOnPurposeFilter(logging.Filter):
    """Drop errors about what the application refused on purpose, and has logged itself where there was a cause.

    These are uvicorn's about a handshake that was answered by HTTP, and Django's about every answer 503.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record but those."""
        is_unavailable = getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE
        return not is_unavailable and "returned without completing handshake" not in record.getMessage()


class ClientFaultFilter(logging.Filter):
    """Tell in one line what a client did wrong, such as a wrong Host: a traceback would name no fault of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, those that answer 4xx without their traceback."""
        if HTTPStatus.BAD_REQUEST <= getattr(record, "status_code", 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = record.exc_text = None
        return True


def logging_settings(*, json: bool, level: str) -> dict[str, Any]:
    """Configure structlog, and return the `LOGGING` setting that sends every library's records through it."""
    shared = _shared_processors()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"default": _formatter(json=json, shared=shared)},
        "filters": {"refused": {"()": RefusedOnPurposeFilter}, "client": {"()": ClientFaultFilter}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "default", "filters": ["refused", "client"]}
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "uvicorn": {"handlers": [], "level": level, "propagate": True},
            "axes": {"level": "WARNING"},
            "django.db.backends": {"level": "INFO"},  # below it are rows: hashes of passwords, keys of sessions
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "websockets": {"level": "WARNING"},
        },
    }


def _shared_processors() -> list[Any]:
    """Return what every record goes through, whichever library logged it."""
    return [
        structlog.contextvars.merge_contextvars,
        add_correlation_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(*, json: bool, shared: list[Any]) -> dict[str, Any]:
    if json:
        # A finished line of JSON is left as it is: all that it holds went through `redact_fields`.
        renderer = [structlog.processors.format_exc_info, redact_fields, structlog.processors.JSONRenderer()]
    else:
        # The default traceback would print every frame's local variables, and a password may be one of them.
        console = structlog.dev.ConsoleRenderer(
            colors=wants_colours(sys.stderr), exception_formatter=structlog.dev.plain_traceback
        )
        renderer = [redact_names, escape_fields, console, redact_line]
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *renderer,
        ],
    }
