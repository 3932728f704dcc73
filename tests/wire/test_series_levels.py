"""A rule whose level is another series, on a simulated exchange: from what is asked for to what is told."""

import json
import urllib.request
from typing import Any

from tests.deployments import Deployment
from tests.waiting import until_now

_SECONDS = 60.0
_AVERAGE = {"source": "indicator", "indicator": "sma", "interval": "1m", "parameters": {"period": 3}}
_RULE: dict[str, Any] = {
    "name": "Off its average",
    "symbol": "BTCUSDT",
    "combine": "any",
    "conditions": [
        {"source": "price", "operator": operator, "level_source": _AVERAGE} for operator in ("above", "below")
    ],
    "trigger": "once",
}
"""One of both is true as soon as both series are known: the price hardly ever is its average."""


def _ask(demo: Deployment, token: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(demo.http_url + path, data, headers), timeout=20) as answer:
        return json.load(answer)


def test_a_rule_fires_once_the_price_and_its_average_are_known(demo: Deployment) -> None:
    token = demo.token()
    rule = _ask(demo, token, "/api/v1/alerts/rules/", _RULE)
    events = f"/api/v1/alerts/events/?rule={rule['id']}"
    until_now(lambda: _ask(demo, token, events)["items"], seconds=_SECONDS)
    [event] = _ask(demo, token, events)["items"]
    way = ("above", "below")[event["condition"]]
    assert event["operator"] == way
    assert (event["value"] > event["threshold"]) is (way == "above")
    told = _ask(demo, token, "/api/v1/notifications/")["items"]
    [body] = [each["body"] for each in told if each["title"] == _RULE["name"]]
    assert body.startswith(f"BTCUSDT price is {way} SMA(3) on 1m (")
    assert _ask(demo, token, f"/api/v1/alerts/rules/{rule['id']}/")["state"] == "expired"
