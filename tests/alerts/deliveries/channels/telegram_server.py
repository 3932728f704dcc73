"""A Bot API server on this machine, by core.telegram.org/bots/api: its HTML, its limit, and its refusals as JSON."""

import json
from html.parser import HTMLParser
from typing import Any

from alerts.deliveries.channels.telegram.service import TELEGRAM
from alerts.deliveries.message import ServiceTarget
from tests.alerts.deliveries.channels.service_servers import Answered, ServiceServer
from tests.alerts.deliveries.http_receiver import Received

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = "987654321"
BLOCKING_CHAT = "123123123"
_LONGEST_TEXT = 4096
_TAGS = {"b", "a"}


class _Shown(HTMLParser):
    """Reads what Telegram shows of HTML; addresses of links stand behind their words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.plain, self.links, self.unknown = "", list[str](), list[str]()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unknown += {tag} - _TAGS
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.plain += data


def refused(code: int, description: str, **parameters: int) -> Answered:
    """Return how Telegram refuses."""
    answer = {"ok": False, "error_code": code, "description": description}
    return code, {}, json.dumps(answer | ({"parameters": parameters} if parameters else {})).encode()


def _gone(code: int, description: str) -> tuple[int, bytes, str]:
    return code, refused(code, description)[2], f"({description})"


def _rejected(description: str) -> tuple[int, bytes]:
    return 400, refused(400, description)[2]


class TelegramServer(ServiceServer):
    """Takes messages of one bot to one chat; another chat has blocked it."""

    service = TELEGRAM
    gone = [
        _gone(401, "Unauthorized"),
        _gone(403, "Forbidden: bot was blocked by the user"),
        _gone(403, "Forbidden: bot was kicked from the group chat"),
        _gone(404, "Not Found"),
        _gone(400, "Bad Request: chat not found"),
        _gone(400, "Bad Request: not enough rights to send text messages to the chat"),
    ]
    rejected = [
        _rejected("Bad Request: message is too long"),
        _rejected("Bad Request: can't parse entities"),
        (400, b"[" * 4000),
        (413, b""),
    ]

    def target(self, chat_id: str = CHAT) -> ServiceTarget:
        """Return the chat."""
        return ServiceTarget(url=self.receiver.url, token=TOKEN, chat_id=chat_id)

    def locked(self) -> ServiceTarget:
        """Return the chat of who has blocked the bot."""
        return self.target(BLOCKING_CHAT)

    def busy(self, seconds: int) -> Answered:
        """Return the answer that asks to wait, which no header does."""
        return refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def read(self) -> str:
        """Return the text as Telegram shows it, and where its links lead."""
        shown = _Shown(self.published[-1]["text"])
        return "\n".join([shown.plain, *shown.links])

    def take(self, request: Received, given: dict[str, Any]) -> Answered:
        """Answer as Telegram does."""
        if request.path != f"/bot{TOKEN}/sendMessage":
            return refused(401, "Unauthorized")
        if given["chat_id"] == BLOCKING_CHAT:
            return refused(403, "Forbidden: bot was blocked by the user")
        if given["chat_id"] != CHAT:
            return refused(400, "Bad Request: chat not found")
        shown = _Shown(given["text"])
        if shown.unknown or given["parse_mode"] != "HTML":
            return refused(400, "Bad Request: can't parse entities")
        if not 1 <= len(shown.plain.encode("utf-16-le")) // 2 <= _LONGEST_TEXT:
            return refused(400, "Bad Request: message is too long")
        self.published.append(given)
        return 200, {}, b'{"ok": true, "result": {"message_id": 1}}'
