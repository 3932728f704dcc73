"""Which source is read: found by its name, in the folder of that name."""

from functools import cache
from importlib import import_module

from django.conf import settings

from streaming.events import Source
from streaming.market.own_source import own_source
from streaming.market.sources.further import FurtherSource
from streaming.market.sources.source import MarketSource

_SPOKEN_BY = {Source.SIMULATOR: Source.BINANCE}
"""Whose wire those speak who have none of their own."""


def source_of(label: Source) -> MarketSource:
    """Return the source whose market `label` is."""
    return _source(_SPOKEN_BY.get(label, label).value)


def further_source_of(label: Source) -> MarketSource:
    """Return the source whose market `label` is, as it is read beside the deployment's own."""
    return FurtherSource(source_of(label), label)


def further_sources() -> tuple[Source, ...]:
    """Return the markets that are read beside the one that the settings name, each once."""
    return read_sources()[1:]


def read_sources() -> tuple[Source, ...]:
    """Return the markets that are read, the deployment's own first, each once."""
    return tuple(dict.fromkeys(map(Source, (own_source(), *settings.EXCHANGE_FURTHER_SOURCES))))


def current_source() -> MarketSource:
    """Return the source that the settings name."""
    return source_of(own_source())


@cache
def _source(name: str) -> MarketSource:
    source: MarketSource = import_module(f"{__package__}.{name}.source").SOURCE
    return source
