"""Which requests an answer is about: the exchange names none, and tells all that it has subscribed. Pure.

It answers in order, each request once, after the words of what it refused. So an answer is that of the oldest request
that has none, and what that asked for and isn't listed was refused, whatever was said.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec

from streaming.market.sources.coinbase.stream_names import split_stream
from streaming.market.sources.messages import Answer, Refusal
from streaming.market.sources.source import Method

_OF_ONE = re.compile(r" is (?:not a valid (?:product|channel)|delisted)")
"""Said of a product once for each channel, so that all of it may be known already."""
_NOT_LISTED = "not among what the exchange says is subscribed"


class _Request(msgspec.Struct):
    """A request, and the streams of it that weren't answered yet."""

    request_id: int
    method: Method
    streams: set[str]

    def done(self, listed: Collection[str]) -> frozenset[str]:
        """Return the streams that are as it asks, where `listed` are subscribed."""
        is_subscribing = self.method is Method.SUBSCRIBE
        return frozenset(stream for stream in self.streams if (stream in listed) is is_subscribing)

    def take(self, streams: frozenset[str]) -> frozenset[str]:
        """Return streams, which are answered."""
        self.streams -= streams
        return streams


class RequestsInFlight:
    """The requests of a connection that the exchange hasn't answered."""

    def __init__(self) -> None:
        self._requests: list[_Request] = []

    def asks_for(self, stream: str) -> bool:
        """Return whether a request is about a stream."""
        return any(stream in request.streams for request in self._requests)

    def sent(self, request_id: int, method: Method, streams: Sequence[str]) -> None:
        """Note a request; where another was about the same streams, it is about them no more."""
        for request in self._requests:
            request.streams.difference_update(streams)
        self._requests.append(_Request(request_id, method, set(streams)))

    def answered(self, listed: Collection[str]) -> Iterator[Answer | Refusal]:
        """Yield what it means that `listed` are subscribed now."""
        oldest = self._requests[0] if self._requests else None
        for request in self._requests:
            if done := request.take(request.done(listed)):
                yield Answer(request_id=request.request_id, result=None, streams=done)
        if oldest is not None:
            if oldest.streams:
                yield _refusal(oldest, oldest.take(frozenset(oldest.streams)), _NOT_LISTED)
            self._requests.remove(oldest)

    def refused(self, words: str) -> Iterator[Refusal]:
        """Yield what the words of a refusal mean: they begin with a product or a channel, or are about all."""
        by_name = ((request, named) for request in self._requests if (named := _named(request.streams, words)))
        found = next(by_name, None)
        if found is not None:
            request, named = found
            yield _refusal(request, request.take(named), words)
            self._forget_empty()
        elif not _OF_ONE.search(words):
            yield self._refuse_oldest(words)

    def _refuse_oldest(self, words: str) -> Refusal:
        oldest = self._requests.pop(0) if self._requests else None
        return Refusal(request_id=None if oldest is None else oldest.request_id, code=0, message=words)

    def _forget_empty(self) -> None:
        """Forget requests of which all was refused: nothing else is said of them."""
        self._requests = [request for request in self._requests if request.streams]


def _refusal(request: _Request, streams: frozenset[str], words: str) -> Refusal:
    return Refusal(request_id=request.request_id, code=0, message=words, streams=streams)


def _named(streams: Iterable[str], words: str) -> frozenset[str]:
    """Return the streams of a product, or a channel, that stands among the words."""
    said = set(words.split())
    return frozenset(stream for stream in streams if said.intersection(split_stream(stream)) - {""})
