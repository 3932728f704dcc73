"""A further market: an exchange's streams under topics that name it, and the settings of the process that reads it."""

import pytest
from environs import EnvError
from pytest_django import Settings

from streaming.events import Interval, Source
from streaming.market.sources.discovery import further_source_of, further_sources
from streaming.market.sources.further_settings import further_settings
from streaming.topics.topic import MarketKind, Topic

KRAKEN = further_source_of(Source.KRAKEN)


def test_it_serves_the_topics_that_name_its_market_and_no_others() -> None:
    own = Topic(MarketKind.CANDLE, "BTC/USD", Interval.MINUTE_1, source=Source.KRAKEN)
    [stream] = KRAKEN.streams_of(own)
    assert KRAKEN.topics_of(stream) == (own,)
    assert not KRAKEN.streams_of(Topic(MarketKind.CANDLE, "BTC/USD", Interval.MINUTE_1))
    assert not KRAKEN.streams_of(Topic(MarketKind.CANDLE, "BTC/USD", Interval.MINUTE_1, source=Source.BINANCE))


def test_the_own_market_is_no_further_one_and_each_counts_once(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE = "binance"
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken", "binance", "kraken"]
    assert further_sources() == (Source.KRAKEN,)


class TestSettings:
    """What counts where a further market is read."""

    def test_addresses_are_the_sources_own_whatever_the_deployment_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXCHANGE_REST_URL", "http://127.0.0.1:1")
        monkeypatch.setenv("BRIDGE_CANARY_STREAM", "")
        kraken, binance = further_settings("kraken"), further_settings("binance")
        assert (kraken["EXCHANGE_SOURCE"], kraken["EXCHANGE_REST_URL"]) == ("kraken", "https://api.kraken.com")
        assert kraken["BRIDGE_CANARY_STREAM"] == "BTC/USD@ticker"
        assert binance["EXCHANGE_REST_URL"] == "https://data-api.binance.vision"
        assert binance["EXCHANGE_STREAM_URLS"][0] == "wss://data-stream.binance.vision"

    def test_a_variable_counts_for_the_source_that_it_names(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRAKEN_EXCHANGE_STREAM_URLS", "ws://127.0.0.1:1,ws://127.0.0.1:2")
        monkeypatch.setenv("KRAKEN_BRIDGE_OPEN_TIMEOUT_SECONDS", "3")
        found = further_settings("kraken")
        assert found["EXCHANGE_STREAM_URLS"] == ["ws://127.0.0.1:1", "ws://127.0.0.1:2"]
        assert found["BRIDGE_OPEN_TIMEOUT_SECONDS"] == 3.0
        assert "BRIDGE_OPEN_TIMEOUT_SECONDS" not in further_settings("binance")

    def test_what_names_nothing_of_its_own_stays_the_deployments(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BRIDGE_LEASE_SECONDS", "9")
        assert "BRIDGE_LEASE_SECONDS" not in further_settings("kraken")

    def test_it_refuses_what_no_setting_may_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRAKEN_BRIDGE_LEASE_SECONDS", "0")
        with pytest.raises(EnvError, match="KRAKEN_BRIDGE_LEASE_SECONDS"):
            further_settings("kraken")
