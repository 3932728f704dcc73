"""The admin's page of streams: what a bridge goes through, and what it has opened at its exchange.

It refreshes itself by asking for its own inner part. Staff may see it, as they may see `ops.gateways`, which tells the
same numbers.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from streaming.durations import in_words
from streaming.gateway.runtime import current_runtime
from streaming.market.bridge.slots import BRIDGE_SLOT, all_slots
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.market.bridge.status_text import facts, state_sentence
from streaming.market.bridge.stream_reports import StreamReport, StreamReports
from streaming.market.bridge.stream_table import Sort, StreamCondition, StreamTable, condition_of, stream_table
from streaming.market.sources.discovery import further_sources

_NEVER = "-"
_STATE_LABELS = {
    BridgeState.LIVE: "success",
    BridgeState.FALLBACK: "warning",
    BridgeState.CONNECTING: "warning",
    BridgeState.STALE: "danger",
    BridgeState.RECONNECTING: "danger",
}
_CONDITION_LABELS = {
    StreamCondition.MISSING: "danger",
    StreamCondition.SILENT: "warning",
    StreamCondition.LIVE: "success",
}
_COLUMNS = (
    ("Stream", Sort.STREAM),
    ("State", Sort.PROBLEMS),
    ("Wanted", None),
    ("Actual", None),
    ("Last event", Sort.LAST_EVENT),
    ("Lag", Sort.LAG),
    ("Gaps", Sort.GAPS),
)


class BridgeView(msgspec.Struct, frozen=True, kw_only=True):
    """What this process has heard of the bridge, at `now_ms`; None is what it hasn't heard in the last while."""

    now_ms: int
    status: BridgeStatus | None
    reports: StreamReports | None


async def bridge_view(slot: str) -> BridgeView:
    """Return what this gateway knows of a slot's bridge. It is asked within the gateway's process."""
    runtime = await current_runtime()
    return BridgeView(
        now_ms=runtime.clock.now_ms(),
        status=runtime.bridge_status.current(slot),
        reports=runtime.stream_reports.current(slot),
    )


@never_cache
@require_safe
def streams_page(request: HttpRequest) -> HttpResponse:
    """Show the page, or its inner part to the page's own script; `q` filters and `sort` sorts a `slot`'s streams."""
    is_part = request.headers.get("HX-Request") == "true"
    if is_part and not admin.site.has_permission(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})  # it leads to the login
    return _page(request, template="_streams" if is_part else "streams")


def _page(request: HttpRequest, *, template: str) -> HttpResponse:
    def show(allowed: HttpRequest) -> HttpResponse:
        return render(allowed, f"streaming/admin/{template}.html", _context(allowed))

    return admin.site.admin_view(show)(request)


def _context(request: HttpRequest) -> dict[str, Any]:
    slots = all_slots(further_sources(), count=settings.BRIDGE_SLOTS)
    slot = request.GET.get("slot", "")
    slot = slot if slot in slots else BRIDGE_SLOT
    view = async_to_sync(bridge_view)(slot)
    text = request.GET.get("q", "").strip()
    sort = _sort(request.GET.get("sort", ""))
    streams = () if view.reports is None else view.reports.streams
    table = stream_table(streams, text=text, sort=sort)
    return {
        **admin.site.each_context(request),
        "title": "Streams",
        "text": text,
        "sort": sort.value,
        "slot": slot,
        "slots": slots if len(slots) > 1 else (),
        "refresh_milliseconds": round(settings.ADMIN_STREAMS_REFRESH_SECONDS * 1000),
        "sentence": state_sentence(view.status),
        "state": "No bridge" if view.status is None else view.status.state.value,
        "state_label": "danger" if view.status is None else _STATE_LABELS[view.status.state],
        "simulated": view.status is not None and view.status.simulated,
        "facts": () if view.status is None else facts(view.status, now_ms=view.now_ms),
        "has_reports": view.reports is not None,
        "table": table,
        "summary": _summary(table),
        "columns": [{"name": name, "sort": by and by.value, "is_sorted": by is sort} for name, by in _COLUMNS],
        "rows": [_row(report, now_ms=view.now_ms) for report in table.rows],
        "now_ms": view.now_ms,
    }


def _sort(given: str) -> Sort:
    return Sort(given) if given in set(Sort) else Sort.PROBLEMS


def _summary(table: StreamTable) -> str:
    """Return how many there are, how many are in trouble, and how many of them the filter found, or the page shows."""
    if not table.total:
        return "No stream is open: nobody reads the market."
    streams = "1 stream" if table.total == 1 else f"{table.total:,} streams"
    problems = "none with a problem" if not table.problems else f"{table.problems:,} with a problem"
    found = f"; {table.found:,} found" if table.found < table.total else ""
    shown = f"; the first {len(table.rows):,} shown" if len(table.rows) < table.found else ""
    return f"{streams}, {problems}{found}{shown}"


def _row(report: StreamReport, *, now_ms: int) -> dict[str, Any]:
    condition = condition_of(report)
    last_event = _NEVER if report.last_event is None else f"{in_words(now_ms - report.last_event)} ago"
    values = (
        report.stream,
        condition.value,
        "yes" if report.wanted else "no",
        "yes" if report.actual else "no",
        last_event,
        _NEVER if report.lag_ms is None else in_words(report.lag_ms),
        report.gaps or _NEVER,
    )
    cells = [{"name": name, "value": value} for (name, _), value in zip(_COLUMNS, values, strict=True)]
    return {"stream": report.stream, "label": _CONDITION_LABELS.get(condition, "default"), "cells": cells}
