"""Where the page stops before the server would refuse, it stops where the server does."""

from accounts.chart_layouts.parameters import MOST_INDICATORS
from accounts.drawings.parameters import MOST_DRAWINGS
from alerts.rules.conditions import MOST_CONDITIONS
from streaming.market.parameters import MAXIMUM_CANDLES
from tests.templates.page_exports import page_exports

_LIMITS = {
    "dashboard/alerts/alert_catalogue.js": {"MOST_CONDITIONS": MOST_CONDITIONS},
    "dashboard/chart/drawings/drawing_values.js": {"MOST_DRAWINGS": MOST_DRAWINGS},
    "dashboard/indicators/indicator_choice.js": {"MOST_CHOSEN": MOST_INDICATORS},
    "shared/market_data/rest.js": {"MOST_CANDLES_AT_ONCE": MAXIMUM_CANDLES},
}


def test_the_pages_limits_are_the_servers() -> None:
    modules = dict(zip(_LIMITS, page_exports(*_LIMITS), strict=True))
    assert {name: {key: modules[name][key] for key in limits} for name, limits in _LIMITS.items()} == _LIMITS
