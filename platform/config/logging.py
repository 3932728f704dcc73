"""Logs by structlog: JSON lines in production, a readable console in development; no token ever reaches them.

Secrets are taken out twice: by name from the fields of an event, and by shape from the finished line, which also holds
what other libraries logged and the tracebacks.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import structlog

REDACTED = "[redacted]"

_NAME = r"[\w-]*(?:token|ticket|password|secret)|access|refresh|authorization"
_SECRET_NAME = re.compile(rf"(?i)(?:{_NAME})")
# A backslash ends the value: it belongs to the closing quote of a JSON string.
_IN_URL = re.compile(rf"(?i)(?<![\w-])({_NAME})(=|%3D)(?:(?!%26)[^&\s\"'\\\x1b])+")
_IN_OBJECT = re.compile(rf"(?i)(?P<q>\\*[\"'])({_NAME})(?P=q)(\s*:\s*)(?P<v>\\*[\"']).*?(?P=v)")
_BEARER = re.compile(r"(?i)\bbearer\s+[\w.~+/-]+=*")
# A part of one as well: libraries cut long lines.
_JSON_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}")
# A name may be percent-encoded, and a server reads it all the same.
_PARAMETER = re.compile(r"(?<=[?&])((?:[\w-]|%[0-9A-Fa-f]{2})+)=(?:(?!%26)[^&\s\"'\\\x1b])+")


def redact(text: str) -> str:
    """Return `text` without tokens, tickets and passwords.

    >>> redact('"WebSocket /ws?token=abc&x=1" [accepted]')
    '"WebSocket /ws?token=[redacted]&x=1" [accepted]'
    >>> redact('{"username": "demo", "password": "demo"}')
    '{"username": "demo", "password": "[redacted]"}'
    """
    text = _PARAMETER.sub(_redact_parameter, text)
    text = _IN_URL.sub(rf"\1\2{REDACTED}", text)
    text = _IN_OBJECT.sub(rf"\g<q>\2\g<q>\3\g<v>{REDACTED}\g<v>", text)
    text = _BEARER.sub(f"Bearer {REDACTED}", text)
    return _JSON_WEB_TOKEN.sub(REDACTED, text)


def _redact_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={REDACTED}" if _SECRET_NAME.fullmatch(unquote(found[1])) else found[0]


def redact_fields(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the fields of a structured event whose names are a secret's."""
    for name in event:
        if _SECRET_NAME.fullmatch(name):
            event[name] = REDACTED
    return event


def redact_line(_logger: Any, _method: str, line: str) -> str:
    """Take the secrets out of a finished line."""
    return redact(line)


class RefusedOnPurposeFilter(logging.Filter):
    """Drop errors about what the application refused on purpose, and has logged itself where there was a cause.

    These are uvicorn's about a handshake that was answered by HTTP, and Django's about every answer 503.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record but those."""
        is_unavailable = getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE
        return not is_unavailable and "returned without completing handshake" not in record.getMessage()


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
        "filters": {"refused": {"()": RefusedOnPurposeFilter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "default", "filters": ["refused"]}},
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
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(*, json: bool, shared: list[Any]) -> dict[str, Any]:
    renderer: list[Any]
    if json:
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # The default traceback would print every frame's local variables, and a password may be one of them.
        console = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        renderer = [console]
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact_fields,
            *renderer,
            redact_line,
        ],
    }
