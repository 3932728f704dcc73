"""The address of an incoming webhook of Slack. Pure."""

import re
from urllib.parse import urlsplit

_HOOK = re.compile(r"/services/[A-Z0-9]{1,32}/[A-Z0-9]{1,32}/[A-Za-z0-9]{1,64}")


def refusal_of_hook(url: str) -> str:
    """Return why the URL can't be that of an incoming webhook, as the end of a sentence; empty where it can."""
    parts = urlsplit(url)
    if _HOOK.fullmatch(parts.path) and not parts.query and not parts.fragment:
        return ""
    return "must be the address of an incoming webhook, such as https://hooks.slack.com/services/T…/B…/…"
