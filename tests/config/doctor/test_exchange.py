"""Whether the addresses of an exchange answer as configured."""

import asyncio
import socket

import pytest
from pytest_django import Settings

from config.doctor.exchange import look_at_exchange, look_at_further_markets
from config.doctor.findings import State
from streaming.simulator.server import ExchangeSettings, SimulatedExchange


def closed_address(scheme: str) -> str:
    """Return an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"{scheme}://127.0.0.1:{free.getsockname()[1]}"


async def test_it_is_content_with_one_of_several_addresses(settings: Settings) -> None:
    exchange = SimulatedExchange(settings=ExchangeSettings(tick_interval=None))
    await exchange.start()
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_REST_URL = "simulator", exchange.rest_url
    settings.EXCHANGE_STREAM_URLS = [closed_address("ws"), exchange.stream_url]
    try:
        found = await asyncio.to_thread(lambda: list(look_at_exchange()))
    finally:
        await exchange.stop()
    states = [(finding.subject, finding.state) for finding in found]
    assert states == [
        ("exchange", State.OK),
        ("clock", State.OK),
        ("exchange", State.WARNING),
        ("exchange", State.OK),
    ]


def test_it_fails_where_none_answers(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_REST_URL = "simulator", closed_address("http")
    settings.EXCHANGE_STREAM_URLS = [closed_address("ws")]
    found = list(look_at_exchange())
    assert [(finding.subject, finding.state) for finding in found] == [("exchange", State.FAILED)] * 2
    assert all("EXCHANGE_" in finding.to_do for finding in found)


def test_it_asks_a_further_market_at_addresses_of_its_own(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "simulator", ["kraken"]
    address = closed_address("ws")
    monkeypatch.setenv("KRAKEN_EXCHANGE_STREAM_URLS", address)
    (found,) = look_at_further_markets()
    assert found.state is State.FAILED
    assert found.text.startswith(f"kraken, streams at {address.removeprefix('ws://')}: no socket opens")
