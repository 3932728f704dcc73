"""Publishes a notification on the user's topic, as JSON (https://docs.ntfy.sh/publish/#publish-as-json)."""

from collections.abc import Mapping

from alerts.deliveries.channels.ntfy.address import refusal_of_topic, server_and_topic
from alerts.deliveries.channels.service_posts import ServicePosts, check_answer
from alerts.deliveries.chart_link import page_url
from alerts.deliveries.errors import UnreachableError
from alerts.deliveries.message import Message
from alerts.events import Severity

_PRIORITY = {Severity.INFO: 3, Severity.WARNING: 4, Severity.CRITICAL: 5}
_LONGEST_BYTES = 4000  # from 4096 on ntfy makes a file of the text
_CUT = "…"
_GONE = (401, 403, 404)


class NtfyTransport:
    """Publishes a notification; its text is plain, as ntfy reads no markup unless it is asked to."""

    slots = 16
    batch = 1

    def __init__(self, posts: ServicePosts) -> None:
        self._posts = posts

    async def send(self, message: Message) -> None:
        """Publish it; raise `UnreachableError` without a topic, and where the server lets us publish there no more."""
        target = message.service
        if target is None or refusal_of_topic(target.url):
            raise UnreachableError("no topic of ntfy is set")
        url, topic = server_and_topic(target.url)
        headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
        answer = await self._posts.post(url, ntfy_message(message, topic), user_id=message.user_id, headers=headers)
        check_answer("ntfy", answer, gone=_GONE)


def ntfy_message(message: Message, topic: str) -> Mapping[str, str | int]:
    """Return what is published; a click on it leads to the chart, or where no rule has fired to the page."""
    notification = message.notification
    return {
        "topic": topic,
        "title": notification.title,
        "message": _short(notification.body or notification.title),
        "priority": _PRIORITY[notification.severity],
        "click": page_url(message),
    }


def _short(text: str) -> str:
    """Return as much of a text as ntfy shows as a message: it counts bytes."""
    raw = text.encode(errors="replace")
    return text if len(raw) <= _LONGEST_BYTES else raw[:_LONGEST_BYTES].decode(errors="ignore") + _CUT
