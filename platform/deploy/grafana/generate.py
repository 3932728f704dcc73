"""The files from which Grafana is provisioned with the dashboards: what docs/generate.py writes and checks."""

import json
from collections.abc import Mapping
from pathlib import Path

from deploy.grafana.alerts_and_deliveries import ALERTS_AND_DELIVERIES
from deploy.grafana.exchange import EXCHANGE
from deploy.grafana.gateways import GATEWAYS
from deploy.grafana.overview import OVERVIEW
from deploy.grafana.panels import Dashboard, written
from deploy.grafana.trading import TRADING

DASHBOARDS: tuple[Dashboard, ...] = (OVERVIEW, GATEWAYS, EXCHANGE, ALERTS_AND_DELIVERIES, TRADING)

FOLDER = Path(__file__).parent / "dashboards"


def dashboard_files() -> Mapping[Path, str]:
    """Return the text of each dashboard's file."""
    return {
        FOLDER / f"{dashboard.name}.json": json.dumps(written(dashboard), indent=2, ensure_ascii=False) + "\n"
        for dashboard in DASHBOARDS
    }
