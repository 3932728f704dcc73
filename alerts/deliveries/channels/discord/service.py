"""Discord: a message by the user's webhook (https://docs.discord.com/developers/resources/webhook#execute-webhook)."""

import re

import msgspec

from alerts.deliveries.channels.service import AddressField, Post, Service, shown_url
from alerts.deliveries.channels.service_answers import check_answer, said_in
from alerts.deliveries.channels.service_urls import url_refusals
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
_WEBHOOK = re.compile(r"/api(?:/v[0-9]{1,2})?/webhooks/[0-9]{1,20}/[A-Za-z0-9_-]{1,100}")
_EXAMPLE = "https://discord.com/api/webhooks/…/…"


class _Refusal(msgspec.Struct, frozen=True):
    """What Discord says of what it doesn't take; `retry_after` in seconds, of which a message may be a fraction."""

    code: int = 0
    message: str = ""
    retry_after: float | None = None


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
    refusal = said_in(answer, _Refusal())
    said = f"{refusal.code} {refusal.message}" if refusal.code else refusal.message
    check_answer("Discord", answer, gone=_GONE, said=said, pause_seconds=refusal.retry_after)


DISCORD = Service(
    channel=Channel.DISCORD,
    name="Discord",
    fields=(
        AddressField(
            name="url",
            label="Address of a webhook",
            example=_EXAMPLE,
            is_secret=True,
        ),
    ),
    refusals=url_refusals(_WEBHOOK.fullmatch, f"a webhook, such as {_EXAMPLE}"),
    shown=shown_url,
    post=_post,
    check=_check,
)
