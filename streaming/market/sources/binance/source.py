"""Binance, as the platform sees an exchange; the simulator speaks as it does."""

from collections.abc import Collection

from streaming.clock import Clock
from streaming.events import Interval, Source
from streaming.market.sources.binance import stream_names
from streaming.market.sources.binance.interpreter import BinanceInterpreter
from streaming.market.sources.binance.rest import USED_WEIGHT_HEADER, BinanceRest
from streaming.market.sources.binance.session import BinanceSession
from streaming.market.sources.rest.client import rest_from_settings
from streaming.market.sources.source import DuplicateLimits, MarketSource, StreamUpdateFrequency
from streaming.topics.topic import Topic


class BinanceSource:
    """Binance's spot market."""

    intervals = frozenset(Interval)

    def symbol_name(self, pair: str) -> str:
        """Return a pair in capitals, with nothing between its assets."""
        return pair.replace("-", "").replace("/", "").upper()

    def stream_url(self, address: str) -> str:
        """Return where all streams come on one connection, each event with its stream's name."""
        return f"{address}/stream"

    def streams_of(self, topic: Topic) -> frozenset[str]:
        """Return the one stream that serves a topic; none where no stream does."""
        try:
            return frozenset({stream_names.stream_of(topic)})
        except stream_names.UnservedTopicError:
            return frozenset()

    def topics_of(self, stream: str) -> tuple[Topic, ...]:
        """Return the topics that a stream serves."""
        return stream_names.topics_of(stream)

    def update_frequency_of(self, stream: str) -> StreamUpdateFrequency:
        """Return how often a stream speaks."""
        return stream_names.update_frequency_of(stream)

    def session(self) -> BinanceSession:
        """Return how a new connection is spoken on."""
        return BinanceSession()

    def interpreter(
        self, label: Source, *, overview_symbols: Collection[str], limits: DuplicateLimits, clock: Clock
    ) -> BinanceInterpreter:
        """Return what makes events of messages."""
        return BinanceInterpreter(label, overview_symbols=overview_symbols, limits=limits, clock=clock)

    def rest(self, address: str | None = None) -> BinanceRest:
        """Return the REST interface at a base address."""
        return BinanceRest(rest_from_settings(address, used_weight_header=USED_WEIGHT_HEADER))


SOURCE: MarketSource = BinanceSource()
