"""Everybody who hears of what happens: handlers of names, of frames, and iterators. It tells, and knows nothing."""

from weakref import WeakKeyDictionary

from tidewire_client.channels.event_stream import EventStream
from tidewire_client.channels.handlers import Handlers
from tidewire_client.channels.patterns import WILDCARD
from tidewire_client.errors import EventsDroppedError, TidewireError
from tidewire_client.events import Event, Resync
from tidewire_client.reading.frames import Frame
from tidewire_client.unhandled_errors import report_unhandled


class Emitter:
    """The handlers and iterators of one client."""

    def __init__(self) -> None:
        self.names = Handlers(_raised)
        self.frames = Handlers(_raised)
        self._streams: WeakKeyDictionary[EventStream, None] = WeakKeyDictionary()  # a loop that is left closes none

    def stream(self, pattern: str, limit: int) -> EventStream:
        """Return a new iterator over the events that `pattern` names or matches."""
        stream = EventStream(pattern, limit, tell=self._dropped, forget=self._forget)
        self._streams[stream] = None
        return stream

    def frame(self, frame: Frame) -> None:
        """Tell of a frame, whatever it says."""
        self.frames.tell(frame["type"], frame)
        self.frames.tell(WILDCARD, frame)

    def event(self, event: Event) -> None:
        """Tell of an event of a channel."""
        if isinstance(event, Resync):
            self.names.tell("resync", event)
        self.names.tell_channel(event.channel, event)
        for stream in tuple(self._streams):
            stream.put(event)

    def connection(self, name: str, value: object) -> None:
        """Tell of what happened to the connection."""
        self.names.tell(name, value)

    def error(self, error: TidewireError) -> None:
        """Tell of an error."""
        self.names.tell("error", error)

    def end(self) -> None:
        """End the iterators: no event will come any more."""
        for stream in tuple(self._streams):
            stream.close()

    def _dropped(self, error: EventsDroppedError) -> None:
        self.error(error)

    def _forget(self, stream: EventStream) -> None:
        self._streams.pop(stream, None)


def _raised(error: BaseException) -> None:
    report_unhandled("A handler of a Tidewire client raised", error)
