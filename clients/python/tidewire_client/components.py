"""What a client is made of, and what outlasts its connections."""

from dataclasses import dataclass, field

import msgspec

from tidewire_client.address import shown
from tidewire_client.channels.emitter import Emitter
from tidewire_client.channels.resuming import Resuming
from tidewire_client.channels.subscriptions import Subscriptions
from tidewire_client.commands import Commands
from tidewire_client.dialects import Spelling
from tidewire_client.logging_in.tokens import Tokens
from tidewire_client.options import ClientOptions
from tidewire_client.quality import RoundTrips
from tidewire_client.statistics import Counters
from tidewire_client.waiters import Waiters


@dataclass(repr=False)
class Components:
    """One of each for a client, shared by everything that acts for it.

    `user` is whose token the last handshake of this life had, None for nobody, where the token tells; unset before it.
    """

    url: str
    spelling: Spelling
    options: ClientOptions
    tokens: Tokens
    commands: Commands
    emitter: Emitter = field(default_factory=Emitter)
    counters: Counters = field(default_factory=Counters)
    round_trips: RoundTrips = field(default_factory=RoundTrips)
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    resuming: Resuming = field(init=False)
    resumed: Waiters[None] = field(default_factory=Waiters)
    """Let go whenever a channel may have been resumed."""

    user: str | msgspec.UnsetType | None = msgspec.UNSET

    def __post_init__(self) -> None:
        self.resuming = Resuming(self.subscriptions)

    def __repr__(self) -> str:
        """Show where and how, and no secret."""
        return f"{shown(self.url)!r}, dialect={self.spelling.dialect.value!r}"
