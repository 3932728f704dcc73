"""What the admin's first page tells of the alerts, each part to whoever may see the rows behind it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from alerts.admin.figures import (
    DeliveryFigures,
    HourlyFigures,
    deliveries_dead,
    delivery_figures,
    firing_figures,
    rules_in_error,
)
from alerts.admin.labels import DONE, STATE_LABELS, STATE_WORDS
from alerts.events import AlertState
from alerts.models import AlertRule, Delivery
from alerts.rules.figures import RuleFigures, rule_figures
from streaming.admin.figures import AdminFigures, Card, Chart, Panel, Viewer

_FAILURES_SHOWN = 5
_TICKS = {"color": "#7c7c86"}
"""Legible on white and on the dark ground alike."""
_CHART_OPTIONS = {
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "maxBarThickness": 14,
    "plugins": {"legend": {"display": False}},
    "scales": {
        "x": {"stacked": True, "grid": {"display": False}, "ticks": {**_TICKS, "maxTicksLimit": 8, "maxRotation": 0}},
        "y": {
            "stacked": True,
            "grid": {},
            "beginAtZero": True,
            "ticks": {**_TICKS, "precision": 0, "maxTicksLimit": 5},
        },
    },
}


def alert_figures(viewer: Viewer, now: datetime) -> AdminFigures:
    """Return what the page shows of the alerts; a part that the viewer may not see is missing."""
    parts = []
    if viewer.has_perm("alerts.view_alertrule"):
        parts.append(_rules(rule_figures()))
    if viewer.has_perm("alerts.view_alertevent"):
        parts.append(_firings(firing_figures(now)))
    if viewer.has_perm("alerts.view_delivery"):
        parts.append(_deliveries(delivery_figures(now)))
    return AdminFigures.merged(parts)


def _rules(figures: RuleFigures) -> AdminFigures:
    off = f"{figures.switched_off:,} switched off" if figures.switched_off else "none switched off"
    foot = f"{figures.done:,} of them done, {off}" if figures.done else off
    most = max((count for _, count in figures.states), default=0)
    states = [_state_bar(state, count, most) for state, count in figures.states]
    failed = [_failed_rule(rule) for rule in rules_in_error(_FAILURES_SHOWN)]
    return AdminFigures(
        cards=(Card(title="Rules switched on", value=figures.enabled, foot=foot, link=_list_of("alertrule")),),
        panels=(
            Panel(template="admin/alerts/states.html", context={"states": states}),
            *_failures("Rules that can't be evaluated", failed),
        ),
    )


def _failures(title: str, failures: Sequence[Mapping[str, Any]]) -> tuple[Panel, ...]:
    context = {"title": title, "failures": failures}
    return (Panel(template="admin/alerts/failures.html", context=context),) if failures else ()


def _state_bar(state: AlertState, count: int, most: int) -> dict[str, Any]:
    return {
        "words": f"{DONE} or expired" if state is AlertState.EXPIRED else STATE_WORDS[state],
        "label": STATE_LABELS[state],
        "count": count,
        "part": round(100 * count / most),
        "link": f"{_list_of('alertrule')}?state__exact={state.value}&enabled__exact=1",
    }


def _failed_rule(rule: AlertRule) -> dict[str, Any]:
    link = reverse("admin:alerts_alertrule_change", args=[rule.pk])
    return {"link": link, "title": str(rule), "who": rule.owner.username, "error": rule.error, "when": rule.state_since}


def _firings(figures: HourlyFigures) -> AdminFigures:
    title, foot = "Firings in 24 hours", _busiest(figures)
    return AdminFigures(
        cards=(Card(title=title, value=figures.total, foot=foot, link=_list_of("alertevent")),),
        charts=(_chart("Firings by hour", {"Firings": (figures, "var(--color-primary-600)")}),),
    )


def _deliveries(figures: DeliveryFigures) -> AdminFigures:
    series = {
        "Delivered": (figures.delivered, "var(--color-primary-600)"),
        "Under way": (figures.under_way, "var(--color-orange-400)"),
        "Failed": (figures.dead, "var(--color-red-600)"),
    }
    dead = [_dead(delivery) for delivery in deliveries_dead(_FAILURES_SHOWN)]
    return AdminFigures(
        cards=(_delivered(figures), _failed(figures)),
        charts=(_chart("Deliveries by hour", series),),
        panels=_failures("Newest failed deliveries", dead),
    )


def _delivered(figures: DeliveryFigures) -> Card:
    waiting = f"{figures.under_way.total:,} under way" if figures.under_way.total else "none under way"
    title = "Delivered in 24 hours"
    return Card(title=title, value=figures.delivered.total, foot=waiting, link=_list_of("delivery"))


def _failed(figures: DeliveryFigures) -> Card:
    dead = figures.dead.total
    return Card(
        title="Failed in 24 hours",
        value=dead,
        foot="can be sent again" if dead else "nothing to send again",
        link=f"{_list_of('delivery')}?state__exact=dead",
        is_bad=dead > 0,
    )


def _dead(delivery: Delivery) -> dict[str, Any]:
    return {
        "link": reverse("admin:alerts_delivery_change", args=[delivery.pk]),
        "title": delivery.notification.title,
        "who": f"{delivery.notification.user.username}, {delivery.get_channel_display()}",
        "error": delivery.error,
        "when": delivery.created_at,
    }


def _busiest(figures: HourlyFigures) -> str:
    """Return in which hour there were most, which a chart shows only to the eye."""
    most = max(figures.counts)
    if not most:
        return "none in any hour"
    return f"most at {figures.hours[figures.counts.index(most)]:%H:%M} UTC: {most:,}"


def _chart(title: str, series: Mapping[str, tuple[HourlyFigures, str]]) -> Chart:
    """Return a chart of stacked bars, and what it shows in words; `series` by name, with its colour."""
    hours = next(iter(series.values()))[0].hours
    data = {
        "labels": [f"{hour:%H:%M}" for hour in hours],
        "datasets": [
            {"label": name, "data": figures.counts, "backgroundColor": colour}
            for name, (figures, colour) in series.items()
        ],
    }
    return Chart(
        title=f"{title} (UTC)",
        data=json.dumps(data),
        options=json.dumps(_CHART_OPTIONS),
        words="; ".join(f"{name}: {figures.total:,}, {_busiest(figures)}" for name, (figures, _) in series.items()),
    )


def _list_of(model: str) -> str:
    return reverse(f"admin:alerts_{model}_changelist")
