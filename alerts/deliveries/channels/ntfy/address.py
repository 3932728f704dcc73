"""The address of a topic of ntfy, and what of it may be shown. Pure."""

import re
from urllib.parse import urlsplit

_TOPIC = re.compile(r"/[A-Za-z0-9_-]{1,64}")  # as ntfy has them: https://docs.ntfy.sh/publish/


def refusal_of_topic(url: str) -> str:
    """Return why the URL can't be that of a topic, as the end of a sentence; empty where it can."""
    parts = urlsplit(url)
    if _TOPIC.fullmatch(parts.path) and not parts.query and not parts.fragment:
        return ""
    return "must be the address of a topic, such as https://ntfy.sh/my-topic"


def server_and_topic(url: str) -> tuple[str, str]:
    """Return the address that takes messages, and the name of the topic."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/", parts.path.strip("/")
