"""How an exchange that follows another's market behaves, whatever its wire."""

import msgspec

from streaming.simulator.following.call_limit import CallRate

_LARGEST = 500_000
_DAY = 86_400


class FollowingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How far its prices are from those followed, and how it treats clients.

    A `premium`, `spread`, `lag` or `clock_ahead` that can't be is a ValueError.
    """

    premium: int = 0
    """By how many millionths prices are above those followed; 50000 is 5 %, and below zero is below."""
    dollar_premium: int = -800
    """The same, and added to it, for pairs against US dollars, which follow a market against USDT."""
    spread: int = 40
    """By how many millionths bids and asks are further apart."""
    lag: int = 200
    """By how many ms everything comes after the followed exchange; tenths of seconds are told apart."""
    clock_ahead: int = 0
    """By how many seconds all its times are ahead of those followed, and below zero behind; at most a day."""
    snapshot_delay: tuple[int, int] = (100, 400)
    """The least and the most ms of the market's time between an acknowledgement and its snapshot."""
    idle_seconds: float = 60.0
    """After how long a connection without subscriptions and messages is closed."""
    messages_a_second: int = 20
    """How many messages a client may send in a rolling second."""
    connection_attempts: int = 150
    """How many handshakes are answered in a rolling 10 minutes; those beyond have status 429."""
    rest_rate: CallRate | None = None
    """How many REST requests are answered; None for what the exchange is known to allow."""
    unsent_bytes: int = 8 << 20
    """What may wait to be read by a slow client before it is cut off."""
    control: bool = False
    """Whether `/simulator/…` answers. Whoever reaches the port can then break things."""

    def __post_init__(self) -> None:
        """Refuse what can't be."""
        if not (abs(self.premium) <= _LARGEST and abs(self.dollar_premium) <= _LARGEST):
            raise ValueError(f"a premium is between -{_LARGEST} and {_LARGEST} millionths")
        if not 0 <= self.spread <= _LARGEST:
            raise ValueError(f"spread must be between 0 and {_LARGEST} millionths, not {self.spread}")
        if self.lag < 0:
            raise ValueError(f"lag must not be negative: {self.lag}")
        if abs(self.clock_ahead) > _DAY:
            raise ValueError(f"clock_ahead must be between -{_DAY} and {_DAY} seconds, not {self.clock_ahead}")
