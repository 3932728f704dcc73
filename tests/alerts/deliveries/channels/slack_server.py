"""A server of Slack's incoming webhooks on this machine, by docs.slack.dev: their page, section blocks, and errors."""

import html
import re
from typing import Any

from alerts.deliveries.channels.slack.service import SLACK
from alerts.deliveries.message import ServiceTarget
from tests.alerts.deliveries.channels.service_servers import Answered, ServiceServer
from tests.alerts.deliveries.http_receiver import Received

HOOK = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"
REVOKED_HOOK = "/services/T00000000/B00000000/YYYYYYYYYYYYYYYYYYYYYYYY"
_LONGEST_TEXT = 3000
_LINK = re.compile(r"<(http[^<>|]+)\|([^<>]+)>")
_KNOWN = {"text", "blocks", "unfurl_links", "unfurl_media"}


class SlackServer(ServiceServer):
    """Takes messages by one hook; another was revoked."""

    service = SLACK
    gone = [
        (403, b"action_prohibited", "(action_prohibited)"),
        (403, b"<html>no word</html>", "403:"),
        (404, b"no_service", "(no_service)"),
        (410, b"channel_is_archived", "(channel_is_archived)"),
    ]
    rejected = [(400, b"invalid_payload"), (400, b"invalid_blocks"), (413, b"")]

    def target(self) -> ServiceTarget:
        """Return the hook."""
        return ServiceTarget(url=f"{self.receiver.url}{HOOK}")

    def locked(self) -> ServiceTarget:
        """Return the hook that was revoked."""
        return ServiceTarget(url=f"{self.receiver.url}{REVOKED_HOOK}")

    def read(self) -> str:
        """Return the texts of the blocks as Slack shows them: links by their address, the first line bold."""
        texts = [_LINK.sub(r"\2: \1", block["text"]["text"]) for block in self.published[-1]["blocks"]]
        assert not re.search("[<>]", "".join(texts)), "Slack would read a link or a mention"
        return html.unescape("\n".join(texts))

    def take(self, request: Received, given: dict[str, Any]) -> Answered:
        """Answer as Slack does."""
        if request.path != HOOK:
            return 404, {}, b"no_service"
        if set(given) - _KNOWN or not given.get("text"):
            return 400, {}, b"no_text"
        if not all(_is_section(block) for block in given["blocks"]):
            return 400, {}, b"invalid_blocks"
        self.published.append(given)
        return 200, {}, b"ok"


def _is_section(block: dict[str, Any]) -> bool:
    text = block["text"]
    shape = set(block) == {"type", "text"} and block["type"] == "section" and text["type"] == "mrkdwn"
    return shape and 1 <= len(text["text"]) <= _LONGEST_TEXT
