"""Which handler takes a client's message: one route for each type."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from streaming.gateway.dialects.base import ClientMessage

SessionT = TypeVar("SessionT")
Handler = Callable[[SessionT, Any], None]


class Router(Generic[SessionT]):
    """Handlers by type of message; a handler doesn't wait, and raises `GatewayError` to refuse."""

    def __init__(self) -> None:
        self._handlers: dict[type[ClientMessage], Handler[SessionT]] = {}

    def register(self, message_type: type[ClientMessage], handler: Handler[SessionT]) -> None:
        """Send messages of `message_type` to `handler` from now on."""
        self._handlers[message_type] = handler

    def route(self, session: SessionT, message: ClientMessage) -> None:
        """Hand a message to its handler."""
        self._handlers[type(message)](session, message)
