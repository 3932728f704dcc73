"""How a connection to Coinbase's feed is spoken on: whose an answer is, and whether books and trades are whole. Pure.

Books and the numbers of trades belong to their connection: they begin with a subscription, and end with it.
"""

from collections.abc import Iterable, Iterator, Sequence

from streaming.market.sources.coinbase import messages
from streaming.market.sources.coinbase.book import ProductBook
from streaming.market.sources.coinbase.requests import request
from streaming.market.sources.coinbase.requests_in_flight import RequestsInFlight
from streaming.market.sources.coinbase.stream_names import Channel, stream_name
from streaming.market.sources.coinbase.stream_parser import parse_frame
from streaming.market.sources.coinbase.trade_numbers import TradeNumbers
from streaming.market.sources.messages import Answer, Broken, Received, Refusal, SourceMessage, Unreadable
from streaming.market.sources.source import Method

_DEPTH = 10
"""Levels of a side that are told."""


class CoinbaseSession:
    """Remembers what was asked, for answers don't name it, and the books and trades of what is subscribed."""

    has_lists = False

    def __init__(self) -> None:
        self._requests = RequestsInFlight()
        self._subscribed: frozenset[str] = frozenset()
        self._books: dict[str, ProductBook] = {}
        self._trades: dict[str, TradeNumbers] = {}

    def batch_of(self, stream: str) -> str:
        """Return the same for all: a request may be about any streams."""
        return ""

    def write(self, method: Method, streams: Sequence[str], request_id: int) -> bytes:
        """Return the frame of a request, and remember it."""
        if method is Method.LIST:
            raise ValueError("Coinbase can't be asked what is subscribed")
        self._requests.sent(request_id, method, streams)
        return request("subscribe" if method is Method.SUBSCRIBE else "unsubscribe", streams)

    def read(self, frame: bytes) -> Sequence[Received]:
        """Return what a frame says."""
        return list(self._received(parse_frame(frame)))

    def _received(self, received: Received) -> Iterable[Received]:
        match received.message:
            case Answer(result=tuple() as listed):
                return self._answered(frozenset(listed))
            case Refusal(message=words):
                return _of_connection(self._requests.refused(words))
            case messages.SnapshotMessage() | messages.UpdateMessage() as message:
                return self._book(received.stream, message)
            case messages.MatchMessage() as message:
                return self._match(received, message)
            case messages.HeartbeatMessage() as message:
                return self._heartbeat(received, message)
            case _:
                return (received,)

    def _answered(self, listed: frozenset[str]) -> Iterator[Received]:
        """Tell what is answered, and what is subscribed no longer though nobody asked for its end."""
        gone = sorted(stream for stream in self._subscribed - listed if not self._requests.asks_for(stream))
        for stream in self._subscribed - listed:
            self._books.pop(stream, None)
            self._trades.pop(stream, None)
        self._subscribed = listed
        yield from _of_connection(self._requests.answered(listed))
        for stream in gone:
            yield Received(stream=stream, message=Broken(reason="the exchange no longer lists it as subscribed"))

    def _book(self, stream: str, message: messages.SnapshotMessage | messages.UpdateMessage) -> Iterator[Received]:
        """Tell the best levels after a message; what comes before a snapshot is of an earlier book."""
        if isinstance(message, messages.SnapshotMessage):
            self._books[stream] = ProductBook()
        if message.bad_levels:
            yield Received(stream="", message=Unreadable(reason=f"{message.bad_levels} levels of {stream}"))
        book = self._books.get(stream)
        if book is None:
            return
        book.take(message)
        if book.is_doubtful:
            yield Received(stream=stream, message=Broken(reason="the book is crossed, or lost a level"))
        elif not book.book.is_crossed:
            yield Received(stream=stream, message=_best(message, book))

    def _match(self, received: Received, message: messages.MatchMessage) -> Iterator[Received]:
        """Tell a trade; where one before it was lost, so may be what the book should have been told."""
        yield received
        numbers = self._trades.setdefault(received.stream, TradeNumbers())
        book = stream_name(message.symbol, Channel.BOOK)
        if numbers.take(message.trade.trade_id) and book in self._books:
            yield Received(stream=book, message=Broken(reason="trades were lost, and so may be changes of the book"))

    def _heartbeat(self, received: Received, message: messages.HeartbeatMessage) -> Iterator[Received]:
        yield received
        matches = stream_name(message.symbol, Channel.MATCHES)
        if matches not in self._subscribed:
            return
        if self._trades.setdefault(matches, TradeNumbers()).told(message.last_trade_id):
            yield Received(stream=matches, message=Broken(reason="trades that were made have not come"))


def _of_connection(said: Iterable[SourceMessage]) -> Iterator[Received]:
    for message in said:
        yield Received(stream="", message=message)


def _best(message: messages.SnapshotMessage | messages.UpdateMessage, book: ProductBook) -> messages.BestLevels:
    return messages.BestLevels(
        symbol=message.symbol,
        event_time=message.event_time,
        bids=book.book.bids.best(_DEPTH),
        asks=book.book.asks.best(_DEPTH),
    )
