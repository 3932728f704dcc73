"""What dashboards are made of: queries, panels and rows, and how Grafana writes them down. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

import msgspec

_SCHEMA_VERSION = 39
"""Of Grafana 11; later ones bring it up to date when they read it."""
_WIDTH = 24
_TITLE_HEIGHT = 1
_DATA_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_TAG = "tidewire"
_NO_DATA = {"type": "special", "options": {"match": "null+nan", "result": {"text": "no data", "color": "red"}}}
"""Else Grafana shows what is missing in the colour of the lowest values."""

Json = dict[str, Any]


class Unit(StrEnum):
    """What a panel's values are, by Grafana's names."""

    NUMBER = "short"
    SECONDS = "s"
    BYTES = "bytes"
    BYTES_PER_SECOND = "Bps"
    PER_SECOND = "cps"
    SHARE = "percentunit"
    YES_OR_NO = "bool_yes_no"


class PanelKind(StrEnum):
    """How a panel shows its values: their course, or what they are now."""

    COURSE = "timeseries"
    NOW = "stat"


class Query(msgspec.Struct, frozen=True):
    """A PromQL expression; `legend` is what its series are called, with labels in double braces."""

    expression: str
    legend: str = ""


class Panel(msgspec.Struct, frozen=True):
    """A panel; `description` says what to make of it. `warning` and `critical` colour values from there on.

    Where `low_is_bad` everything below `critical` is red.
    """

    title: str
    queries: tuple[Query, ...]
    description: str
    unit: Unit = Unit.NUMBER
    kind: PanelKind = PanelKind.COURSE
    stacked: bool = False
    warning: float | None = None
    critical: float | None = None
    low_is_bad: bool = False


class Row(msgspec.Struct, frozen=True):
    """Panels beside each other under a title; `height` is in Grafana's units, some 30 pixels each."""

    title: str
    panels: tuple[Panel, ...]
    height: int = 8


class Dashboard(msgspec.Struct, frozen=True):
    """A dashboard; `name` is its file's and part of its address."""

    name: str
    title: str
    description: str
    rows: tuple[Row, ...]


def now(
    title: str,
    expression: str,
    description: str,
    *,
    unit: Unit = Unit.NUMBER,
    warning: float | None = None,
    critical: float | None = None,
    low_is_bad: bool = False,
) -> Panel:
    """Return a panel of what a single value is now."""
    return Panel(
        title,
        (Query(expression),),
        description,
        unit=unit,
        kind=PanelKind.NOW,
        warning=warning,
        critical=critical,
        low_is_bad=low_is_bad,
    )


def course(
    title: str,
    description: str,
    *queries: Query,
    unit: Unit = Unit.NUMBER,
    stacked: bool = False,
    critical: float | None = None,
) -> Panel:
    """Return a panel of the course of some series."""
    return Panel(title, queries, description, unit=unit, stacked=stacked, critical=critical)


def quantiles(title: str, histogram: str, description: str, *, by: str = "") -> Panel:
    """Return a panel of a histogram's median and 99th percentile, of all processes or by a label."""
    labels, legend = (f"le, {by}", f"{{{{{by}}}}} ") if by else ("le", "")
    rate = f"sum by ({labels}) (rate({histogram}_bucket[$__rate_interval]))"
    shares = (("0.5", "median"), ("0.99", "99 %"))
    queries = (Query(f"histogram_quantile({share}, {rate})", f"{legend}{name}") for share, name in shares)
    return course(title, description, *queries, unit=Unit.SECONDS)


def written(dashboard: Dashboard) -> Json:
    """Return a dashboard as Grafana reads it."""
    return {
        "uid": f"tidewire-{dashboard.name}",
        "title": f"Tidewire: {dashboard.title}",
        "description": dashboard.description,
        "tags": [_TAG],
        "schemaVersion": _SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "",
        "links": [_links_to_the_others()],
        "templating": {"list": [_data_source_choice()]},
        "annotations": {"list": [_alerts_that_fire()]},
        "panels": [{"id": number, **panel} for number, panel in enumerate(_panels(dashboard.rows), start=1)],
    }


def _links_to_the_others() -> Json:
    return {
        "type": "dashboards",
        "title": "Tidewire",
        "tags": [_TAG],
        "icon": "external link",
        "tooltip": "",
        "asDropdown": False,
        "targetBlank": False,
        "keepTime": True,
        "includeVars": True,
    }


def _data_source_choice() -> Json:
    return {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "refresh": 1}


def _alerts_that_fire() -> Json:
    return {
        "name": "Alerts",
        "datasource": _DATA_SOURCE,
        "enable": True,
        "iconColor": "red",
        "expr": 'ALERTS{alertname=~"Tidewire.+", alertstate="firing"}',
        "titleFormat": "{{alertname}}",
        "tagKeys": "severity",
    }


def _panels(rows: Iterable[Row]) -> Iterator[Json]:
    y = 0
    for row in rows:
        yield {"type": "row", "title": row.title, "collapsed": False, "panels": [], "gridPos": _place(0, y, _WIDTH, 1)}
        y += _TITLE_HEIGHT
        width = _WIDTH // len(row.panels)
        for number, panel in enumerate(row.panels):
            yield {**_panel(panel), "gridPos": _place(number * width, y, width, row.height)}
        y += row.height


def _place(x: int, y: int, width: int, height: int) -> Json:
    return {"x": x, "y": y, "w": width, "h": height}


def _panel(panel: Panel) -> Json:
    defaults: Json = {"unit": panel.unit.value, "min": 0, "thresholds": _thresholds(panel)}
    if panel.kind is PanelKind.COURSE:
        stacking = {"mode": "normal" if panel.stacked else "none", "group": "A"}
        defaults["custom"] = {"fillOpacity": 20 if panel.stacked else 5, "showPoints": "never", "stacking": stacking}
        defaults["color"] = {"mode": "palette-classic"}
    else:
        defaults["mappings"] = [_NO_DATA]
    return {
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.description,
        "datasource": _DATA_SOURCE,
        "targets": [_target(panel.kind, *numbered) for numbered in zip("ABCDEFGH", panel.queries, strict=False)],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _options(panel.kind),
    }


def _target(kind: PanelKind, letter: str, query: Query) -> Json:
    is_now = kind is PanelKind.NOW  # not the last value of the hours that are shown, which may be long gone
    return {
        "refId": letter,
        "datasource": _DATA_SOURCE,
        "expr": query.expression,
        "legendFormat": query.legend or "__auto",
        "instant": is_now,
        "range": not is_now,
    }


def _thresholds(panel: Panel) -> Json:
    steps: Sequence[tuple[str, float | None]] = [("green", None), ("orange", panel.warning), ("red", panel.critical)]
    if panel.low_is_bad:
        steps = [("red", None), ("green", panel.critical)]
    kept = [{"color": color, "value": value} for color, value in steps if value is not None or color == steps[0][0]]
    return {"mode": "absolute", "steps": kept}


def _options(kind: PanelKind) -> Json:
    if kind is PanelKind.NOW:
        return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value"}
    return {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
