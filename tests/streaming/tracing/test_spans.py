"""Spans, and how they follow from each other over threads, tasks and processes."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from django.core.exceptions import ImproperlyConfigured
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.trace import SpanKind as OpenTelemetryKind
from opentelemetry.trace import StatusCode
from pytest_django import Settings

from config.logs.logging import add_correlation_id
from streaming.tracing import configured
from streaming.tracing.correlation import correlated
from streaming.tracing.opentelemetry_spans import exported_spans
from streaming.tracing.origin import Origin, continued, origin_now, origin_of
from streaming.tracing.spans import SpanKind, is_tracing, span, traceparent_now
from tests.alerts.deliveries.http_receiver import http_receiver
from tests.serving import serving
from tests.streaming.tracing.recorded_spans import RecordedSpans, ids_of, parent_of, recorded_spans, traceparent_of

ROOT = Path(__file__).resolve().parents[3]
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_LIMIT_SECONDS = 60


@pytest.fixture
def recorded() -> Iterator[RecordedSpans]:
    with recorded_spans() as spans:
        yield spans


def test_a_span_has_its_kind_its_attributes_and_the_correlation_id(recorded: RecordedSpans) -> None:
    with correlated("shop-7"), span("command", SpanKind.SERVER, action="grid.create"):
        pass
    made = recorded.only("command")
    assert made.kind is OpenTelemetryKind.SERVER
    assert made.attributes == {"tidewire.correlation_id": "shop-7", "tidewire.action": "grid.create"}
    assert made.status.status_code is StatusCode.UNSET


def test_of_an_exception_a_span_tells_the_type_and_none_of_its_text(recorded: RecordedSpans) -> None:
    with pytest.raises(ValueError, match="s3cr3t"), span("command"):
        raise ValueError("?token=s3cr3t")
    made = recorded.only("command")
    assert (made.status.status_code, made.status.description) == (StatusCode.ERROR, "ValueError")
    assert "s3cr3t" not in made.to_json()


def test_what_a_message_takes_along_is_gone_on_with(recorded: RecordedSpans) -> None:
    with correlated("shop-7"), span("command"):
        message = {"type": "worker.wake", **origin_now().fields()}
    with span("the worker's own"), continued(origin_of(message), "turn"), span("within"):
        pass
    command, turn = recorded.only("command"), recorded.only("turn")
    assert parent_of(turn) == ids_of(traceparent_of(command))
    assert turn.kind is OpenTelemetryKind.CONSUMER
    assert turn.attributes == {"tidewire.correlation_id": "shop-7"}
    assert parent_of(recorded.only("within")) == ids_of(traceparent_of(turn))


@pytest.mark.parametrize(
    "traceparent", ["", "x", CALLER.upper(), f"{CALLER}-x", f"{CALLER}\n", "00-" + "0" * 32 + CALLER[35:]]
)
def test_what_names_no_span_is_below_none(recorded: RecordedSpans, traceparent: str) -> None:
    with span("another"), continued(Origin(correlation_id="shop-7", traceparent=traceparent), "turn"):
        pass
    assert parent_of(recorded.only("turn")) == ""


def test_what_nobody_has_asked_for_is_in_no_span(recorded: RecordedSpans) -> None:
    with continued(Origin(), "turn"):
        assert traceparent_now() == ""
    assert recorded.named("turn") == []


async def test_tasks_and_threads_are_below_what_has_begun_them(recorded: RecordedSpans) -> None:
    with span("command"):
        task, thread = asyncio.create_task(_traceparent()), asyncio.create_task(asyncio.to_thread(traceparent_now))
        await asyncio.wait([task, thread])
    assert {await task, await thread} == {traceparent_of(recorded.only("command"))}


async def _traceparent() -> str:
    return traceparent_now()


def test_a_line_of_the_log_names_its_span(recorded: RecordedSpans) -> None:
    with correlated("shop-7"), span("command"):
        line = add_correlation_id(None, "info", {"event": "x"})
    told = traceparent_of(recorded.only("command"))
    assert told.startswith(f"00-{line['trace_id']}-{line['span_id']}-")


@pytest.mark.django_db(transaction=True)
async def test_a_request_is_a_span_below_its_callers(recorded: RecordedSpans) -> None:
    headers = {"traceparent": CALLER, "X-Request-ID": "shop-7"}
    async with serving() as gateway, httpx2.AsyncClient(base_url=gateway.http_url, trust_env=False) as client:
        await client.get("/api/v1/alerts/rules/5/", headers=headers)
        await client.get("/account/confirm-email/s3cr3t-value/?token=s3cr3t", headers=headers)
        await client.get("/health", headers=headers)
        await client.request("PROPFIND", "/no-such-page/s3cr3t")
    rule = recorded.only("GET /api/v1/alerts/rules/<int:id>/")
    assert parent_of(rule) == ids_of(CALLER)
    assert rule.kind is OpenTelemetryKind.SERVER
    assert rule.attributes == {
        "tidewire.correlation_id": "shop-7",
        "http.request.method": "GET",
        "http.route": "/api/v1/alerts/rules/<int:id>/",
        "http.response.status_code": 401,
    }
    assert parent_of(recorded.only("HTTP")) == ""
    assert not any("health" in one.name for one in recorded.all())
    told = [one.to_json().lower() for one in recorded.all()]
    assert len(told) >= 3
    assert not any("s3cr3t" in one for one in told)


async def test_spans_are_sent_to_a_collector_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    async with http_receiver() as collector:
        collector.answering = lambda _: (200, {"Content-Type": "application/x-protobuf"}, b"")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        await asyncio.to_thread(_send_one)
    (request,) = collector.received
    assert (request.method, request.path) == ("POST", "/v1/traces")
    (sent,) = ExportTraceServiceRequest.FromString(request.body).resource_spans
    assert ("service.name", "tidewire-alerts") in {
        (one.key, one.value.string_value) for one in sent.resource.attributes
    }
    assert [one.name for one in sent.scope_spans[0].spans] == ["turn"]


def _send_one() -> None:
    spans = exported_spans("alerts")
    with spans.span("turn", SpanKind.INTERNAL, {}):
        pass
    spans.stop()


def test_a_process_that_does_not_trace_loads_nothing_that_sends_spans() -> None:
    """Of the extra, redis looks for metrics by itself wherever it is installed."""
    code = "import sys, config.asgi; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=True
    )
    loaded = answer.stdout.split()
    assert "streaming.tracing.configured" in loaded
    unwanted = ("streaming.tracing.opentelemetry_spans", "opentelemetry.exporter", "opentelemetry.proto", "google")
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_no_process_starts_that_is_to_trace_and_can_not(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)  # as where the extra isn't installed
    for name in [one for one in sys.modules if one.startswith("opentelemetry.")]:
        monkeypatch.delitem(sys.modules, name)
    configured.start_tracing("gateway")
    settings.TRACING = "otlp"
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'tidewire\[tracing\]'"):
        configured.start_tracing("gateway")
    assert not is_tracing()


def test_a_process_begins_to_trace_once_and_ends_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    settings.TRACING = "otlp"
    configured.start_tracing("gateway")
    configured.start_tracing("gateway")
    try:
        assert is_tracing()
    finally:
        configured.stop_tracing()
    assert not is_tracing()
    configured.stop_tracing()
