"""What a client's frame goes through: the middleware of all routes, then its route's own, then its handler.

Middleware takes a frame and hands it on, or raises `GatewayError` to refuse it, or drops it by doing neither. Nothing
in here waits.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Generic, TypeVar

from streaming.gateway.messages import ClientMessage

SessionT = TypeVar("SessionT")


class Incoming(Generic[SessionT]):
    """A frame on its way: text (None for a binary one) at first, a message once it has been read."""

    __slots__ = ("message", "session", "text")

    def __init__(self, session: SessionT, text: str | None) -> None:
        self.session = session
        self.text = text
        self.message: ClientMessage | None = None


Step = Callable[[Incoming[SessionT]], None]
Middleware = Callable[[Incoming[SessionT], Step[SessionT]], None]
Handler = Callable[[SessionT, Any], None]


class UnreadFrameError(RuntimeError):
    """No middleware has read the frame before it came to its handler."""


class Router(Generic[SessionT]):
    """Handlers by type of message, behind middleware for all of them (in the order given) and for single ones."""

    def __init__(self, *middleware: Middleware[SessionT]) -> None:
        self._routes: dict[type[ClientMessage], Step[SessionT]] = {}
        self._first = _chain(middleware, self._dispatch)

    def register(
        self, message_type: type[ClientMessage], handler: Handler[SessionT], *middleware: Middleware[SessionT]
    ) -> None:
        """Send messages of `message_type` to `handler` from now on, through `middleware` of their own."""
        self._routes[message_type] = _chain(middleware, partial(_handle, handler))

    def route(self, session: SessionT, text: str | None) -> None:
        """Take a frame through all its steps; raise `GatewayError` where one refuses it."""
        self._first(Incoming(session, text))

    def _dispatch(self, incoming: Incoming[SessionT]) -> None:
        if incoming.message is None:
            raise UnreadFrameError
        self._routes[type(incoming.message)](incoming)


def _chain(middleware: Iterable[Middleware[SessionT]], last: Step[SessionT]) -> Step[SessionT]:
    step = last
    for each in reversed(tuple(middleware)):
        step = partial(_through, each, step)
    return step


def _through(middleware: Middleware[SessionT], following: Step[SessionT], incoming: Incoming[SessionT]) -> None:
    middleware(incoming, following)


def _handle(handler: Handler[SessionT], incoming: Incoming[SessionT]) -> None:
    handler(incoming.session, incoming.message)
