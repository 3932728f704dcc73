"""ntfy: a message on the user's topic, published as JSON (https://docs.ntfy.sh/publish/#publish-as-json)."""

import re
from urllib.parse import urlsplit

from alerts.deliveries.channels.service import AddressField, Post, Service, shown_url
from alerts.deliveries.channels.service_answers import check_answer
from alerts.deliveries.channels.service_urls import url_refusals
from alerts.deliveries.channels.shortening import shortened, utf8_size
from alerts.deliveries.chart_link import page_url
from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import Message, ServiceTarget
from alerts.events import Severity
from alerts.preferences.preferences import Channel

_PRIORITY = {Severity.INFO: 3, Severity.WARNING: 4, Severity.CRITICAL: 5}
_LONGEST_BYTES = 4000  # from 4096 on ntfy makes a file of the text
_GONE = (401, 403, 404)
_TOPIC = re.compile(r"/[A-Za-z0-9_-]{1,64}")  # as ntfy has them: https://docs.ntfy.sh/publish/


def _post(message: Message, target: ServiceTarget) -> Post:
    """Return what is published, as plain text; a click leads to the chart, or where no rule has fired to the page."""
    notification = message.notification
    address = urlsplit(target.url)
    content = {
        "topic": address.path.strip("/"),
        "title": notification.title,
        "message": shortened(notification.body or notification.title, _LONGEST_BYTES, utf8_size),
        "priority": _PRIORITY[notification.severity],
        "click": page_url(message),
    }
    headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
    return Post(url=f"{address.scheme}://{address.netloc}/", content=content, headers=headers)


def _check(answer: Answer) -> None:
    check_answer("ntfy", answer, gone=_GONE)


NTFY = Service(
    channel=Channel.NTFY,
    name="ntfy",
    fields=(
        AddressField(name="url", label="Address", example="https://ntfy.sh/my-topic", is_secret=True),
        AddressField(name="token", label="Token, where the address asks for one", is_secret=True, is_optional=True),
    ),
    refusals=url_refusals(_TOPIC.fullmatch, "a topic, such as https://ntfy.sh/my-topic"),
    shown=shown_url,
    post=_post,
    check=_check,
)
