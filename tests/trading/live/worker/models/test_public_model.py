"""What a model says, from the admin's "Make public" to whoever subscribes to its symbol's signals without a login."""

import asyncio

import pytest
from pytest_django import Settings

from accounts.models import User
from tests.conformance.asking.admin_pages import AdminPages
from tests.serving import serving
from tests.trading.asking import NOBODY, ticker
from tests.trading.live.worked_market import at_database
from tests.trading.live.worker.models.planted_market import PlantedMarket
from tests.trading.price_models.stored_market import market_stored, rows_of
from tests.trading.price_models.versions import LEARNT, market, published
from tests.wire.client import connected
from trading.models import ModelVersion, Strategy, StrategySignal

pytestmark = pytest.mark.django_db(transaction=True)
_NAME = "staff"
_CHANNEL = "signals:BTCUSDT"


def _published() -> ModelVersion:
    """Store the market's past and a model of it; let there be staff."""
    User.objects.create_superuser(_NAME, "staff@example.com", _NAME)
    market_stored(market())
    return published()


async def test_it_is_made_public_in_the_admin_and_told_to_a_subscriber_who_is_not_logged_in(settings: Settings) -> None:
    settings.EXCHANGE_REST_URL, settings.TRADING_SILENT_SECONDS = NOBODY, 1e6  # a minute is told at a time
    async with serving() as gateway, connected(gateway.socket_url) as anyone:
        version = await at_database(_published)
        hub = gateway.runtime.hub
        pages = await asyncio.to_thread(AdminPages, gateway.http_url, _NAME)
        await hub.publish(ticker())
        await asyncio.to_thread(pages.make_model_public, version.pk)
        strategy = await at_database(lambda: Strategy.objects.get(is_public=True))
        await anyone.subscribe(_CHANNEL)
        await anyone.next_of("subscribed", _CHANNEL)
        planted = PlantedMarket(hub, rows_of(market()), index=LEARNT + 100)
        async with planted.worked():
            await planted.runs(strategy.pk)
            await planted.close(strategy.pk, 5)
            told = (await anyone.next_of("signal", _CHANNEL))["data"]
    first = await at_database(lambda: StrategySignal.objects.get(strategy=strategy, number=1))
    names = ("symbol", "model", "version", "horizon", "action", "confidence", "reason")
    assert tuple(told[name] for name in names) == (
        "BTCUSDT",
        "learned_direction",
        "boosting 1",
        "1m",
        first.action,
        first.confidence,
        first.reason,
    )
