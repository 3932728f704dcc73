"""Servers on this machine that speak what we use of the services' APIs, and check what they are sent as those do."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from alerts.deliveries.channels.service import Service
from alerts.deliveries.message import ServiceTarget
from tests.alerts.deliveries.http_receiver import HttpReceiver, Received, http_receiver

Answered = tuple[int, Mapping[str, str], bytes]


class ServiceServer:
    """What the servers are alike in; `published` is what it took, newest last.

    `gone` are answers by which the service says that nobody is reached any more: a status, a body, and what of it its
    user is told; `rejected` those by which it doesn't take this one message.
    """

    service: ClassVar[Service]
    gone: ClassVar[list[tuple[int, bytes, str]]]
    rejected: ClassVar[list[tuple[int, bytes]]]

    def __init__(self, receiver: HttpReceiver) -> None:
        self.receiver = receiver
        self.published: list[dict[str, Any]] = []
        receiver.answering = self._answer

    def target(self) -> ServiceTarget:
        """Return an address that takes messages."""
        raise NotImplementedError

    def locked(self) -> ServiceTarget:
        """Return an address that lets nobody in, or is no more."""
        raise NotImplementedError

    def busy(self, seconds: int) -> Answered:
        """Return the answer that asks to wait."""
        return 429, {"Retry-After": str(seconds)}, b""

    def read(self) -> str:
        """Return what people read of the newest message: its title, its text, and the addresses that it leads to."""
        raise NotImplementedError

    def take(self, request: Received, given: dict[str, Any]) -> Answered:
        """Answer to JSON as the service does."""
        raise NotImplementedError

    def will_answer(self, *answers: Answered) -> None:
        """Answer so for once, each."""
        waiting = list(answers)
        own: Callable[[Received], Answered] = self._answer
        self.receiver.answering = lambda request: waiting.pop(0) if waiting else own(request)

    def _answer(self, request: Received) -> Answered:
        if request.method != "POST" or request.headers.get("content-type") != "application/json":
            return 400, {}, b"invalid_payload"
        return self.take(request, json.loads(request.body))


@asynccontextmanager
async def running(kind: type[ServiceServer]) -> AsyncIterator[ServiceServer]:
    """Run one."""
    async with http_receiver() as receiver:
        yield kind(receiver)
