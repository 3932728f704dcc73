"""What a service, such as ntfy or Slack, says of itself: where it reaches a user, what it is sent, what it answers.

A folder declares each, and `declared_services.py` lists them. Addresses, preferences, workers and the page go by that.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from alerts.deliveries.guarded_http import Answer
from alerts.deliveries.message import Message, ServiceTarget
from alerts.preferences.preferences import Channel

_SHOWN = 3
_SHORTEST_SHOWN = 12


class AddressField(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an address, as `ServiceTarget` calls it; `label` and `example` are for people."""

    name: str
    label: str
    example: str = ""
    is_secret: bool = False
    is_optional: bool = False


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """What is posted: JSON, to where."""

    url: str
    content: Mapping[str, Any]
    headers: Mapping[str, str] = {}


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service; all of it is pure.

    `refusals` returns by field why an address can't be one of this service, as the end of a sentence, and `shown` what
    may be shown of it. `check` raises what an answer means, unless the message was taken.
    """

    channel: Channel
    name: str
    fields: tuple[AddressField, ...]
    refusals: Callable[[ServiceTarget], Mapping[str, str]]
    shown: Callable[[ServiceTarget], str]
    post: Callable[[Message, ServiceTarget], Post]
    check: Callable[[Answer], None]

    def wrong(self, target: ServiceTarget) -> dict[str, str]:
        """Return by field what is wrong with an address, as a sentence; nothing where it may be one."""
        asked = {field.name: field for field in self.fields}
        wrong: dict[str, str] = {}
        for name in msgspec.structs.fields(ServiceTarget):
            is_given = bool(getattr(target, name.name))
            if is_given and name.name not in asked:
                wrong[name.name] = f"{name.name} is nothing that {self.name} asks for"
            elif not is_given and name.name in asked and not asked[name.name].is_optional:
                wrong[name.name] = f"{name.name} is required"
        others = self.refusals(target).items()
        return {**{name: f"{name} {refusal}" for name, refusal in others}, **wrong}


def shown_url(target: ServiceTarget) -> str:
    """Return what may be shown of a URL: its host, and the end of a long secret, by which its user knows it."""
    parts = urlsplit(target.url)
    end = parts.path[-_SHOWN:] if len(parts.path) > _SHORTEST_SHOWN else ""
    return f"{parts.scheme}://{parts.netloc}/…{end}"
