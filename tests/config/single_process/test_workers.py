"""Which exchange a process runs beside its server, and what it says of it."""

import asyncio

import httpx2
import pytest
from pytest_django import Settings

from config.single_process.further_markets import FurtherMarket, start_further_bridges
from config.single_process.workers import ExchangeOptions, exchange, real_exchange_answers
from streaming.events import Source
from streaming.market.combined.configured_symbols import combined_markets_from_settings
from streaming.market.declared_workers import further_bridge
from streaming.simulator.server import ExchangeSettings, SimulatedExchange


@pytest.fixture(autouse=True)
def own_exchange(settings: Settings) -> None:
    """Put back afterwards what the choice of an exchange sets."""
    settings.EXCHANGE_SOURCE = "binance"
    settings.EXCHANGE_REST_URL = "http://127.0.0.1:9"
    settings.EXCHANGE_STREAM_URLS = ["ws://127.0.0.1:9"]
    settings.EXCHANGE_FURTHER_SOURCES = settings.COMBINED_SYMBOLS = []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("control", "status"), [(True, 200), (False, 404)])
async def test_it_takes_requests_for_faults_only_where_it_was_told_to(
    settings: Settings, control: bool, status: int
) -> None:
    said: dict[str, str] = {}
    options = ExchangeOptions(simulator=True, control=control)
    async with exchange(options, lambda subject, text: said.update({subject: text})):
        assert settings.EXCHANGE_SOURCE == "simulator"
        async with httpx2.AsyncClient(trust_env=False) as client:
            response = await client.get(f"{settings.EXCHANGE_REST_URL}/simulator/faults")
    assert response.status_code == status
    assert said.get("control") == (f"{settings.EXCHANGE_REST_URL}/simulator/faults" if control else None)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("binance", "Binance, live: {stream_url}"),
        ("simulator", "a simulated exchange: {stream_url}; its prices are not real"),
    ],
)
async def test_it_says_which_exchange_answers(settings: Settings, source: str, said: str) -> None:
    simulator = SimulatedExchange(settings=ExchangeSettings())
    await simulator.start()
    settings.EXCHANGE_SOURCE = source
    stream_url = simulator.stream_url
    settings.EXCHANGE_REST_URL, settings.EXCHANGE_STREAM_URLS = simulator.rest_url, [stream_url]
    told: list[str] = []
    try:
        assert await real_exchange_answers(ExchangeOptions(), lambda _, text: told.append(text))
    finally:
        await simulator.stop()
    assert told[-1] == said.format(stream_url=stream_url)


@pytest.mark.django_db(transaction=True)
async def test_it_reads_further_markets_beside_the_simulated_one_of_which_prices_are_combined(
    settings: Settings,
) -> None:
    async with exchange(ExchangeOptions(simulator=True), lambda *_: None) as further:
        assert [market.source.value for market in further] == settings.EXCHANGE_FURTHER_SOURCES
        markets = combined_markets_from_settings()
        async with httpx2.AsyncClient(trust_env=False) as client:
            pairs = (await client.get(f"http://{further[0].address}/0/public/AssetPairs")).json()["result"]
    assert [one.symbol for one in markets.symbols] == ["BTC-USD", "ETH-USD"]
    listed = {pair["wsname"].replace("XBT", "BTC") for pair in pairs.values()}
    asked = (*markets.symbols, *markets.rates)
    assert {market.symbol for one in asked for market in one.markets if market.source == "kraken"} <= listed


@pytest.mark.django_db(transaction=True)
async def test_it_reads_one_market_where_no_prices_are_to_be_combined(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMBINED_SYMBOLS", "")
    async with exchange(ExchangeOptions(simulator=True), lambda *_: None) as further:
        assert further == ()
        assert settings.EXCHANGE_FURTHER_SOURCES == settings.COMBINED_SYMBOLS == []


async def test_the_bridge_of_a_further_market_is_called_as_its_worker_by_which_the_admin_knows_that_it_runs() -> None:
    tasks = start_further_bridges([FurtherMarket(Source.KRAKEN, "127.0.0.1:9")])
    names = [task.get_name() for task in tasks]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert names == [further_bridge(Source.KRAKEN).title]
