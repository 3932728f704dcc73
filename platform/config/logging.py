"""Logs by structlog: JSON lines in production, a readable console in development; no token ever reaches them."""

import logging
import re
from typing import Any

import structlog

_SECRET_IN_URL = re.compile(r"(?i)\b(token|ticket|access|refresh|password)=[^&\s\"']+")
_BEARER = re.compile(r"(?i)\bbearer\s+[\w.~+/-]+=*")
_JSON_WEB_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")


def redact(text: str) -> str:
    """Return `text` without tokens, tickets and passwords.

    >>> redact('"WebSocket /ws?token=abc&x=1" [accepted]')
    '"WebSocket /ws?token=[redacted]&x=1" [accepted]'
    """
    text = _SECRET_IN_URL.sub(r"\1=[redacted]", text)
    text = _BEARER.sub("Bearer [redacted]", text)
    return _JSON_WEB_TOKEN.sub("[redacted]", text)


class RedactionFilter(logging.Filter):
    """Rewrite each record's message without secrets, whichever library logged it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, redacted."""
        message = record.getMessage()
        redacted = redact(message)
        if redacted != message:
            record.msg, record.args = redacted, None
        return True


class HandshakeNoiseFilter(logging.Filter):
    """Drop uvicorn's error about a handshake that the application refused on purpose."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record but that one."""
        return "returned without completing handshake" not in record.getMessage()


def logging_settings(*, json: bool, level: str) -> dict[str, Any]:
    """Configure structlog, and return the `LOGGING` setting that sends every library's records through it."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Any] = [structlog.dev.ConsoleRenderer()]
    if json:
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"default": formatter},
        "filters": {"redact": {"()": RedactionFilter}, "handshake": {"()": HandshakeNoiseFilter}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "default",
                "filters": ["redact", "handshake"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "uvicorn": {"handlers": [], "level": level, "propagate": True},
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "websockets": {"level": "WARNING"},
        },
    }
