"""Where the page stops before the server would refuse, it stops where the server does."""

import json
import subprocess

from accounts.chart_layouts.parameters import MOST_INDICATORS
from accounts.drawings.parameters import MOST_DRAWINGS
from alerts.rules.conditions import MOST_CONDITIONS
from streaming.market.parameters import MAXIMUM_CANDLES
from tests.processes import ROOT
from tests.services import need_node

_LIMITS = {
    "dashboard/alerts/alert_catalogue.js": {"MOST_CONDITIONS": MOST_CONDITIONS},
    "dashboard/chart/drawings/drawing_values.js": {"MOST_DRAWINGS": MOST_DRAWINGS},
    "dashboard/indicators/indicator_choice.js": {"MOST_CHOSEN": MOST_INDICATORS},
    "shared/market_data/rest.js": {"MOST_CANDLES_AT_ONCE": MAXIMUM_CANDLES},
}
_SECONDS = 30
_SCRIPT = """
Promise.all(process.argv.slice(1).map((path) => import(path))).then((modules) => {
  console.log(JSON.stringify(modules));
});
"""


def test_the_pages_limits_are_the_servers() -> None:
    paths = [str(ROOT / "templates" / "static" / name) for name in _LIMITS]
    command = [need_node(), "--eval", _SCRIPT, *paths]
    output = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS, text=True).stdout
    modules = dict(zip(_LIMITS, json.loads(output), strict=True))
    assert {name: {key: modules[name][key] for key in limits} for name, limits in _LIMITS.items()} == _LIMITS
