"""A server of Discord's webhooks on this machine, by docs.discord.com: their limits, and errors as JSON."""

import json
import re
from typing import Any

from alerts.deliveries.channels.discord.service import DISCORD
from alerts.deliveries.message import ServiceTarget
from tests.alerts.deliveries.channels.service_servers import Answered, ServiceServer
from tests.alerts.deliveries.http_receiver import Received

WEBHOOK = "/api/webhooks/1234567890123456789/aSecretOfAda-_x"
DELETED_WEBHOOK = "/api/webhooks/9876543210987654321/anotherSecret-_x"
_UNKNOWN_WEBHOOK = b'{"message": "Unknown Webhook", "code": 10015}'
_LONGEST_CONTENT = 2000
_LONGEST_DESCRIPTION = 4096
_LINK = re.compile(r"(?<!\\)\[([^\]]+)\]\(([^)]+)\)")
_MARKUP = re.compile(r"(?<!\\)[`*_~|<>]")


class DiscordServer(ServiceServer):
    """Takes messages by one webhook; another was deleted."""

    service = DISCORD
    gone = [
        (401, b'{"message": "Invalid Webhook Token", "code": 50027}', "(50027 Invalid Webhook Token)"),
        (403, b"", "403:"),
        (404, _UNKNOWN_WEBHOOK, "(10015 Unknown Webhook)"),
        (404, b"<html>", "404:"),
    ]
    rejected = [(400, b'{"message": "Invalid Form Body", "code": 50035, "errors": {}}'), (400, b"[" * 4000), (413, b"")]

    def target(self) -> ServiceTarget:
        """Return the webhook."""
        return ServiceTarget(url=f"{self.receiver.url}{WEBHOOK}")

    def locked(self) -> ServiceTarget:
        """Return the webhook that was deleted."""
        return ServiceTarget(url=f"{self.receiver.url}{DELETED_WEBHOOK}")

    def busy(self, seconds: int) -> Answered:
        """Return the answer that asks to wait, which the header rounds."""
        body = {"message": "You are being rate limited.", "retry_after": float(seconds), "global": False}
        return 429, {"Retry-After": "99"}, json.dumps(body).encode()

    def read(self) -> str:
        """Return the texts as Discord shows them: links by their address, no backslash before what is escaped."""
        newest = self.published[-1]
        texts = [newest["content"], newest["embeds"][0]["description"]]
        shown = "\n".join(_LINK.sub(r"\1: \2", text) for text in texts)
        assert not _MARKUP.search(shown.replace("\\\\", "")), "Discord would read markup or a mention"
        return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", shown)

    def take(self, request: Received, given: dict[str, Any]) -> Answered:
        """Answer as Discord does; without `wait=true` what it takes is answered by nothing."""
        if request.path != WEBHOOK:
            return 404, {}, _UNKNOWN_WEBHOOK
        (embed,) = given["embeds"]
        is_short = (
            _length(given["content"]) <= _LONGEST_CONTENT and _length(embed["description"]) <= _LONGEST_DESCRIPTION
        )
        if not is_short or not given["content"] or given["allowed_mentions"] != {"parse": []}:
            return 400, {}, b'{"message": "Invalid Form Body", "code": 50035}'
        self.published.append(given)
        return 204, {}, b""


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
