"""Spans kept in memory by OpenTelemetry's own exporter, in place of a collector."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from streaming.tracing.opentelemetry_spans import OpenTelemetrySpans
from streaming.tracing.spans import trace_by


class RecordedSpans:
    """The spans of this process that have ended, oldest first."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def all(self) -> list[ReadableSpan]:
        """Return all of them."""
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        """Return those of a name."""
        return [span for span in self.all() if span.name == name]

    def only(self, name: str) -> ReadableSpan:
        """Return the one of a name."""
        (span,) = self.named(name)
        return span


@contextmanager
def recorded_spans() -> Iterator[RecordedSpans]:
    """Trace within the `with`, and keep the spans."""
    recorded = RecordedSpans()
    trace_by(OpenTelemetrySpans(recorded.provider))
    try:
        yield recorded
    finally:
        trace_by(None)
        recorded.provider.shutdown()


def traceparent_of(span: ReadableSpan) -> str:
    """Return a span as other processes are told of it."""
    context = span.get_span_context()
    assert context is not None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def parent_of(span: ReadableSpan) -> str:
    """Return the ids of the trace and of the span that it is below; empty for none."""
    assert span.context is not None
    return "" if span.parent is None else f"{span.context.trace_id:032x}-{span.parent.span_id:016x}"


def ids_of(traceparent: str) -> str:
    """Return the ids of the trace and of the span in a `traceparent`."""
    return traceparent[3:52]
