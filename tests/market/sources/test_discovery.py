"""Which sources there are, and which speaks for a market."""

import runpy

import pytest
from pytest_django import Settings

from streaming.events import Interval, Source
from streaming.market import settings as market_settings
from streaming.market.sources.binance.source import SOURCE
from streaming.market.sources.discovery import current_source, source_of
from streaming.market.sources.names import own_settings, source_names
from streaming.topics.topic import MarketKind, Topic


def test_each_folder_with_a_source_is_found_by_its_name() -> None:
    assert source_names() == ["binance", "coinbase", "kraken"]
    assert all(source_of(Source(name)) is not None for name in source_names())


def test_the_simulator_speaks_as_binance_does() -> None:
    assert source_of(Source.SIMULATOR) is source_of(Source.BINANCE) is SOURCE


@pytest.mark.parametrize(("name", "symbol"), [("binance", "BTCUSDT"), ("coinbase", "BTC-USDT"), ("kraken", "BTC/USDT")])
def test_a_source_streams_candles_of_the_intervals_that_it_says_and_of_no_other(name: str, symbol: str) -> None:
    source = source_of(Source(name))
    streamed = {each for each in Interval if source.streams_of(Topic(MarketKind.CANDLE, symbol, each))}
    assert source.intervals == streamed


@pytest.mark.parametrize(
    ("name", "pair", "listed"),
    [
        ("binance", "BTCUSDT", "BTCUSDT"),
        ("binance", "btc-usdt", "BTCUSDT"),
        ("binance", "BTC/USDT", "BTCUSDT"),
        ("coinbase", "BTC-USD", "BTC-USD"),
        ("coinbase", "eth/btc", "ETH-BTC"),
        ("kraken", "BTC/USD", "BTC/USD"),
        ("kraken", "AAPLx-USD", "AAPLx/USD"),
    ],
)
def test_a_pair_is_taken_as_people_write_it(name: str, pair: str, listed: str) -> None:
    assert source_of(Source(name)).symbol_name(pair) == listed


def test_the_settings_name_the_one_that_is_read(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE = "simulator"
    assert current_source() is source_of(Source.SIMULATOR)


@pytest.mark.parametrize(
    ("name", "url"),
    [("coinbase", "https://api.exchange.coinbase.com"), ("kraken", "https://api.kraken.com")],
)
def test_a_source_has_defaults_of_its_own_for_settings_that_there_are(name: str, url: str) -> None:
    own = own_settings(name)
    assert own["EXCHANGE_REST_URL"] == url
    assert all(hasattr(market_settings, setting) for setting in own)


def test_others_have_the_defaults_of_all() -> None:
    assert not own_settings("binance")
    assert not own_settings("simulator")


@pytest.mark.parametrize(
    ("given", "urls"),
    [({}, ["wss://ws.kraken.com"]), ({"EXCHANGE_STREAM_URLS": "ws://127.0.0.1:1"}, ["ws://127.0.0.1:1"])],
)
def test_its_defaults_count_where_the_environment_names_it_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], urls: list[str]
) -> None:
    for name, value in {"EXCHANGE_SOURCE": "kraken", **given}.items():
        monkeypatch.setenv(name, value)
    read = runpy.run_path(str(market_settings.__file__))
    assert (read["EXCHANGE_STREAM_URLS"], read["BRIDGE_CANARY_STREAM"]) == (urls, "BTC/USD@ticker")
    assert read["EXCHANGE_REST_FALLBACK_URLS"] == []
