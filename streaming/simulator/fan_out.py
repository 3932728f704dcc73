"""Who listens to which stream; an event is encoded once for each form in use, however many connections there are."""

from collections.abc import Iterable
from typing import Protocol

from streaming.simulator import wire
from streaming.simulator.market import Market, Step
from streaming.simulator.streams import Event, Stream, open_stream


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

    def deliver(self, frame: bytes) -> None:
        """Take a text frame to be sent; never waits."""
        ...


class _OpenStream:
    """A stream and its subscribers; an unknown name has a stream of None, and stays silent."""

    def __init__(self, name: str, stream: Stream | None) -> None:
        self.name = name
        self.stream = stream
        self.subscribers: dict[Subscriber, None] = {}

    def publish(self, step: Step) -> None:
        if self.stream is None:
            return
        for event in self.stream.events(step):
            self._deliver(event)

    def _deliver(self, event: Event) -> None:
        frames: dict[tuple[int, bool], bytes] = {}
        for subscriber in self.subscribers:
            form = (subscriber.time_scale, subscriber.combined)
            if form not in frames:
                payload = wire.encode(event(subscriber.time_scale))
                frames[form] = wire.wrapped(self.name, payload) if subscriber.combined else payload
            subscriber.deliver(frames[form])


class FanOut:
    """All streams that somebody listens to."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._streams: dict[str, _OpenStream] = {}

    @property
    def names(self) -> set[str]:
        """The streams with a subscriber, known or not."""
        return set(self._streams)

    def subscribe(self, subscriber: Subscriber, names: Iterable[str]) -> None:
        """Let a subscriber have each of `names`; one that it has already changes nothing."""
        for name in names:
            if name not in self._streams:
                self._streams[name] = _OpenStream(name, open_stream(name, self._market))
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
