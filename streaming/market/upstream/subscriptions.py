"""What the exchange is to send, and what it sends: wanted set against actual set, and the requests between them.

Pure: the connection asks `next_request` what to send, tells what was answered, and reconnects where `is_exhausted`.
A stream that nobody wants is kept for the linger, so that a page's reload doesn't flap it. A request that is refused is
halved until the names at fault stand alone; those are asked for again ever later, the others aren't kept from anybody.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec
import structlog

from streaming.clock import Clock
from streaming.market.messages import RequestId
from streaming.market.upstream.refusals import Refusals

logger = structlog.get_logger(__name__)


class Method(StrEnum):
    """What a request asks for."""

    SUBSCRIBE = "SUBSCRIBE"
    UNSUBSCRIBE = "UNSUBSCRIBE"


class SubscriptionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, names and bytes: the exchange's rules with room to spare (its own: 1024 streams a connection)."""

    linger: float = 30.0
    answer_timeout: float = 10.0
    attempts: int = 3
    names_per_frame: int = 100
    bytes_per_frame: int = 4096
    maximum_streams: int = 1000
    refusal_wait: float = 5.0
    refusal_wait_maximum: float = 300.0


class Request:
    """A request on its way; repeated under a new id when no answer comes, and done when any of its ids is answered."""

    def __init__(self, method: Method, names: tuple[str, ...]) -> None:
        self.method = method
        self.names = names
        self.attempts = 0
        self.sent_at = 0.0


