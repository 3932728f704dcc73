"""The address of a webhook of Discord. Pure."""

import re
from urllib.parse import urlsplit

_WEBHOOK = re.compile(r"/api(?:/v[0-9]{1,2})?/webhooks/[0-9]{1,20}/[A-Za-z0-9_-]{1,100}")


def refusal_of_webhook(url: str) -> str:
    """Return why the URL can't be that of a webhook, as the end of a sentence; empty where it can."""
    parts = urlsplit(url)
    if _WEBHOOK.fullmatch(parts.path) and not parts.query and not parts.fragment:
        return ""
    return "must be the address of a webhook, such as https://discord.com/api/webhooks/…/…"
