"""A server of ntfy on this machine: what we use of its API, as https://docs.ntfy.sh/publish/ describes it."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.alerts.deliveries.http_receiver import HttpReceiver, Received, http_receiver

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
LOCKED_TOPIC = "locked"
_LONGEST_MESSAGE = 4096
_KNOWN = {"topic", "message", "title", "priority", "click"}


@dataclass
class NtfyServer:
    """Takes messages for any topic; for the locked one only with the token."""

    receiver: HttpReceiver
    published: list[dict[str, Any]] = field(default_factory=list)

    def topic(self, name: str = "my-topic") -> str:
        """Return the address of a topic."""
        return f"{self.receiver.url}/{name}"

    def answer(self, request: Received) -> tuple[int, Mapping[str, str], bytes]:
        """Answer as ntfy does."""
        if (request.method, request.path) != ("POST", "/"):
            return _error(404, 40401)
        try:
            given = json.loads(request.body)
        except ValueError:
            return _error(400, 40024)
        if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", given.get("topic", "")):
            return _error(400, 40009)
        if given["topic"] == LOCKED_TOPIC and request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(403, 40301)
        if set(given) - _KNOWN or given.get("priority") not in range(1, 6) or _is_too_long(given["message"]):
            return _error(400, 40007)
        self.published.append(given)
        return 200, {"Content-Type": "application/json"}, json.dumps({"id": "hwQ2YpKdmg", "event": "message"}).encode()


def _is_too_long(text: str) -> bool:
    return len(text.encode()) > _LONGEST_MESSAGE


def _error(status: int, code: int) -> tuple[int, Mapping[str, str], bytes]:
    return status, {}, json.dumps({"code": code, "http": status, "error": "refused"}).encode()


@asynccontextmanager
async def ntfy_server() -> AsyncIterator[NtfyServer]:
    """Run one."""
    async with http_receiver() as receiver:
        server = NtfyServer(receiver)
        receiver.answering = server.answer
        yield server
