"""What the admin's first page tells of the alerts, each part to whoever may see the rows behind it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.urls import reverse

from alerts.admin.figures import (
    DeliveryFigures,
    HourlyFigures,
    RuleFigures,
    deliveries_dead,
    delivery_figures,
    firing_figures,
    rule_figures,
    rules_in_error,
)
from alerts.admin.labels import STATE_LABELS, STATE_WORDS
from alerts.models import AlertRule, Delivery
from streaming.events import AlertState

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


class Reader(Protocol):
    """Who looks at the page."""

    def has_perm(self, perm: str) -> bool:
        """Return whether the reader has a permission, such as `alerts.view_alertrule`."""
        ...


def alerts_context(reader: Reader, now: datetime) -> dict[str, Any]:
    """Return what the template shows of the alerts; a part that the reader may not see is missing."""
    context: dict[str, Any] = {"cards": []}
    if reader.has_perm("alerts.view_alertrule"):
        _add_rules(context, rule_figures())
    if reader.has_perm("alerts.view_alertevent"):
        _add_firings(context, firing_figures(now))
    if reader.has_perm("alerts.view_delivery"):
        _add_deliveries(context, delivery_figures(now))
    return context


def _add_rules(context: dict[str, Any], figures: RuleFigures) -> None:
    off = f"{figures.switched_off:,} switched off" if figures.switched_off else "none switched off"
    said = f"{figures.done:,} of them done, {off}" if figures.done else off
    context["cards"].append(_card("Rules switched on", figures.enabled, said, _list_of("alertrule")))
    most = max((count for _, count in figures.states), default=0)
    context["states"] = [_state_bar(state, count, most) for state, count in figures.states]
    context["rules_in_error"] = [_failed_rule(rule) for rule in rules_in_error(_FAILURES_SHOWN)]


def _state_bar(state: AlertState, count: int, most: int) -> dict[str, Any]:
    return {
        "words": STATE_WORDS[state],
        "label": STATE_LABELS[state],
        "count": count,
        "part": round(100 * count / most),
        "link": f"{_list_of('alertrule')}?state__exact={state.value}&enabled__exact=1",
    }


def _failed_rule(rule: AlertRule) -> dict[str, Any]:
    link = reverse("admin:alerts_alertrule_change", args=[rule.pk])
    return {"link": link, "title": str(rule), "who": rule.owner.username, "error": rule.error, "when": rule.state_since}


def _add_firings(context: dict[str, Any], figures: HourlyFigures) -> None:
    context["cards"].append(_card("Firings in 24 hours", figures.total, _busiest(figures), _list_of("alertevent")))
    context["firings"] = _chart("Firings by hour", {"Firings": (figures, "var(--color-primary-600)")})


def _add_deliveries(context: dict[str, Any], figures: DeliveryFigures) -> None:
    waiting = f"{figures.under_way.total:,} under way" if figures.under_way.total else "none under way"
    dead = figures.dead.total
    context["cards"] += [
        _card("Delivered in 24 hours", figures.delivered.total, waiting, _list_of("delivery")),
        _card(
            "Failed in 24 hours",
            dead,
            "can be sent again" if dead else "nothing to send again",
            f"{_list_of('delivery')}?state__exact=dead",
            is_bad=dead > 0,
        ),
    ]
    context["deliveries"] = _chart(
        "Deliveries by hour",
        {
            "Delivered": (figures.delivered, "var(--color-primary-600)"),
            "Under way": (figures.under_way, "var(--color-orange-400)"),
            "Failed": (figures.dead, "var(--color-red-600)"),
        },
    )
    context["dead_deliveries"] = [_dead(delivery) for delivery in deliveries_dead(_FAILURES_SHOWN)]


def _dead(delivery: Delivery) -> dict[str, Any]:
    return {
        "link": reverse("admin:alerts_delivery_change", args=[delivery.pk]),
        "title": delivery.notification.title,
        "who": f"{delivery.notification.user.username}, {delivery.get_channel_display()}",
        "error": delivery.error,
        "when": delivery.created_at,
    }


def _card(title: str, value: int, foot: str, link: str, *, is_bad: bool = False) -> dict[str, Any]:
    return {"title": title, "value": value, "foot": foot, "link": link, "is_bad": is_bad}


def _busiest(figures: HourlyFigures) -> str:
    """Return in which hour there were most, which a chart shows only to the eye."""
    most = max(figures.counts)
    if not most:
        return "none in any hour"
    return f"most at {figures.hours[figures.counts.index(most)]:%H:%M} UTC: {most:,}"


def _chart(title: str, series: Mapping[str, tuple[HourlyFigures, str]]) -> dict[str, Any]:
    """Return a chart of stacked bars, and what it shows in words; `series` by name, with its colour."""
    hours = next(iter(series.values()))[0].hours
    data = {
        "labels": [f"{hour:%H:%M}" for hour in hours],
        "datasets": [
            {"label": name, "data": figures.counts, "backgroundColor": colour}
            for name, (figures, colour) in series.items()
        ],
    }
    return {
        "title": f"{title} (UTC)",
        "data": json.dumps(data),
        "options": json.dumps(_CHART_OPTIONS),
        "words": "; ".join(f"{name}: {figures.total:,}, {_busiest(figures)}" for name, (figures, _) in series.items()),
    }


def _list_of(model: str) -> str:
    return reverse(f"admin:alerts_{model}_changelist")
