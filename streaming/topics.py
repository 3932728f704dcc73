"""The vocabulary of topics: what can be subscribed, how a client spells it, who may read it.

A topic is a small frozen value. Its `key` is its name among the processes, its `group` the group of the channel layer
that carries it (letters, digits, `.`, `-`, `_`); all topics of one user share a group.
Kinds are registered in a `TopicRegistry`; this module knows neither Django nor an exchange.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from enum import StrEnum

import msgspec

from streaming.events import Interval
from streaming.names import group_safe

ME = "me"
OVERVIEW_KEY = "m.overview"
_MARKET_PREFIX = "m."


class Delivery(StrEnum):
    """How a topic's events count: `STATE`, only the newest; `SEQUENCE`, every one."""

    STATE = "state"
    SEQUENCE = "sequence"


class Access(StrEnum):
    """Who may read a topic."""

    ANYONE = "anyone"
    LOGIN = "login"
    OWNER = "owner"
    STAFF = "staff"


class Kind(StrEnum):
    """The kinds of topics."""

    PRICE = "price"
    TICKER = "ticker"
    CANDLE = "kline"
    TRADE = "trade"
    DEPTH = "depth"
    SIGNAL = "signal"
    OVERVIEW = "overview"
    COMBINED_PRICE = "combined_price"
    BLOCKS = "blocks"
    PORTFOLIO = "portfolio"
    ORDERS = "orders"
    ACCOUNT = "account"
    NOTIFICATIONS = "notifications"
    ALERTS = "alerts"
    WALLET = "wallet"
    TRANSACTION = "tx"
    INSTANCE = "instance"
    SYSTEM = "system"
    OPERATIONS = "operations"
    EVERYTHING = "everything"


SYMBOL_KINDS = frozenset({Kind.PRICE, Kind.TICKER, Kind.CANDLE, Kind.TRADE, Kind.DEPTH, Kind.SIGNAL})
"""The kinds whose topics name one symbol of the exchange."""

DOTTED_KINDS = frozenset({Kind.INSTANCE, Kind.SYSTEM, Kind.OPERATIONS, Kind.EVERYTHING})
"""The kinds whose topics are dotted names, or patterns over them."""

USER_KINDS = frozenset(
    {
        Kind.PORTFOLIO,
        Kind.ORDERS,
        Kind.ACCOUNT,
        Kind.NOTIFICATIONS,
        Kind.ALERTS,
        Kind.WALLET,
        Kind.TRANSACTION,
    }
)
"""The kinds whose topics belong to one user."""


class Topic(msgspec.Struct, frozen=True):
    """One thing that can be subscribed.

    `symbol` is set for the kinds that name one; `owner` for what belongs to a user (`me` stands for whoever asks, until
    the topic is permitted); `name` is what is left of the channel for the other kinds.
    """

    kind: Kind
    symbol: str = ""
    interval: Interval | None = None
    owner: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """The topic's name among the processes. A dotted pattern has no events under its own key."""
        if self.kind in USER_KINDS:
            named = f".{group_safe(self.name)}" if self.name else ""
            return f"{self.group}.{self.kind}{named}"
        return self.group

    @property
    def group(self) -> str:
        """The group of the channel layer, under 100 characters of a restricted alphabet."""
        if self.kind is Kind.OVERVIEW:
            return OVERVIEW_KEY
        if self.kind in SYMBOL_KINDS:
            parts = [f"{_MARKET_PREFIX}{self.kind}", group_safe(self.symbol)]
            return ".".join([*parts, self.interval.value] if self.interval else parts)
        if self.kind in USER_KINDS:
            return f"u.{group_safe(self.owner)}"
        if self.kind is Kind.COMBINED_PRICE:
            return f"x.price.{self.symbol}"
        return f"x.{self.kind}.{group_safe(self.name)}"

    @property
    def is_dotted(self) -> bool:
        """True for a dotted name, or a pattern over such names."""
        return self.kind in DOTTED_KINDS

    @property
    def is_market(self) -> bool:
        """True for what the bridge produces."""
        return self.key.startswith(_MARKET_PREFIX)

    @property
    def needs_exchange(self) -> bool:
        """True for what needs a stream of the exchange (signals don't)."""
        return self.is_market and self.kind is not Kind.SIGNAL


class UnknownChannelError(ValueError):
    """A channel's name is of no known kind, or its interval doesn't exist."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"Unknown channel: {channel}")
        self.channel = channel


Parse = Callable[[str, Sequence[str]], Topic | None]
OwnerLookup = Callable[[str], Awaitable[frozenset[str]]]
"""Returns the ids of the users who own what has this name; none where it doesn't exist."""


class TopicKind(msgspec.Struct, frozen=True):
    """How one kind of topic is spelled and read.

    `heads` are the beginnings of its channels with their separator (`price:`, `grid.`, `alerts`); `parse` takes the
    head and the arguments behind it, and returns None for what it can't read.
    """

    kind: Kind
    heads: tuple[str, ...]
    access: Access
    delivery: Delivery
    parse: Parse


class TopicRegistry:
    """The kinds that a process knows; apps add theirs with `register`."""

    def __init__(self) -> None:
        self._by_head: dict[str, list[TopicKind]] = {}
        self._by_kind: dict[Kind, TopicKind] = {}
        self._owner_lookups: dict[str, OwnerLookup] = {}
        self.chains: set[str] = set()
        """The chains of which blocks are told."""

    def register(self, kind: TopicKind) -> None:
        """Add a kind; several may share a head, and the first that can read a channel takes it."""
        self._by_kind[kind.kind] = kind
        for head in kind.heads:
            self._by_head.setdefault(head, []).append(kind)

    def register_owner_lookup(self, category: str, lookup: OwnerLookup) -> None:
        """Let `lookup` say who owns what there is of `category`: `grid`, `backtest`, `strategy`, `wallet` or `tx`."""
        self._owner_lookups[category] = lookup

    async def owners(self, category: str, name: str) -> frozenset[str]:
        """Return the ids of the users who own `name` of `category`; none where nobody has registered a lookup."""
        lookup = self._owner_lookups.get(category)
        return frozenset() if lookup is None else await lookup(name)

    def __getitem__(self, kind: Kind) -> TopicKind:
        """Return the registration of `kind`; raise `KeyError` where there is none."""
        return self._by_kind[kind]

    def __iter__(self) -> Iterator[TopicKind]:
        """Iterate over the registered kinds."""
        return iter(self._by_kind.values())

    def parse(self, channel: str) -> Topic:
        """Return the topic that a client's `channel` names; raise `UnknownChannelError` where it names none."""
        head, arguments = split_channel(channel)
        for kind in self._by_head.get(head, ()):
            topic = kind.parse(head, arguments)
            if topic is not None:
                return topic
        raise UnknownChannelError(channel)


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
