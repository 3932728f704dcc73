"""Spans by OpenTelemetry, which the extra `tracing` brings; the one module that imports it.

Where they go, and which are kept, OpenTelemetry's own environment variables say (`OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_TRACES_SAMPLER`, …).
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry import trace as api
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_SERVICE_NAME
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streaming.tracing.correlation import correlation_id
from streaming.tracing.spans import Attribute, Span, SpanKind

_SERVICE = "tidewire"
_TRACEPARENT = "traceparent"
_WRITTEN = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_propagator = TraceContextTextMapPropagator()


def exported_spans(process: str) -> "OpenTelemetrySpans":
    """Return what sends its spans to a collector, in batches by a thread of its own, as those of `process`."""
    service = os.environ.get(OTEL_SERVICE_NAME) or f"{_SERVICE}-{process}"
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetrySpans(provider)


class OpenTelemetrySpans:
    """Makes spans by a provider, each with the correlation id of what it is of."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(_SERVICE)

    @contextmanager
    def span(self, name: str, kind: SpanKind, attributes: dict[str, Attribute]) -> Iterator[Span]:
        """Give a span for the time of the `with`; an exception is noted by its type: its text may be anybody's."""
        known = correlation_id()
        if known:
            attributes = {"tidewire.correlation_id": known, **attributes}
        with self._tracer.start_as_current_span(
            name,
            kind=api.SpanKind[kind.name],
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as begun:
            noted = _Span(begun)
            try:
                yield noted
            except BaseException as error:
                noted.fail(type(error).__name__)
                raise

    @contextmanager
    def below(self, traceparent: str) -> Iterator[None]:
        """Let spans be below that of another process."""
        given = {_TRACEPARENT: traceparent} if _WRITTEN.fullmatch(traceparent) else {}
        token = context.attach(_propagator.extract(given, context=context.Context()))
        try:
            yield
        finally:
            context.detach(token)

    def traceparent(self) -> str:
        """Return the span that is under way; empty where there is none."""
        written: dict[str, str] = {}
        _propagator.inject(written)
        return written.get(_TRACEPARENT, "")

    def stop(self) -> None:
        """Send what is left, and make no more."""
        self._provider.shutdown()


class _Span:
    """A span of OpenTelemetry."""

    def __init__(self, begun: api.Span) -> None:
        self._begun = begun

    def note(self, name: str, value: Attribute) -> None:
        self._begun.set_attribute(name, value)

    def fail(self, why: str) -> None:
        self._begun.set_status(api.StatusCode.ERROR, why)
