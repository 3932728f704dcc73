"""Daphne's access log without secrets: it goes to standard output, past all of `logging`, whole addresses and all."""

from typing import Any

from daphne.access import AccessLogGenerator  # type: ignore[import-untyped]

from config.logs.redaction import redact

_write_entry = AccessLogGenerator.write_entry


def redact_access_log() -> None:
    """Take the secrets out of every entry from now on; may be called twice."""
    AccessLogGenerator.write_entry = _write_redacted


def _write_redacted(log: Any, host: str, date: Any, request: str, **details: Any) -> None:
    _write_entry(log, host, date, redact(request), **details)
