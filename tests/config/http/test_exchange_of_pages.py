"""What pages show of what the deployment's exchange has, and another exchange has not."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

_FEWER = {"kraken": "1m 5m 15m 30m 1h 4h 1d", "coinbase": "1m 5m 15m 1h 6h 1d"}


def _page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/", "/backtests/", "/strategies/"])
@pytest.mark.parametrize("source", _FEWER)
def test_they_offer_candles_of_the_intervals_that_it_has(
    client: Client, settings: Settings, source: str, path: str
) -> None:
    settings.EXCHANGE_SOURCE = source
    assert f'data-intervals="{_FEWER[source]}"' in _page(client, path)


@pytest.mark.parametrize(("source", "is_shown"), [("binance", True), ("simulator", True), ("kraken", False)])
def test_the_overview_is_shown_where_it_tells_of_all_its_markets(
    client: Client, settings: Settings, source: str, *, is_shown: bool
) -> None:
    settings.EXCHANGE_SOURCE = source
    [overview] = re.findall(r'<section class="panel overview"[^>]*>', _page(client))
    assert ("hidden" not in overview) is is_shown
