"""What the platform needs of an exchange: the interface that each folder here stands behind.

A folder has a module `source` with `SOURCE`, by which `discovery` finds it; nobody else knows what is in it.
Streams go by names that are the source's own: the platform compares, counts and shows them, and asks what they mean.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Protocol

import msgspec

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting
from streaming.events import Interval, MarketUpdate, Source, Ticker
from streaming.market.sources.answers import BookSnapshot, CandleSeed, ExchangeInfo, KlineRow, RestTrade
from streaming.market.sources.messages import Received
from streaming.topics.topic import Topic

Addressed = tuple[Topic, MarketUpdate]

ROWS_AT_ONCE = 1000
"""Most candles, or trades, that a source is asked for at once."""


class Method(Enum):
    """What a request on a socket asks for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    LIST = "list"


class StreamUpdateFrequency(msgspec.Struct, frozen=True, kw_only=True):
    """How often a stream speaks, and so what its silence means; `symbol` is empty for one of the whole market.

    Of a symbol that trades every few seconds: `is_every_second` where the stream then says something each second, so
    that its silence may be that of the connection; `is_judged` where it is subscribed again for its own silence.
    `is_regular` where it speaks at intervals whatever the symbol; `is_heartbeat` where it is judged as that of a symbol
    that trades every few seconds, whatever the symbol; `begins_at_once` where it says something as soon as
    it is subscribed, so that an acknowledgement without anything behind it is worth nothing.
    """

    symbol: str
    is_every_second: bool = False
    is_judged: bool = False
    is_regular: bool = False
    is_heartbeat: bool = False
    begins_at_once: bool = False


class DuplicateLimits(msgspec.Struct, frozen=True, kw_only=True):
    """When an exchange has begun anew: a book's ids, and its clock; in seconds."""

    ids_anew: float = setting("BRIDGE_IDS_ANEW_SECONDS")
    clock_anew: float = setting("BRIDGE_CLOCK_ANEW_SECONDS")


class SourceSession(Protocol):
    """How one connection is spoken on. It may remember what the connection said: each has one of its own."""

    @property
    def has_lists(self) -> bool:
        """True where the exchange can be asked what is subscribed."""

    def batch_of(self, stream: str) -> str:
        """Return what one request may be about: streams of the same batch are asked for together."""

    def read(self, frame: bytes) -> Sequence[Received]:
        """Return what a frame says; it never raises: what can't be read is `Unreadable`, what isn't known `Unknown`."""

    def write(self, method: Method, streams: Sequence[str], request_id: int) -> bytes:
        """Return the frame of a request."""


class Interpreter(Protocol):
    """Makes events of what all connections to a source say, and none of what was said already."""

    @property
    def doubles(self) -> int:
        """How many messages said what had been said."""

    def events_of(self, received: Received, *, received_at: int) -> Iterable[Addressed]:
        """Yield what a message means for our topics; nothing, where it means nothing. `received_at` is in ms."""

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return those of these candles that are made of trades, and whose beginning wasn't listened to.

        None where the exchange sends candles itself.
        """

    def seed(self, candle: Topic, seed: CandleSeed) -> Iterable[Addressed]:
        """Yield a candle with what was traded in it before; nothing, and it remains unseeded, where that isn't all."""

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return those of these topics whose order book needs a snapshot now, each with the reason.

        None where the exchange sends whole books.
        """

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> Iterable[Addressed]:
        """Yield the book that begins with a snapshot; nothing, and it remains unseeded, where it was too old."""

    def keep(self, streams: Collection[str]) -> None:
        """Forget every stream but these."""

    def interrupted(self, streams: Collection[str]) -> None:
        """Note that nothing overlaps: what comes next on these is of another connection, maybe of another exchange."""


class SourceRest(Protocol):
    """What a source is asked over HTTP.

    Everything raises an `ExchangeError` where there is no answer, and `ParseError` where it can't be read.
    """

    @property
    def used_weight(self) -> int:
        """What all programs at our address have used of this minute's budget, as far as the source told us."""

    @property
    def candles_weight(self) -> int:
        """What a question for candles costs of the budget."""

    async def time(self) -> int:
        """Return the source's time in ms."""

    async def symbols(self) -> ExchangeInfo:
        """Return what is listed; it may use what is reserved of the budget."""

    async def ticker(self, symbol: str, *, label: Source) -> Ticker:
        """Return the rolling 24 hours of a symbol."""

    async def candles(
        self, symbol: str, interval: Interval, *, start: int | None = None, end: int | None = None, limit: int
    ) -> tuple[KlineRow, ...]:
        """Return candles that open between `start` and `end` (ms, both included), oldest first, the oldest of them.

        Without `start` the newest. At most `limit`, up to `ROWS_AT_ONCE`, in as many answers as the source needs.
        """

    async def newest_trades(self, symbol: str) -> tuple[RestTrade, ...]:
        """Return the newest trades; fewer than `ROWS_AT_ONCE` are all that there are."""

    async def trades_from(self, symbol: str, trade_id: int) -> tuple[RestTrade, ...]:
        """Return the oldest trades from an id on; fewer than `ROWS_AT_ONCE` are all that there are."""

    async def book(self, symbol: str) -> BookSnapshot:
        """Return a snapshot of a symbol's order book, before which the changes of its stream can be put."""


class MarketSource(Protocol):
    """An exchange, or whoever speaks as it does; it remembers nothing itself."""

    @property
    def intervals(self) -> frozenset[Interval]:
        """The intervals that it has candles of."""

    def symbol_name(self, pair: str) -> str:
        """Return a pair that a person may have written otherwise, such as `BTC-USDT`, as the source lists it."""

    def stream_url(self, address: str) -> str:
        """Return where the streams at a base address are connected to."""

    def streams_of(self, topic: Topic) -> frozenset[str]:
        """Return the streams that serve a topic together; none where the source doesn't."""

    def topics_of(self, stream: str) -> tuple[Topic, ...]:
        """Return the topics that a stream serves; none where it is not one of ours."""

    def update_frequency_of(self, stream: str) -> StreamUpdateFrequency:
        """Return how often a stream speaks."""

    def session(self) -> SourceSession:
        """Return how a new connection is spoken on."""

    def interpreter(
        self, label: Source, *, overview_symbols: Collection[str], limits: DuplicateLimits, clock: Clock
    ) -> Interpreter:
        """Return what makes events, labelled so; `overview_symbols` are the rows of the overview, or the largest."""

    def rest(self, address: str | None = None) -> SourceRest:
        """Return the REST interface at a base address, by default the settings'; they share its budget."""


def streams_for(source: MarketSource, topics: Iterable[Topic]) -> frozenset[str]:
    """Return the streams that serve `topics`, each once."""
    return frozenset(stream for topic in topics for stream in source.streams_of(topic))
