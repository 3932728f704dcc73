"""A name server of the test, before the machine's."""

import socket
from typing import Any

import pytest

from tests.alerts.deliveries.guarded_http.names import Names


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Put a name server of the test before the machine's."""
    known, ask = Names(), socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *arguments: Any, **options: Any) -> Any:
        addresses = known.pop(host, [host]) if known.only_once else known.get(host, [host])
        return [entry for address in addresses for entry in ask(address, port, *arguments, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known
