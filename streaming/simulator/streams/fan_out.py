"""Who listens to which stream; an event is encoded once for each form in use, however many connections there are."""

from collections.abc import Iterable
from typing import Protocol

from streaming.simulator.faults.fault_injection import FaultInjector
from streaming.simulator.faults.malformed import Frame
from streaming.simulator.market.market import Market, Step
from streaming.simulator.streams import wire
from streaming.simulator.streams.stream import Event, Stream
from streaming.simulator.streams.streams import in_time, open_stream


class Subscriber(Protocol):
    """A connection, as far as streams are concerned."""

    @property
    def combined(self) -> bool:
        """Whether its events come in the envelope of combined streams."""
        ...

    @property
    def time_scale(self) -> int:
        """1 for times in milliseconds, 1000 for microseconds."""
        ...

    def deliver(self, frame: bytes, *, binary: bool = False) -> None:
        """Take a frame to be sent; never waits."""
        ...


class _OpenStream:
    """A stream and its subscribers; an unknown name has a stream of None, and stays silent."""

    def __init__(self, name: str, stream: Stream | None, disturbances: FaultInjector | None) -> None:
        self.name = name
        self.stream = stream
        self.subscribers: dict[Subscriber, None] = {}
        self._fault_injector = disturbances

    def publish(self, step: Step) -> None:
        if self.stream is None:
            return
        events = self.stream.events(step)
        if events and self._fault_injector and self._fault_injector.silence(self.name):
            return
        for event in events:
            self._deliver(event)

    def _deliver(self, event: Event) -> None:
        frames: dict[tuple[int, bool], list[Frame]] = {}
        for subscriber in self.subscribers:
            form = (subscriber.time_scale, subscriber.combined)
            if form not in frames:
                frames[form] = self._frames(event, subscriber)
            for frame, binary in frames[form]:
                subscriber.deliver(frame, binary=binary)

    def _frames(self, event: Event, subscriber: Subscriber) -> list[Frame]:
        """Return an event's frame in the form of a subscriber, and the bad one that follows it if any."""
        combined = subscriber.combined
        payload = wire.encode(event(subscriber.time_scale))
        frames = [Frame(wire.wrapped(self.name, payload) if combined else payload)]
        if self._fault_injector and (bad := self._fault_injector.bad_frame(self.name, payload, combined=combined)):
            frames.append(bad)
        return frames


class FanOut:
    """All streams that somebody listens to, with what disturbs them."""

    def __init__(self, market: Market, disturbances: FaultInjector | None = None) -> None:
        self._market = market
        self._fault_injector = disturbances
        self._lateness = disturbances.lateness if disturbances else in_time
        self._streams: dict[str, _OpenStream] = {}

    @property
    def names(self) -> set[str]:
        """The streams with a subscriber, known or not."""
        return set(self._streams)

    def subscribe(self, subscriber: Subscriber, names: Iterable[str]) -> None:
        """Let a subscriber have each of `names`; one that it has already changes nothing."""
        for name in names:
            if name not in self._streams:
                stream = open_stream(name, self._market, self._lateness)
                self._streams[name] = _OpenStream(name, stream, self._fault_injector)
            self._streams[name].subscribers[subscriber] = None

    def unsubscribe(self, subscriber: Subscriber, names: Iterable[str]) -> None:
        """Take each of `names` from a subscriber; one that it lacks changes nothing."""
        for name in names:
            stream = self._streams.get(name)
            if stream is None:
                continue
            stream.subscribers.pop(subscriber, None)
            if not stream.subscribers:
                del self._streams[name]

    def publish(self, step: Step) -> None:
        """Deliver what a step brought to those who listen."""
        for stream in self._streams.values():
            stream.publish(step)
