"""What can be subscribed, each spelling of it once: its address, who may read it, and what is told on it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from streaming.events import Event, Interval
from streaming.installed import installed_declarations, topic_registry
from streaming.topics.dotted_names import InstanceKind, SystemKind
from streaming.topics.topic import ME, Access, TopicKind

_PARAMETER = re.compile(r"\{(\w+)\}")
_WORDS = re.compile(r"[a-z0-9_]+", re.ASCII)
_DOTTED_PARAMETER = "{id}"

PARAMETERS: dict[str, dict[str, Any]] = {
    "symbol": {
        "description": "upper case, as the exchange spells it, or a combined symbol of the deployment",
        "examples": ["BTCUSDT", "BTC-USD"],
    },
    "interval": {"description": "of candles; case counts: `1M` is a month", "enum": [one.value for one in Interval]},
    "user": {"description": f"the claim `userId` of the token; `{ME}` stands for oneself", "examples": [ME, "42"]},
    "address": {"description": "of a wallet that one watches", "examples": [f"0x{'ab' * 20}"]},
    "hash": {"description": "of a transaction that one watches", "examples": [f"0x{'cd' * 32}"]},
    "chain": {"description": "one that the deployment follows", "examples": ["ethereum"]},
    "id": {"description": "of the instance; in a pattern `*` stands for any", "examples": ["grid_abc123"]},
}
"""What is said of the parameters of addresses, by their names."""

READERS = {
    Access.ANYONE: "anyone",
    Access.LOGIN: "whoever is logged in",
    Access.OWNER: "the owner, and staff",
    Access.STAFF: "staff",
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event that is told on a channel; `is_numbered` where each one counts, `is_state` where the newest does."""

    event: type[Event]
    is_state: bool
    is_numbered: bool

    @property
    def name(self) -> str:
        """The event's own name among all events."""
        return str(self.event.__struct_config__.tag)


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One address: `id` is its name in the document, `told` what comes there."""

    id: str
    address: str
    access: Access
    told: tuple[Told, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """What varies in the address."""
        return tuple(_PARAMETER.findall(self.address))

    @property
    def is_dotted(self) -> bool:
        """True where patterns match it."""
        return ":" not in self.address and "." in self.address


def channels() -> tuple[Channel, ...]:
    """Return all that apps make, in the order of their declarations; several kinds may share an address."""
    by_address: dict[str, Channel] = {}
    for channel in (*_of_topics(topic_registry().kinds), *_of_dotted_names()):
        known = by_address.get(channel.address)
        told = channel.told if known is None else known.told + channel.told
        by_address[channel.address] = msgspec.structs.replace(channel, told=told)
    return tuple(by_address.values())


def _of_topics(kinds: Iterable[TopicKind]) -> Iterator[Channel]:
    for kind in kinds:
        told = Told(event=kind.event, is_state=kind.is_state, is_numbered=kind.has_sequence)
        for address in (head + spelling for head in kind.heads for spelling in kind.spellings):
            if not kind.is_planned:
                yield _channel(address, kind.access, told)


def _of_dotted_names() -> Iterator[Channel]:
    for kind in (kind for declared in installed_declarations() for kind in declared.topics):
        if isinstance(kind, InstanceKind) and not kind.is_planned:
            for last, event in kind.events.items():
                yield _channel(f"{kind.category}.{_DOTTED_PARAMETER}.{last}", Access.OWNER, _dotted(event))
        elif isinstance(kind, SystemKind) and not kind.is_planned:
            yield _channel(kind.name, kind.access, _dotted(kind.event))


def _dotted(event: type[Event]) -> Told:
    return Told(event=event, is_state=event.is_held, is_numbered=not event.is_held)


def _channel(address: str, access: Access, told: Told) -> Channel:
    """Return the channel; it is called after what doesn't vary in its address: `klines`, `depth.100`, `grid.order`."""
    return Channel(
        id=".".join(_WORDS.findall(_PARAMETER.sub("", address))), address=address, access=access, told=(told,)
    )
