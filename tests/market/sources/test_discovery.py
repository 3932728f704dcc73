"""Which sources there are, and which speaks for a market."""

from pytest_django import Settings

from streaming.events import Source
from streaming.market.sources.binance.source import SOURCE
from streaming.market.sources.discovery import current_source, source_of
from streaming.market.sources.names import source_names


def test_each_folder_with_a_source_is_found_by_its_name() -> None:
    assert source_names() == ["binance"]
    assert all(source_of(Source(name)) is not None for name in source_names())


def test_the_simulator_speaks_as_binance_does() -> None:
    assert source_of(Source.SIMULATOR) is source_of(Source.BINANCE) is SOURCE


def test_the_settings_name_the_one_that_is_read(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE = "simulator"
    assert current_source() is source_of(Source.SIMULATOR)
