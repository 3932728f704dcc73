"""Where Telegram reaches a user: a chat, by a bot of the user's own. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from alerts.deliveries.message import ServiceTarget

OWN_SERVER = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}")  # as @BotFather gives them
_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")  # an id, or the name of a public channel or group
_SHOWN = 3


def refusals_of_chat(target: ServiceTarget) -> Mapping[str, str]:
    """Return by field why it can't be a chat that a bot writes to, as the end of a sentence; nothing where it can."""
    return {
        field: refusal
        for field, is_right, refusal in (
            ("url", not target.url or _is_server(target.url), "must be the address of a Bot API server alone"),
            ("token", _TOKEN.fullmatch(target.token), "must be the token of a bot, such as 123456:ABC-DEF…"),
            ("chat_id", _CHAT.fullmatch(target.chat_id), "must be the id of a chat, or the @name of a channel"),
        )
        if not is_right
    }


def method_url(target: ServiceTarget, method: str) -> str:
    """Return the address of a method of the bot."""
    return f"{_server(target)}/bot{target.token}/{method}"


def shown_chat(target: ServiceTarget) -> str:
    """Return what may be shown: the server, and the end of the chat, by which its user knows it; nothing of the bot."""
    return f"{_server(target)}/…, chat …{target.chat_id[-_SHOWN:]}"


def _server(target: ServiceTarget) -> str:
    parts = urlsplit(target.url or OWN_SERVER)
    return f"{parts.scheme}://{parts.netloc}"


def _is_server(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query and not parts.fragment
