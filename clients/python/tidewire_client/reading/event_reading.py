"""From news to typed events. What doesn't fit its type becomes `Unknown`, and is never lost. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidewire_client.dialects.base import Renames
from tidewire_client.events.base import Event, Unknown
from tidewire_client.events.engine import ENGINE_EVENTS
from tidewire_client.events.market import MARKET_EVENTS, CombinedPrice, Price
from tidewire_client.events.system import SYSTEM_EVENTS
from tidewire_client.events.user import USER_EVENTS
from tidewire_client.reading.messages import News
from tidewire_client.reading.times import milliseconds

_TYPES: dict[str, type[Event]] = {
    kind.kind: kind for kind in (*MARKET_EVENTS, *USER_EVENTS, *ENGINE_EVENTS, *SYSTEM_EVENTS)
}


def event_of(news: News, renames: Renames) -> Event:
    """Return the event that `news` tells; `renames` gives fields of the dialect the names that `/ws` has."""
    type_ = _type_of(news)
    if type_ is None:
        return _unknown(news)
    try:
        return msgspec.convert(_fields(news, type_, renames.get(news.kind, {})), type_)
    except (msgspec.ValidationError, ValueError):
        return _unknown(news)


def _type_of(news: News) -> type[Event] | None:
    type_ = _TYPES.get(news.kind)
    return CombinedPrice if type_ is Price and "sources" in news.data else type_


def _fields(news: News, type_: type[Event], renames: Mapping[str, str]) -> dict[str, Any]:
    fields = {renames.get(name, name): value for name, value in news.data.items()}
    for name in type_.other_times:
        if fields.get(name) is not None:
            fields[name] = milliseconds(fields[name])
    time = milliseconds(fields.get(type_.own_time, news.timestamp))
    return {**fields, "@channel": news.channel, "@event": news.event, "@time": time}


def _unknown(news: News) -> Unknown:
    try:
        time = milliseconds(news.timestamp)
    except ValueError:
        time = 0
    return Unknown(channel=news.channel, time=time, name=news.kind, event=news.event, data=news.data)
