"""The vocabulary of topics: what can be subscribed, how a client spells it, who may read it.

A topic is a small frozen value. Its `key` is its name among the processes, its `group` the group of the channel layer
that carries it (letters, digits, `.`, `-`, `_`); all topics of one user share a group.
Apps declare theirs as `TopicKind`s, and dotted names as those of `dotted_names`; `registry` puts them together. This
module knows neither Django nor an exchange.
"""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from enum import StrEnum
from pkgutil import resolve_name
from typing import Any, Protocol

import msgspec

from streaming.events import BaseEvent, Interval, Source
from streaming.layer.groups import group_safe, named_group, user_group

ME = "me"
DOTTED = "dotted"
"""The kind of every topic that is a dotted name, or a pattern over such names."""
_MARKET_PREFIX = "m."
DEEP_LEVELS = 100
"""Levels of a side that a deep order book tells, of `depth:<SYMBOL>:100`."""


class Access(StrEnum):
    """Who may read a topic."""

    ANYONE = "anyone"
    LOGIN = "login"
    OWNER = "owner"
    STAFF = "staff"


class MarketKind(StrEnum):
    """The kinds of topics that are made of exchanges' streams: by a bridge, or of what several bridges tell."""

    PRICE = "price"
    COMBINED_PRICE = "combined_price"
    TICKER = "ticker"
    CANDLE = "kline"
    TRADE = "trade"
    DEPTH = "depth"
    OVERVIEW = "overview"


_MARKET_KINDS = frozenset(MarketKind)


class Topic(msgspec.Struct, frozen=True):
    """One thing that can be subscribed.

    `kind` is the name of its `TopicKind`. `symbol` is set for the kinds that name one; `owner` for what belongs to a
    user (`me` stands for whoever asks, until the topic is permitted); `name` is what is left of the channel. `source`
    is set where it is of a further market, which is read beside the deployment's own and which no client spells; or of
    a combined symbol. `levels` is set for an order book of more levels than the usual ten.
    """

    kind: str
    symbol: str = ""
    interval: Interval | None = None
    owner: str = ""
    name: str = ""
    source: Source | None = None
    levels: int = 0

    @property
    def key(self) -> str:
        """The topic's name among the processes. A dotted pattern has no events under its own key."""
        if not self.owner:
            return self.group
        named = f".{group_safe(self.name)}" if self.name else ""
        return f"{self.group}.{self.kind}{named}"

    @property
    def group(self) -> str:
        """The group of the channel layer, under 100 characters of a restricted alphabet."""
        if self.owner:
            return user_group(group_safe(self.owner))
        if self.name:
            return named_group(self.kind, group_safe(self.name))
        market = _MARKET_PREFIX if self.source is None else f"{_MARKET_PREFIX}{self.source.value}."
        parts = [f"{market}{self.kind}", *([group_safe(self.symbol)] if self.symbol else [])]
        parts += [self.interval.value] if self.interval else []
        return ".".join([*parts, str(self.levels)] if self.levels else parts)

    @property
    def is_dotted(self) -> bool:
        """True for a dotted name, or a pattern over such names."""
        return self.kind == DOTTED

    @property
    def needs_exchange(self) -> bool:
        """True for what needs a stream of the exchange."""
        return self.kind in _MARKET_KINDS


class UnknownChannelError(ValueError):
    """A channel's name is of no known kind, or its interval doesn't exist."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"Unknown channel: {channel}")
        self.channel = channel


Parse = Callable[[str, Sequence[str]], Topic | None]
TopicOf = Callable[[Any, str], Topic]
"""Returns the topic on which an event is told, given it and the id of the user whose it is, empty for nobody's."""
OwnerLookup = Callable[[str], Awaitable[frozenset[str]]]
"""Returns the ids of the users who own what has this name; none where it doesn't exist."""

FurtherTopics = Callable[[Any, str], Sequence[Topic]]
"""Returns the topics of the same kind that gather what is told on several, given an event and its owner's id."""
Exists = Callable[[str], Awaitable[bool]]
"""Returns whether there is what has this name."""


class LastValueLookup(Protocol):
    """What a snapshot may ask for besides what its app has stored."""

    async def last_value_of(self, topic: Topic) -> BaseEvent | None:
        """Return a topic's newest value, where this process or another holds a fresh one."""
        ...


ReadSnapshot = Callable[[LastValueLookup, Topic], Awaitable[Sequence[BaseEvent]]]
"""Returns what counts now of a topic, whose owner is known where it has one; oldest first."""
VersionOf = Callable[[Any], tuple[Hashable, Any]]
"""Returns what an event is about (an order's id), and how new it is of that: what compares greater is newer."""


class Snapshot(msgspec.Struct, frozen=True):
    """What a new subscriber is told first: `read`, or the dotted path of it, is asked once the subscriber hears events.

    It asks the database by `streaming.database.fair_queries.in_turn`, and so in the subscriber's turns.

    Of what is told live, those events are left out that `version_of` calls older than the snapshot's of the same, and
    those of the same version that differ from it by nothing but their time.
    """

    read: ReadSnapshot | str
    version_of: VersionOf

    @property
    def reader(self) -> ReadSnapshot:
        """The function itself."""
        if isinstance(self.read, str):
            found: ReadSnapshot = resolve_name(self.read)
            return found
        return self.read


class Names(StrEnum):
    """What a topic's `symbol` is: nothing that the exchange must know, or one that it trades."""

    NOTHING = "nothing"
    SYMBOL = "symbol"


class TopicKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of topic: how it is spelled, who may read it, and what is told on it.

    `heads` are the beginnings of its channels with their separator (`price:`, `alerts`); `parse` takes the head and the
    arguments behind it, and returns None for what it can't read. `spellings` tell people what stands behind a head,
    names in braces for what varies: `{symbol}:{interval}`. `event` is told on it, and where its newest is held,
    that is told to whoever subscribes; `topic_of` says on which topic. With `Access.OWNER` and no owner in the channel,
    `owners` says whose the topic's name is; with `Access.ANYONE`, `exists` says whether it names anything. Where there
    is a `snapshot`, a new subscriber is told that in place of the newest value. `further_topics` hear each event, too,
    without a number, for one that counts several channels can't tell what is missing. `is_planned` marks what no app
    makes.
    `kinds` makes the usual ones.
    """

    name: str
    heads: tuple[str, ...]
    access: Access
    event: type[BaseEvent]
    parse: Parse
    topic_of: TopicOf
    spellings: tuple[str, ...] = ("",)
    names: Names = Names.NOTHING
    owners: OwnerLookup | None = None
    exists: Exists | None = None
    snapshot: Snapshot | None = None
    further_topics: FurtherTopics | None = None
    is_planned: bool = False

    @property
    def is_state(self) -> bool:
        """True where only the newest event counts; else every one."""
        return self.event.is_held

    @property
    def has_sequence(self) -> bool:
        """True where events are told of which every one counts: candles are that once closed."""
        return self.name == MarketKind.CANDLE or not self.is_state


def split_channel(channel: str) -> tuple[str, list[str]]:
    """Return a channel's head with its separator, and the arguments behind it.

    >>> split_channel("klines:BTCUSDT:1m"), split_channel("grid.a.order"), split_channel("alerts")
    (('klines:', ['BTCUSDT', '1m']), ('grid.', ['a', 'order']), ('alerts', []))
    """
    for separator in (":", "."):
        name, found, rest = channel.partition(separator)
        if found:
            return name + found, rest.split(separator)
    return channel, []
