"""The files of Grafana's dashboards, as tests read them."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.processes import ROOT

GRAFANA = ROOT / "platform" / "deploy" / "grafana"
FILES = sorted((GRAFANA / "dashboards").glob("*.json"))


def dashboard(path: Path) -> dict[str, Any]:
    """Return a dashboard as its file has it."""
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def panels(path: Path) -> list[dict[str, Any]]:
    """Return its panels, without the titles of rows."""
    return [panel for panel in dashboard(path)["panels"] if panel["type"] != "row"]


def queries(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Yield each query as Prometheus gets it, with its legend; those of annotations, too."""
    for path in files:
        asked = [(target["expr"], target["legendFormat"]) for panel in panels(path) for target in panel["targets"]]
        asked += [(one["expr"], one["titleFormat"]) for one in dashboard(path)["annotations"]["list"]]
        yield from ((expression.replace("$__rate_interval", "1m"), legend) for expression, legend in asked)