class Subscriptions:
    """The streams of one upstream, across its connections."""

    def __init__(self, limits: SubscriptionLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._wanted: dict[str, None] = {}
        self._unwanted_since: dict[str, float] = {}
        self._actual: set[str] = set()
        self._in_flight: dict[int, Request] = {}
        self._to_repeat: list[Request] = []
        self._refused = Refusals(wait=limits.refusal_wait, maximum=limits.refusal_wait_maximum, clock=clock)
        self._last_id = 0
        self.is_exhausted = False

    @property
    def active(self) -> tuple[str, ...]:
        """The streams that the exchange has acknowledged, sorted."""
        return tuple(sorted(self._actual))

    def want(self, streams: Iterable[str]) -> None:
        """Make `streams` the wanted set; over the limit, those that were wanted first stay."""
        wanted = dict.fromkeys(sorted(streams))
        kept = [name for name in self._wanted if name in wanted]
        ordered = kept + [name for name in wanted if name not in self._wanted]
        if len(ordered) > self._limits.maximum_streams:
            logger.warning("more streams are wanted than a connection may carry", wanted=len(ordered))
        now = self._clock.monotonic()
        chosen = dict.fromkeys(ordered[: self._limits.maximum_streams])
        for name in self._wanted.keys() - chosen.keys():
            self._unwanted_since[name] = now
        for name in chosen:
            self._unwanted_since.pop(name, None)
        self._wanted = chosen

    def reset(self) -> None:
        """Begin anew: the connection has ended, and the next one carries nothing yet."""
        for forgotten in (self._actual, self._in_flight, self._to_repeat, self._unwanted_since):
            forgotten.clear()
        self._refused.clear()
        self.is_exhausted = False

    def next_request(self) -> bytes | None:
        """Return the next frame to send, noted as sent now; None where there is nothing to ask."""
        request = self._take_repeated() or self._take_missing() or self._take_surplus()
        if request is None:
            return None
        self._last_id += 1
        request.attempts += 1
        request.sent_at = self._clock.monotonic()
        self._in_flight[self._last_id] = request
        return _encode(request, self._last_id)

    def accepted(self, request_id: RequestId) -> None:
        """Note that the exchange accepted a request; an answer that nobody waits for changes nothing."""
        request = self._finish(request_id)
        if request is None:
            return
        for name in request.names:
            self._refused.forget(name)
        if request.method is Method.SUBSCRIBE:
            self._actual.update(request.names)
            return
        self._actual.difference_update(request.names)
        for name in request.names:
            self._unwanted_since.pop(name, None)

    def refused(self, request_id: RequestId, reason: str) -> None:
        """Note that the exchange refused a request: its halves are to be asked for, or one name again, but later.

        A refusal without an id is taken for that of the one request on its way, where there is just one.
        """
        waiting = {id(request): request for request in self._in_flight.values()}
        if request_id is None and len(waiting) == 1:
            request: Request | None = self._finish(next(iter(self._in_flight)))
        else:
            request = self._finish(request_id)
        if request is None:
            logger.warning("the exchange refused an unknown request", request_id=request_id, reason=reason)
            return
        logger.warning("the exchange refused a request", method=request.method, names=request.names, reason=reason)
        if len(request.names) == 1:
            self._refused.note(request.names[0])
            return
        middle = len(request.names) // 2
        self._to_repeat += [Request(request.method, part) for part in (request.names[:middle], request.names[middle:])]

    def expire(self) -> None:
        """Repeat the requests that were not answered in time; where one was repeated often enough, be exhausted."""
        now = self._clock.monotonic()
        for request in self._waiting():
            if request in self._to_repeat or now - request.sent_at < self._limits.answer_timeout:
                continue
            if request.attempts >= self._limits.attempts:
                self.is_exhausted = True
            else:
                self._to_repeat.append(request)

    @property
    def wait(self) -> float | None:
        """The seconds until `expire` or `next_request` may have something to do; None where only news can bring it."""
        answers = [request.sent_at + self._limits.answer_timeout for request in self._waiting()]
        ends = [self._end_is_due(name) for name in self._surplus()]
        refusals = [self._refused.until(name) for name in self._missing() if self._refused.holds_back(name)]
        due = min(answers + ends + refusals, default=None)
        return None if due is None else max(0.0, due - self._clock.monotonic())

    def _waiting(self) -> list[Request]:
        return list({id(request): request for request in self._in_flight.values()}.values())

    def _finish(self, request_id: RequestId) -> Request | None:
        request = self._in_flight.get(request_id) if isinstance(request_id, int) else None
        if request is None:
            return None
        self._in_flight = {key: other for key, other in self._in_flight.items() if other is not request}
        if request in self._to_repeat:
            self._to_repeat.remove(request)
        return request

    def _take_repeated(self) -> Request | None:
        while self._to_repeat:
            request = self._to_repeat.pop(0)
            request.names = tuple(name for name in request.names if self._is_still_due(request.method, name))
            if request.names:
                return request
            self._in_flight = {key: other for key, other in self._in_flight.items() if other is not request}
        return None

    def _is_still_due(self, method: Method, name: str) -> bool:
        if method is Method.SUBSCRIBE:
            return name in self._wanted
        if name in self._wanted:  # whether the exchange still sends it isn't known: ask again
            self._actual.discard(name)
            return False
        return True

    def _take_missing(self) -> Request | None:
        missing = [name for name in self._missing() if not self._refused.holds_back(name)]
        untried = [name for name in missing if not self._refused.count(name)]  # not with those that spoil a request
        return self._batch(Method.SUBSCRIBE, untried or missing)

    def _take_surplus(self) -> Request | None:
        now = self._clock.monotonic()
        return self._batch(Method.UNSUBSCRIBE, (name for name in self._surplus() if self._end_is_due(name) <= now))

    def _missing(self) -> list[str]:
        """Return what is to be subscribed, in the order in which it was wanted."""
        busy = self._busy_names()
        return [name for name in self._wanted if name not in self._actual and name not in busy]

    def _surplus(self) -> list[str]:
        """Return what is to be ended, sorted; without what the exchange refuses to end, which does no harm."""
        unwanted = self._actual - self._wanted.keys() - self._busy_names()
        return sorted(name for name in unwanted if self._refused.count(name) < self._limits.attempts)

    def _end_is_due(self, name: str) -> float:
        unwanted_since = self._unwanted_since.get(name)
        lingers_until = 0.0 if unwanted_since is None else unwanted_since + self._limits.linger
        return max(lingers_until, self._refused.until(name))

    def _busy_names(self) -> set[str]:
        return {name for request in self._in_flight.values() for name in request.names}

    def _batch(self, method: Method, names: Iterable[str]) -> Request | None:
        chosen: list[str] = []
        size = _FRAME_OVERHEAD
        for name in names:
            size += len(msgspec.json.encode(name)) + 1
            if len(chosen) == self._limits.names_per_frame or size > self._limits.bytes_per_frame:
                break
            chosen.append(name)
        return Request(method, tuple(chosen)) if chosen else None


_FRAME_OVERHEAD = 80
"""Bytes of a request around its names, at most."""


def _encode(request: Request, request_id: int) -> bytes:
    return msgspec.json.encode({"method": request.method, "params": request.names, "id": request_id})
