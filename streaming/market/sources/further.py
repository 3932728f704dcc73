"""A source whose market is read beside the deployment's own: the same exchange, under topics that name it."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from streaming.clock import Clock
from streaming.events import Interval, Source
from streaming.market.sources.answers import BookSnapshot, CandleSeed
from streaming.market.sources.messages import Received
from streaming.market.sources.source import (
    Addressed,
    DuplicateLimits,
    Interpreter,
    MarketSource,
    SourceRest,
    SourceSession,
    StreamUpdateFrequency,
)
from streaming.topics.topic import Topic


class FurtherSource:
    """Serves the topics of its market that name it, by the streams of an exchange that knows nothing of that."""

    def __init__(self, exchange: MarketSource, label: Source) -> None:
        self._exchange = exchange
        self._label = label

    @property
    def intervals(self) -> frozenset[Interval]:
        """The intervals that the exchange has candles of."""
        return self._exchange.intervals

    def symbol_name(self, pair: str) -> str:
        """Return a pair as the exchange lists it."""
        return self._exchange.symbol_name(pair)

    def stream_url(self, address: str) -> str:
        """Return where the streams at a base address are connected to."""
        return self._exchange.stream_url(address)

    def streams_of(self, topic: Topic) -> frozenset[str]:
        """Return the streams that serve a topic of this market; none for one of another."""
        if topic.source is not self._label:
            return frozenset()
        return self._exchange.streams_of(msgspec.structs.replace(topic, source=None))

    def topics_of(self, stream: str) -> tuple[Topic, ...]:
        """Return the topics that a stream serves, with the market's name."""
        return tuple(_of(self._label, topic) for topic in self._exchange.topics_of(stream))

    def update_frequency_of(self, stream: str) -> StreamUpdateFrequency:
        """Return how often a stream speaks."""
        return self._exchange.update_frequency_of(stream)

    def session(self) -> SourceSession:
        """Return how a new connection is spoken on."""
        return self._exchange.session()

    def interpreter(
        self, label: Source, *, overview_symbols: Collection[str], limits: DuplicateLimits, clock: Clock
    ) -> Interpreter:
        """Return what makes events, addressed to the topics of this market."""
        made = self._exchange.interpreter(label, overview_symbols=overview_symbols, limits=limits, clock=clock)
        return _FurtherInterpreter(made, self._label)

    def rest(self, address: str | None = None) -> SourceRest:
        """Return the REST interface at a base address."""
        return self._exchange.rest(address)


class _FurtherInterpreter:
    def __init__(self, interpreter: Interpreter, label: Source) -> None:
        self._interpreter = interpreter
        self._label = label

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""
        return self._interpreter.doubles

    def events_of(self, received: Received, *, received_at: int) -> Iterable[Addressed]:
        """Yield what a message means for the topics of this market."""
        for topic, event in self._interpreter.events_of(received, received_at=received_at):
            yield _of(self._label, topic), event

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return those of this market's candles whose beginning wasn't listened to."""
        exchanges = [msgspec.structs.replace(topic, source=None) for topic in candles]
        return [_of(self._label, topic) for topic in self._interpreter.unseeded(exchanges)]

    def seed(self, candle: Topic, seed: CandleSeed) -> Iterable[Addressed]:
        """Yield a candle of this market with what was traded in it before."""
        for topic, event in self._interpreter.seed(msgspec.structs.replace(candle, source=None), seed):
            yield _of(self._label, topic), event

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return those of this market's books that need a snapshot now."""
        exchanges = [msgspec.structs.replace(topic, source=None) for topic in topics]
        return {_of(self._label, topic): why for topic, why in self._interpreter.unseeded_books(exchanges).items()}

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> Iterable[Addressed]:
        """Yield a book of this market that begins with a snapshot."""
        for seeded, event in self._interpreter.seed_book(msgspec.structs.replace(topic, source=None), snapshot):
            yield _of(self._label, seeded), event

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""
        self._interpreter.keep(streams)

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that nothing overlaps on these."""
        self._interpreter.interrupted(streams)


def _of(label: Source, topic: Topic) -> Topic:
    return msgspec.structs.replace(topic, source=label)
