"""What the exchange is to send, and what it sends: wanted set against actual set, and the requests between them.

Pure: the connection asks `next_request` what to send, tells what was answered, and reconnects where `is_exhausted`.
A stream that nobody wants is kept for the linger, so that a page's reload doesn't flap it. A request that is refused is
halved until the names at fault stand alone; those are asked for again ever later, the others aren't kept from anybody.
Now and then the exchange is asked what it thinks is subscribed, and what differs is put right.
"""

from collections.abc import Iterable, Sequence
from math import inf
from typing import Protocol

import msgspec
import structlog

from streaming.clock import Clock
from streaming.configuration.setting_fields import setting
from streaming.market.sources.messages import RequestId
from streaming.market.sources.source import Method
from streaming.market.upstream.subscriptions.inventory import Inventory
from streaming.market.upstream.subscriptions.refusals import Refusals
from streaming.market.upstream.subscriptions.requests import Request, first_names

logger = structlog.get_logger(__name__)


class SubscriptionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, names and bytes: the exchange's rules with room to spare."""

    linger: float = setting("BRIDGE_LINGER_SECONDS")
    answer_timeout: float = setting("BRIDGE_ANSWER_TIMEOUT_SECONDS")
    attempts: int = setting("BRIDGE_REQUEST_ATTEMPTS")
    names_per_frame: int = setting("BRIDGE_NAMES_PER_FRAME")
    bytes_per_frame: int = setting("BRIDGE_BYTES_PER_FRAME")
    refusal_wait: float = setting("BRIDGE_REFUSAL_WAIT_SECONDS")
    refusal_wait_maximum: float = setting("BRIDGE_REFUSAL_WAIT_MAXIMUM_SECONDS")
    inventory_interval: float = setting("BRIDGE_LIST_INTERVAL_SECONDS")


class Changes(msgspec.Struct, frozen=True):
    """What an answer has changed: streams that began, that ended as asked, and that turned out not to be there.

    `differences` is how many streams the exchange held to be subscribed, or not to be, other than we did.
    """

    started: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    differences: int = 0


NOTHING = Changes()


class Wording(Protocol):
    """How requests are put to the exchange; a `SourceSession` is one."""

    @property
    def has_lists(self) -> bool:
        """True where the exchange can be asked what is subscribed."""

    def batch_of(self, stream: str) -> str:
        """Return what one request may be about: streams of the same batch are asked for together."""

    def write(self, method: Method, streams: Sequence[str], request_id: int) -> bytes:
        """Return the frame of a request."""


