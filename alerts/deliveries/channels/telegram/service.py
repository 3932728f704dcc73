"""Telegram: a message to a chat by the user's own bot (https://core.telegram.org/bots/api#sendmessage)."""

import msgspec

from alerts.deliveries.channels.service import AddressField, Post, Service
from alerts.deliveries.channels.service_answers import check_answer, said_in
from alerts.deliveries.channels.severity_marks import marked_title
from alerts.deliveries.channels.shortening import shortened, utf16_size
from alerts.deliveries.channels.telegram.address import OWN_SERVER, method_url, refusals_of_chat, shown_chat
from alerts.deliveries.chart_link import page_link_words, page_url
from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import Message, ServiceTarget
from alerts.preferences.preferences import Channel

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
"""https://core.telegram.org/bots/api#html-style"""
_LONGEST_TEXT = 4096  # in UTF-16 units, once the markup is read
_LONGEST_TITLE = 1000
_GONE = (401, 403, 404)
_NO_CHAT = (
    "chat not found", "chat_id is empty", "group chat was upgraded", "group chat was deactivated", "user not found",
    "PEER_ID_INVALID", "CHAT_WRITE_FORBIDDEN", "not enough rights", "have no rights", "need administrator rights",
    "bot is not a member", "TOPIC_CLOSED",
)  # fmt: skip
"""By these Telegram says with a 400 that it doesn't let the bot write to the chat, whatever the message is."""


class _Parameters(msgspec.Struct, frozen=True):
    """How a failed request may be mended: wait for so many seconds, or write to the group that the chat has become."""

    retry_after: float | None = None
    migrate_to_chat_id: int | None = None


class _Refusal(msgspec.Struct, frozen=True):
    """What Telegram answers where it doesn't do what it is asked."""

    description: str = ""
    parameters: _Parameters = _Parameters()


def _post(message: Message, target: ServiceTarget) -> Post:
    """Return the message: the title bold, the text, and a link to the chart, or where no rule has fired to the page."""
    words = page_link_words(message)
    title = shortened(marked_title(message), _LONGEST_TITLE, utf16_size)
    room = _LONGEST_TEXT - sum(utf16_size(character) for character in f"{title}\n\n{words}")
    lines = [f"<b>{_escaped(title)}</b>", _escaped(shortened(message.notification.body, room, utf16_size))]
    link = f'<a href="{_escaped(page_url(message))}">{words}</a>'
    content = {
        "chat_id": target.chat_id,
        "text": "\n".join(line for line in [*lines, link] if line),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    return Post(url=method_url(target, "sendMessage"), content=content)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _check(answer: Answer) -> None:
    """Telegram says in JSON what is wrong; some of what it answers with 400 is about the chat, and not the message."""
    refusal = said_in(answer, _Refusal())
    said, new_chat = refusal.description, refusal.parameters.migrate_to_chat_id
    if new_chat is not None:
        said = f"the group is the chat {new_chat} now"
    is_gone = new_chat is not None or any(words in said for words in _NO_CHAT)
    gone = (*_GONE, 400) if is_gone else _GONE
    check_answer("Telegram", answer, gone=gone, said=said, pause_seconds=refusal.parameters.retry_after)


TELEGRAM = Service(
    channel=Channel.TELEGRAM,
    name="Telegram",
    fields=(
        AddressField(
            name="token", label="Token of your bot, from @BotFather", example="123456:ABC-DEF…", is_secret=True
        ),
        AddressField(
            name="chat_id", label="Chat, which has written to the bot before", example="123456789 or @channel"
        ),
        AddressField(name="url", label="Server, where it is one of your own", example=OWN_SERVER, is_optional=True),
    ),
    refusals=refusals_of_chat,
    shown=shown_chat,
    post=_post,
    check=_check,
)
