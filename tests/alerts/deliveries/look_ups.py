"""Look-ups of names as the channels make them, and a name server that never answers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from alerts.deliveries.guarded_http import LookUps
from alerts.deliveries.guarded_http.look_ups import LookUp

TARPIT = ".tarpit.example"
_QUERY = b"\x07\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x01"  # RFC 1035, 4.1: who is the root?


def look_ups(*, most: int = 16, most_each: int = 16, seconds: float = 5.0) -> LookUps:
    """Return look-ups for tests of a channel by itself."""
    return LookUps("test", most=most, most_each=most_each, seconds=seconds)


def look_up() -> LookUp:
    """Return those of one user."""
    return look_ups().of(1)


@dataclass
class NameTarpit:
    """A name server on this machine that takes questions and answers none; `asking` counts who waits for it."""

    port: int
    asked: list[str] = field(default_factory=list)
    _waiting: set[socket.socket] = field(default_factory=set)
    is_over: bool = False

    @property
    def asking(self) -> int:
        """How many wait for an answer."""
        return len(self._waiting)

    def ask(self, host: str) -> None:
        """Ask as a resolver does, which blocks until it gives up: here at the end of the test."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect(("127.0.0.1", self.port))
            asking.settimeout(0.05)
            self.asked.append(host)
            self._waiting.add(asking)
            asking.send(_QUERY)
            while not self.is_over:
                with suppress(TimeoutError):
                    asking.recv(512)
            self._waiting.discard(asking)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    def getaddrinfo(self, host: str, port: int, *arguments: Any, **options: Any) -> Any:
        """Resolve as the machine does, but for the names whose server this is."""
        if host.endswith(TARPIT):
            self.ask(host)
        return _MACHINES(host, port, *arguments, **options)


_MACHINES = socket.getaddrinfo


@contextmanager
def name_tarpit() -> Iterator[NameTarpit]:
    """Listen, and never answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        tarpit = NameTarpit(listening.getsockname()[1])
        try:
            yield tarpit
        finally:
            tarpit.is_over = True
