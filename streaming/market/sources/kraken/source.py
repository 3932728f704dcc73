"""Kraken, as the platform sees an exchange: its spot market, by the second version of its feed."""

from collections.abc import Collection

from streaming.clock import Clock
from streaming.events import Source
from streaming.market.sources.kraken import stream_names
from streaming.market.sources.kraken.interpreter import KrakenInterpreter
from streaming.market.sources.kraken.intervals import OFFERED_INTERVALS
from streaming.market.sources.kraken.rest import KrakenRest, rest_at
from streaming.market.sources.kraken.session import KrakenSession
from streaming.market.sources.kraken.symbols import listed_name
from streaming.market.sources.source import DuplicateLimits, MarketSource, StreamUpdateFrequency
from streaming.topics.topic import Topic


class KrakenSource:
    """Kraken's spot market. It has no overview of all pairs, and candles of seven intervals alone."""

    intervals = OFFERED_INTERVALS

    def symbol_name(self, pair: str) -> str:
        """Return a pair with a slash between its assets; the case of letters is part of its name."""
        return listed_name(pair)

    def stream_url(self, address: str) -> str:
        """Return where the second version of its feed is."""
        return f"{address}/v2"

    def streams_of(self, topic: Topic) -> frozenset[str]:
        """Return the one stream that serves a topic; none where no stream does."""
        try:
            return frozenset({stream_names.stream_of(topic)})
        except KeyError:
            return frozenset()

    def topics_of(self, stream: str) -> tuple[Topic, ...]:
        """Return the topics that a stream serves."""
        return stream_names.topics_of(stream)

    def update_frequency_of(self, stream: str) -> StreamUpdateFrequency:
        """Return how often a stream speaks."""
        return stream_names.update_frequency_of(stream)

    def session(self) -> KrakenSession:
        """Return how a new connection is spoken on."""
        return KrakenSession()

    def interpreter(
        self, label: Source, *, overview_symbols: Collection[str], limits: DuplicateLimits, clock: Clock
    ) -> KrakenInterpreter:
        """Return what makes events of messages; of no overview."""
        return KrakenInterpreter(label, limits=limits, clock=clock)

    def rest(self, address: str | None = None) -> KrakenRest:
        """Return the REST interface at a base address."""
        return rest_at(address)


SOURCE: MarketSource = KrakenSource()
