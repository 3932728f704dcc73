"""Addresses at services that are one URL, known by its path: of a topic, or of a webhook. Pure."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from alerts.deliveries.message import ServiceTarget


def url_refusals(is_path: Callable[[str], object], what: str) -> Callable[[ServiceTarget], Mapping[str, str]]:
    """Return a service's `refusals`: a URL has a path that `is_path` says is one, and nothing behind it.

    `what` ends the sentence of a refusal, as `a webhook, such as https://…`.
    """

    def refusals(target: ServiceTarget) -> Mapping[str, str]:
        parts = urlsplit(target.url)
        if is_path(parts.path) and not parts.query and not parts.fragment:
            return {}
        return {"url": f"must be the address of {what}"}

    return refusals
