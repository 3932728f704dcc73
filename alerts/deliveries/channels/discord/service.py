"""Discord: a message by the user's webhook (https://docs.discord.com/developers/resources/webhook#execute-webhook)."""

from collections.abc import Mapping

import msgspec

from alerts.deliveries.channels.discord.address import refusal_of_webhook
from alerts.deliveries.channels.service import AddressField, Post, Service, shown_url
from alerts.deliveries.channels.service_answers import check_answer
from alerts.deliveries.channels.shortening import shortened, utf16_size
from alerts.deliveries.chart_link import page_link_words, page_url
from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import Message, ServiceTarget
from alerts.events import Severity
from alerts.preferences.preferences import Channel

_COLOR = {Severity.INFO: 0x3B82F6, Severity.WARNING: 0xF59E0B, Severity.CRITICAL: 0xDC2626}
_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_~|<>[]#"})
"""What begins Discord's Markdown and its mentions; a backslash before makes it that character."""
_LONGEST_CONTENT = 2000  # both by https://docs.discord.com/developers/resources/message
_LONGEST_DESCRIPTION = 4096
_GONE = (401, 403, 404)


class _Refusal(msgspec.Struct, frozen=True):
    """What Discord says of what it doesn't take; `retry_after` in seconds, of which a message may be a fraction."""

    code: int = 0
    message: str = ""
    retry_after: float | None = None


def _refusals(target: ServiceTarget) -> Mapping[str, str]:
    refusal = refusal_of_webhook(target.url)
    return {"url": refusal} if refusal else {}


def _post(message: Message, target: ServiceTarget) -> Post:
    """Return the message: the title as its text, which shows where embeds are switched off, too, and all else in one.

    The link stands in the embed's text: the whole message would be refused for an address of the embed that Discord
    finds ill formed, as that of a host without a dot.
    """
    notification = message.notification
    link = f"[{page_link_words(message)}]({page_url(message)})"
    body = _escaped(notification.body, _LONGEST_DESCRIPTION - len(link) - 1)
    return Post(
        url=target.url,
        content={
            "content": _escaped(notification.title, _LONGEST_CONTENT),
            "embeds": [{"description": f"{body}\n{link}".lstrip("\n"), "color": _COLOR[notification.severity]}],
            "allowed_mentions": {"parse": []},
        },
    )


def _escaped(text: str, most: int) -> str:
    """Return a text, cut to so many UTF-16 units as it is sent, in which nothing is Markdown or mentions anybody."""
    return shortened(text, most, lambda character: utf16_size(character.translate(_ESCAPED))).translate(_ESCAPED)


def _check(answer: Answer) -> None:
    """Discord says in JSON what is wrong, and how long to wait; what stands before it, such as a proxy, by a header."""
    refusal = _refusal(answer.body)
    said = f"{refusal.code} {refusal.message}" if refusal.code else refusal.message
    check_answer("Discord", answer, gone=_GONE, said=said, pause_seconds=refusal.retry_after)


def _refusal(body: bytes) -> _Refusal:
    try:
        return msgspec.json.decode(body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Refusal()


DISCORD = Service(
    channel=Channel.DISCORD,
    name="Discord",
    fields=(
        AddressField(
            name="url",
            label="Address of a webhook",
            example="https://discord.com/api/webhooks/…/…",
            is_secret=True,
        ),
    ),
    refusals=_refusals,
    shown=shown_url,
    post=_post,
    check=_check,
)
