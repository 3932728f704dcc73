"""Slack: a message by the user's incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks)."""

import re
from typing import Any

from alerts.deliveries.channels.service import AddressField, Post, Service, shown_url
from alerts.deliveries.channels.service_answers import check_answer
from alerts.deliveries.channels.service_urls import url_refusals
from alerts.deliveries.channels.severity_marks import marked_title
from alerts.deliveries.channels.shortening import shortened
from alerts.deliveries.chart_link import page_link_words, page_url
from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import Message, ServiceTarget
from alerts.preferences.preferences import Channel

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""All that Slack reads as the beginning of links, mentions and its own escapes: https://docs.slack.dev/messaging/formatting-message-text"""
_LONGEST_TEXT = 3000  # of a section's text: https://docs.slack.dev/reference/block-kit/blocks/section-block
_LONGEST_TITLE = 1000
_GONE = (403, 404, 410)
_WORD = re.compile(rb"[a-z_]{1,60}")
_HOOK = re.compile(r"/services/[A-Z0-9]{1,32}/[A-Z0-9]{1,32}/[A-Za-z0-9]{1,64}")
_EXAMPLE = "https://hooks.slack.com/services/T…/B…/…"


def _post(message: Message, target: ServiceTarget) -> Post:
    """Return the message: what happened, and a link to the chart, or where no rule has fired to the page.

    `text` stands in where blocks aren't shown, as on a lock screen.
    """
    title = _escaped(marked_title(message), _LONGEST_TITLE)
    body = _escaped(message.notification.body, _LONGEST_TEXT - len(title) - len("**\n"))
    link = f"<{page_url(message)}|{page_link_words(message)}>"
    blocks = [_section(f"*{title}*\n{body}".rstrip("\n")), _section(link)]
    content = {"text": title, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
    return Post(url=target.url, content=content)


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _escaped(text: str, most: int) -> str:
    """Return a text, cut to so many characters as it is sent, in which nothing is a link or mentions anybody."""
    return shortened(text, most, lambda character: len(character.translate(_ESCAPED))).translate(_ESCAPED)


def _check(answer: Answer) -> None:
    """Slack says by a word what is wrong, as `no_service` where the webhook was revoked."""
    said = answer.body.decode() if _WORD.fullmatch(answer.body) else ""
    check_answer("Slack", answer, gone=_GONE, said=said)


SLACK = Service(
    channel=Channel.SLACK,
    name="Slack",
    fields=(
        AddressField(
            name="url",
            label="Address of an incoming webhook",
            example=_EXAMPLE,
            is_secret=True,
        ),
    ),
    refusals=url_refusals(_HOOK.fullmatch, f"an incoming webhook, such as {_EXAMPLE}"),
    shown=shown_url,
    post=_post,
    check=_check,
)
