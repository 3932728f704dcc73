"""A server of ntfy on this machine: what we use of its API, as https://docs.ntfy.sh/publish/ describes it."""

import json
import re
from typing import Any

from alerts.deliveries.channels.ntfy.service import NTFY
from alerts.deliveries.message import ServiceTarget
from tests.alerts.deliveries.channels.service_servers import Answered, ServiceServer
from tests.alerts.deliveries.http_receiver import Received

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
LOCKED_TOPIC = "locked"
_LONGEST_MESSAGE = 4096
_KNOWN = {"topic", "message", "title", "priority", "click"}


class NtfyServer(ServiceServer):
    """Takes messages for any topic; for the locked one only with the token."""

    service = NTFY
    gone = [(401, b"", ""), (403, b"", ""), (404, b"", "")]
    rejected = [(400, b""), (413, b"")]

    def target(self, topic: str = "my-topic", token: str = "") -> ServiceTarget:
        """Return the address of a topic."""
        return ServiceTarget(url=f"{self.receiver.url}/{topic}", token=token)

    def locked(self) -> ServiceTarget:
        """Return the locked topic, with a token that is none."""
        return self.target(LOCKED_TOPIC, "tk_wrong")

    def read(self) -> str:
        """Return title, text and the click."""
        newest = self.published[-1]
        return f"{newest['title']}\n{newest['message']}\n{newest['click']}"

    def take(self, request: Received, given: dict[str, Any]) -> Answered:
        """Answer as ntfy does."""
        if request.path != "/":
            return _error(404, 40401)
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


def _error(status: int, code: int) -> Answered:
    return status, {}, json.dumps({"code": code, "http": status, "error": "refused"}).encode()
