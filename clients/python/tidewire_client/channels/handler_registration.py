"""How a program hears of things: the part of the client's face that handlers and iterators are."""

from tidewire_client.channels.emitter import Emitter
from tidewire_client.channels.event_stream import EventStream
from tidewire_client.channels.handlers import Handler


class HandlerRegistration:
    """Handlers by name, wildcard and type of frame, and iterators. All of it returns at once."""

    def __init__(self, emitter: Emitter, event_limit: int) -> None:
        self.hearing = emitter
        self._event_limit = event_limit

    def on(self, name: str, handler: Handler) -> None:
        """Call `handler` with what happens: a connection event, a channel's events, or those of a wildcard.

        A handler is a plain function: a coroutine function is a `TypeError`. What it raises goes to the loop's
        exception handler.
        """
        self.hearing.names.on(name, handler)

    def off(self, name: str, handler: Handler) -> None:
        """Call `handler` no more; one that was never added is no error."""
        self.hearing.names.off(name, handler)

    def on_message(self, type_: str, handler: Handler) -> None:
        """Call `handler` with each frame of a type, as the dialect wrote it, before its event; `*` is every type."""
        self.hearing.frames.on(type_, handler)

    def off_message(self, type_: str, handler: Handler) -> None:
        """Call `handler` no more; one that was never added is no error."""
        self.hearing.frames.off(type_, handler)

    def events(self, pattern: str) -> EventStream:
        """Return an iterator over the events of a channel or a wildcard, from now until the client is disconnected.

        It subscribes to nothing.
        """
        return self.hearing.stream(pattern, self._event_limit)