class StreamSubscriptions:
    """The streams of one connection. `pinned` ones are always wanted, and asked for first."""

    def __init__(
        self, limits: SubscriptionLimits, clock: Clock, *, wording: Wording, pinned: Iterable[str] = ()
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._wording = wording
        self._pinned = tuple(pinned)
        self._wanted: dict[str, None] = dict.fromkeys(self._pinned)
        self._unwanted_since: dict[str, float] = {}
        self._actual: set[str] = set()
        self._renewing: set[str] = set()
        self._in_flight: dict[int, Request] = {}
        self._to_repeat: list[Request] = []
        self._refused = Refusals(wait=limits.refusal_wait, maximum=limits.refusal_wait_maximum, clock=clock)
        self._inventory = Inventory(limits.inventory_interval if wording.has_lists else 0, clock)
        self._last_id = 0
        self.is_exhausted = False

    @property
    def active(self) -> frozenset[str]:
        """The streams that the exchange has acknowledged and, as far as we know, sends."""
        return frozenset(self._actual - self._renewing)

    @property
    def lingering(self) -> frozenset[str]:
        """Those of them that nobody wants any more."""
        return frozenset(self._actual - self._wanted.keys())

    @property
    def is_settled(self) -> bool:
        """True where nothing is on its way, and nothing is to be asked for but what was refused of late."""
        return not self._in_flight and not self._renewing and all(map(self._refused.holds_back, self._missing()))

    def wants(self, stream: str) -> bool:
        """Return whether a stream is wanted."""
        return stream in self._wanted

    def want(self, streams: Iterable[str]) -> None:
        """Make `streams` the wanted set; they are asked for in the order in which they came to be wanted."""
        wanted = {*streams, *self._pinned}
        now = self._clock.monotonic()
        for name in (self._wanted.keys() - wanted) & (self._actual | self._busy_names()):
            self._unwanted_since[name] = now
        for name in wanted:
            self._unwanted_since.pop(name, None)
        kept = [name for name in self._wanted if name in wanted]
        self._wanted = dict.fromkeys([*kept, *sorted(wanted - self._wanted.keys())])

    def resubscribe(self, streams: Iterable[str]) -> frozenset[str]:
        """End streams and ask for them again, at once, then for the list; return those of them that flowed so far."""
        renewed = self.active.intersection(streams)
        self._renewing |= renewed
        if renewed:
            self._inventory.doubt()
        return renewed

    def next_request(self) -> bytes | None:
        """Return the next frame to send, noted as sent now; None where there is nothing to ask."""
        request = self._take_repeated() or self._take_missing() or self._take_surplus() or self._take_inventory()
        if request is None:
            return None
        self._last_id += 1
        request.attempts += 1
        request.sent_at = self._clock.monotonic()
        self._in_flight[self._last_id] = request
        self._inventory.touch(request.names)
        return self._wording.write(request.method, request.names, self._last_id)

    def accepted(self, request_id: RequestId, result: object = None, streams: frozenset[str] | None = None) -> Changes:
        """Note that the exchange accepted a request; an answer that nobody waits for changes nothing.

        `result` is a tuple of names where it was asked what is subscribed; `streams` are those of the request that
        were answered, None for all of them.
        """
        request = self._finish(request_id, streams)
        if request is None:
            return NOTHING
        for name in request.names:
            self._refused.forget(name)
        names = frozenset(request.names)
        match request.method:
            case Method.SUBSCRIBE:
                started = names - self._actual
                self._actual |= names
                return Changes(started=started)
            case Method.UNSUBSCRIBE:
                return Changes(ended=self._end(names))
            case Method.LIST:
                return self._put_right(result)

    def _end(self, names: frozenset[str]) -> frozenset[str]:
        ended = names & self._actual
        self._actual -= names
        self._renewing -= names
        for name in names:
            self._unwanted_since.pop(name, None)
        return ended

    def _put_right(self, result: object) -> Changes:
        """Take what is missing for ended, so that it is asked for again, and what is surplus for begun."""
        if not isinstance(result, tuple):
            self._inventory.unanswered()
            return NOTHING
        found = self._inventory.compare(frozenset(result), self._actual)
        if found.missing or found.surplus:
            logger.warning(
                "the exchange's list of our subscriptions differs from ours; it is put right",
                missing=sorted(found.missing),
                surplus=sorted(found.surplus),
            )
        self._actual |= found.surplus
        return Changes(
            started=found.surplus & self._wanted.keys(),
            missing=self._end(found.missing),
            differences=len(found.missing) + len(found.surplus),
        )

    def refused(self, request_id: RequestId, reason: str, streams: frozenset[str] | None = None) -> None:
        """Note that the exchange refused a request: its halves are to be asked for, or one name again, but later.

        A refusal without an id is taken for that of the one request on its way, where there is just one. `streams` are
        those of the request that were refused, each for itself; None where that isn't known.
        """
        waiting = {id(request): request for request in self._in_flight.values()}
        if request_id is None and len(waiting) == 1:
            request_id = next(iter(self._in_flight))
        request = self._finish(request_id, streams)
        if request is None:
            logger.warning("the exchange refused an unknown request", request_id=request_id, reason=reason)
            return
        logger.warning("the exchange refused a request", method=request.method, names=request.names, reason=reason)
        if request.method is Method.LIST:
            self._inventory.unanswered()
            return
        if len(request.names) == 1 or streams is not None:
            for name in request.names:
                self._note_refused(name)
            return
        middle = len(request.names) // 2
        self._to_repeat += [Request(request.method, part) for part in (request.names[:middle], request.names[middle:])]

    def _note_refused(self, name: str) -> None:
        self._refused.note(name)
        if name in self._renewing:  # it can't be ended; being asked for again must do
            self._end(frozenset({name}))

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
        inventory = [self._inventory.due_at] if self._last_id and self.is_settled else []
        due = min(answers + ends + refusals + inventory, default=inf)
        return None if due == inf else max(0.0, due - self._clock.monotonic())

    def _waiting(self) -> list[Request]:
        return list({id(request): request for request in self._in_flight.values()}.values())

    def _finish(self, request_id: RequestId, streams: frozenset[str] | None = None) -> Request | None:
        """Return the request that was answered; where only `streams` of it were, these, and the rest still waits."""
        request = self._in_flight.get(request_id) if isinstance(request_id, int) else None
        if request is None:
            return None
        if streams is not None and not streams.issuperset(request.names):
            return request.part(streams)
        self._in_flight = {key: other for key, other in self._in_flight.items() if other is not request}
        if request in self._to_repeat:
            self._to_repeat.remove(request)
        return request

    def _take_repeated(self) -> Request | None:
        while self._to_repeat:
            request = self._to_repeat.pop(0)
            if request.method is Method.LIST:
                return request
            request.names = tuple(name for name in request.names if self._is_still_due(request.method, name))
            if request.names:
                return request
            self._in_flight = {key: other for key, other in self._in_flight.items() if other is not request}
        return None

    def _is_still_due(self, method: Method, name: str) -> bool:
        if method is Method.SUBSCRIBE:
            return name in self._wanted
        if name in self._wanted and name not in self._renewing:  # whether it is still sent isn't known: ask again
            self._actual.discard(name)
            return False
        return True

    def _take_missing(self) -> Request | None:
        missing = [name for name in self._missing() if not self._refused.holds_back(name)]
        untried = [name for name in missing if not self._refused.count(name)]  # not with those that spoil a request
        return self._batch(Method.SUBSCRIBE, untried or missing)

    def _take_inventory(self) -> Request | None:
        if not (self._last_id and self.is_settled and self._inventory.is_due):
            return None
        self._inventory.asked()
        return Request(Method.LIST, ())

    def _take_surplus(self) -> Request | None:
        now = self._clock.monotonic()
        return self._batch(Method.UNSUBSCRIBE, (name for name in self._surplus() if self._end_is_due(name) <= now))

    def _missing(self) -> list[str]:
        """Return what is to be subscribed, in the order in which it was wanted."""
        busy = self._busy_names()
        return [name for name in self._wanted if name not in self._actual and name not in busy]

    def _surplus(self) -> list[str]:
        """Return what is to be ended, sorted; without what the exchange refuses to end, which does no harm."""
        unwanted = (self._actual - self._wanted.keys() | self._renewing) - self._busy_names()
        return sorted(name for name in unwanted if self._refused.count(name) < self._limits.attempts)

    def _end_is_due(self, name: str) -> float:
        unwanted_since = self._unwanted_since.get(name)
        lingers_until = 0.0 if unwanted_since is None else unwanted_since + self._limits.linger
        return max(lingers_until, self._refused.until(name))

    def _busy_names(self) -> set[str]:
        return {name for request in self._in_flight.values() for name in request.names}

    def _batch(self, method: Method, names: Iterable[str]) -> Request | None:
        limits, batch_of = self._limits, self._wording.batch_of
        due = list(names)
        together = [name for name in due if batch_of(name) == batch_of(due[0])]
        chosen = first_names(together, most=limits.names_per_frame, most_bytes=limits.bytes_per_frame)
        return Request(method, chosen) if chosen else None
