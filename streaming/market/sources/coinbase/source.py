"""Coinbase Exchange, as the platform sees an exchange: its public feed, which sends no candles, and its REST."""

from collections.abc import Collection

from streaming.clock import Clock
from streaming.events import Source
from streaming.market.sources.coinbase import stream_names
from streaming.market.sources.coinbase.interpreter import CoinbaseInterpreter
from streaming.market.sources.coinbase.intervals import OFFERED_INTERVALS
from streaming.market.sources.coinbase.rest import CoinbaseRest, rest_at
from streaming.market.sources.coinbase.session import CoinbaseSession
from streaming.market.sources.coinbase.symbols import listed_name
from streaming.market.sources.source import DuplicateLimits, MarketSource, StreamUpdateFrequency
from streaming.topics.topic import Topic


class CoinbaseSource:
    """Coinbase Exchange's market. It has no overview of all products, and candles of six intervals alone."""

    intervals = OFFERED_INTERVALS

    def symbol_name(self, pair: str) -> str:
        """Return a pair in upper case, with a hyphen between its currencies."""
        return listed_name(pair)

    def stream_url(self, address: str) -> str:
        """Return the address itself: its feed is at the root."""
        return address

    def streams_of(self, topic: Topic) -> frozenset[str]:
        """Return the streams that serve a topic together: its channel's, and its product's heartbeat."""
        return stream_names.streams_of(topic)

    def topics_of(self, stream: str) -> tuple[Topic, ...]:
        """Return the topics whose events a stream brings."""
        return stream_names.topics_of(stream)

    def update_frequency_of(self, stream: str) -> StreamUpdateFrequency:
        """Return how often a stream speaks."""
        return stream_names.update_frequency_of(stream)

    def session(self) -> CoinbaseSession:
        """Return how a new connection is spoken on."""
        return CoinbaseSession()

    def interpreter(
        self, label: Source, *, overview_symbols: Collection[str], limits: DuplicateLimits, clock: Clock
    ) -> CoinbaseInterpreter:
        """Return what makes events of messages; of no overview."""
        return CoinbaseInterpreter(label, limits=limits)

    def rest(self, address: str | None = None) -> CoinbaseRest:
        """Return the REST interface at a base address."""
        return rest_at(address)


SOURCE: MarketSource = CoinbaseSource()
