"""How a connection to Kraken's feed is spoken on: requests are answered symbol by symbol, and books are kept. Pure.

A book belongs to its connection: it begins with the snapshot that follows a subscription, and ends with that.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from streaming.market.sources.kraken import messages, stream_names
from streaming.market.sources.kraken.book import CheckedBook
from streaming.market.sources.kraken.requests import Channel, request
from streaming.market.sources.kraken.stream_parser import parse_frame
from streaming.market.sources.messages import (
    Answer,
    Broken,
    ExchangeState,
    Received,
    Refusal,
    RequestId,
    SourceMessage,
)
from streaming.market.sources.source import Method

_ALREADY_SUBSCRIBED, _NOT_SUBSCRIBED = "Already subscribed", "Subscription Not Found"
"""Refusals that say that it is as it was asked to be; whatever the method that they name."""


class _Asked(msgspec.Struct):
    """A request on its way: what it asks, and the streams that weren't answered yet, by their symbols."""

    method: Method
    streams: dict[str, str]

    def is_done_already(self, refusal: str) -> bool:
        """Return whether a refusal says that what is asked for is so."""
        return refusal == (_ALREADY_SUBSCRIBED if self.method is Method.SUBSCRIBE else _NOT_SUBSCRIBED)


class KrakenSession:
    """Remembers what was asked, for answers name their request and one symbol, and the books of what is subscribed."""

    has_lists = False

    def __init__(self) -> None:
        self._state = messages.SystemState.ONLINE
        self._asked: dict[int, _Asked] = {}
        self._books: dict[str, CheckedBook] = {}

    def batch_of(self, stream: str) -> str:
        """Return the channel of a stream: a request is of one."""
        return stream_names.batch_of(stream)

    def write(self, method: Method, streams: Sequence[str], request_id: int) -> bytes:
        """Return the frame of a request for streams of one channel, and remember it."""
        if method is Method.LIST:
            raise ValueError("Kraken can't be asked what is subscribed")
        subscription = stream_names.subscription_of(streams)
        by_symbol = dict(zip(subscription.symbols, streams, strict=True))
        self._asked[request_id] = _Asked(method, by_symbol)
        is_subscribing = method is Method.SUBSCRIBE
        return request("subscribe" if is_subscribing else "unsubscribe", subscription, request_id)

    def read(self, frame: bytes) -> Sequence[Received]:
        """Return what a frame says: heartbeats say nothing of any stream."""
        return [received for message in parse_frame(frame) for received in self._received(message)]

    def _received(self, message: SourceMessage) -> Iterable[Received]:
        found: Iterable[Received]
        match message:
            case messages.Acknowledgement(request_id=request_id, symbol=symbol):
                found = self._answered(request_id, symbol)
            case messages.SymbolRefusal():
                found = self._refused(message)
            case messages.BookMessage():
                found = self._book(message)
            case messages.CandlesMessage():
                found = _by_series(message)
            case messages.StatusMessage(state=state):
                found = self._became(state)
            case messages.HeartbeatMessage() | messages.PongMessage():
                found = ()
            case _:
                found = (Received(stream=_stream_of(message), message=message),)
        return found

    def _became(self, state: messages.SystemState) -> Iterator[Received]:
        """Tell of a change, from being online on: in maintenance the connection may stay, and say nothing else."""
        if state is not self._state:
            self._state = state
            yield Received(stream="", message=ExchangeState(state=state.value))

    def _answered(self, request_id: RequestId, symbol: str) -> Iterator[Received]:
        asked = self._asked.get(request_id) if isinstance(request_id, int) else None
        stream = None if asked is None else self._take(request_id, asked, symbol)
        if stream is None or asked is None:
            return
        if asked.method is Method.UNSUBSCRIBE:
            self._books.pop(stream, None)
        yield Received(stream="", message=Answer(request_id=request_id, result=None, streams=frozenset({stream})))

    def _refused(self, refusal: messages.SymbolRefusal) -> Iterator[Received]:
        request_id = refusal.request_id
        asked = self._asked.get(request_id) if isinstance(request_id, int) else None
        if asked is not None and asked.is_done_already(refusal.message):
            only = next(iter(asked.streams), "") if len(asked.streams) == 1 else ""
            yield from self._answered(request_id, refusal.symbol or only)
            return
        stream = None if asked is None else self._take(request_id, asked, refusal.symbol)
        if stream is None and isinstance(request_id, int):
            self._asked.pop(request_id, None)
        streams = None if stream is None else frozenset({stream})
        message = Refusal(request_id=request_id, code=0, message=refusal.message, streams=streams)
        yield Received(stream="", message=message)

    def _take(self, request_id: RequestId, asked: _Asked, symbol: str) -> str | None:
        """Return the stream of a request that is answered by its symbol; None where it isn't one of it."""
        stream = asked.streams.pop(symbol, None)
        if not asked.streams and isinstance(request_id, int):
            self._asked.pop(request_id, None)
        return stream

    def _book(self, message: messages.BookMessage) -> Iterator[Received]:
        """Tell the book after a message, where it is proven; what comes before a snapshot is of an earlier one."""
        stream = stream_names.stream_name(message.symbol, Channel.BOOK)
        if message.is_snapshot:
            self._books[stream] = CheckedBook(stream_names.DEPTH)
        book = self._books.get(stream)
        if book is None:
            return
        if not book.take(message):
            yield Received(stream=stream, message=Broken(reason="the checksum of the book is wrong"))
            return
        yield Received(
            stream=stream,
            message=messages.ProvenBook(
                symbol=message.symbol,
                is_snapshot=message.is_snapshot,
                event_time=message.event_time,
                bids=book.book.bids.best(stream_names.DEPTH),
                asks=book.book.asks.best(stream_names.DEPTH),
            ),
        )


def _stream_of(message: SourceMessage) -> str:
    match message:
        case messages.TradesMessage(symbol=symbol):
            return stream_names.stream_name(symbol, Channel.TRADE)
        case messages.TickerMessage(symbol=symbol):
            return stream_names.stream_name(symbol, Channel.TICKER)
        case _:
            return ""


def _by_series(message: messages.CandlesMessage) -> Iterator[Received]:
    """Yield the candles of each stream in a message for itself."""
    series: dict[str, list[messages.CandleRow]] = {}
    for row in message.candles:
        series.setdefault(stream_names.candles_name(row.symbol, row.interval), []).append(row)
    for stream, rows in series.items():
        yield Received(stream=stream, message=msgspec.structs.replace(message, candles=tuple(rows)))
