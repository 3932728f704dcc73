"""Tracing as the setting `TRACING` says: a process begins it at its start, and ends it at its end."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from streaming.tracing.spans import trace_by

if TYPE_CHECKING:
    from streaming.tracing.opentelemetry_spans import OpenTelemetrySpans

_NEEDED = "opentelemetry.exporter.otlp.proto.http"
_started: "list[OpenTelemetrySpans]" = []


def refuse_tracing_without_its_extra() -> None:
    """Raise `ImproperlyConfigured` where spans are to be sent, and what sends them isn't installed."""
    if settings.TRACING == "otlp" and not _is_installed():
        raise ImproperlyConfigured("TRACING is otlp, and the extra isn't installed: pip install 'tidewire[tracing]'")


def start_tracing(process: str) -> None:
    """Let this process send its spans, where the setting says so; called again, it changes nothing.

    Raise as `refuse_tracing_without_its_extra`. Where it is off, nothing of OpenTelemetry is imported.
    """
    refuse_tracing_without_its_extra()
    if settings.TRACING == "off" or _started:
        return
    from streaming.tracing.opentelemetry_spans import exported_spans  # noqa: PLC0415 - an extra, and slow to load

    _started.append(exported_spans(process))
    trace_by(_started[0])


def stop_tracing() -> None:
    """Send the spans that are left; where none are made, do nothing."""
    trace_by(None)
    while _started:
        _started.pop().stop()


def _is_installed() -> bool:
    try:
        return find_spec(_NEEDED) is not None
    except ModuleNotFoundError:  # of a package above it
        return False
