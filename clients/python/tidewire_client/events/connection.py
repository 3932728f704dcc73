"""What happens to the connection itself: the values that handlers of connection events get. Durations in seconds."""

import msgspec

from tidewire_client.errors import TidewireError
from tidewire_client.events.market import Resync
from tidewire_client.quality import QualityReport


class Connecting(msgspec.Struct, frozen=True):
    """An attempt begins; `attempt` counts those since the last connection that lasted, from 0."""

    attempt: int


class Connected(msgspec.Struct, frozen=True):
    """The client is ready: logged in where it has a token, subscribed again, commands sent again.

    `client_id` is None in zigquant-v2, which has no welcome; `authenticated` tells whether the client is logged in.
    """

    client_id: str | None
    authenticated: bool


class Reconnecting(msgspec.Struct, frozen=True):
    """The connection was lost by `error`, or did not come about; attempt `attempt` follows in `delay` seconds."""

    attempt: int
    delay: float
    error: TidewireError


class Disconnected(msgspec.Struct, frozen=True):
    """There is no connection, and there will be none: by `error`, or by `disconnect()` where that is None."""

    error: TidewireError | None


class LoggedIn(msgspec.Struct, frozen=True):
    """A token was accepted by a frame; `expires_at` is its end in ms since the epoch, where the server tells it."""

    user_id: str
    expires_at: int | None


class PongMissed(msgspec.Struct, frozen=True):
    """A ping was not answered in time: so many were missed by this client, and so many in a row."""

    missed: int
    in_a_row: int


class NotRecovered(Resync, frozen=True, kw_only=True):
    """What was missed on a channel from `start` to `end` can't be told any more: this client says so, and `reason`.

    The server's reasons are `too_old`, `other_epoch`, `ahead` and `unavailable`, the client's own `jumped` (numbers are
    missing, and asking for them brings none) and `refused`. The times are this machine's.
    """

    reason: str


CONNECTION_EVENTS = frozenset(
    {"connecting", "connected", "reconnecting", "disconnected", "logged_in", "quality", "missed", "resync", "error"}
)
"""The names that a handler can be given for; all others are channels, or wildcards over them."""

__all__ = [
    "CONNECTION_EVENTS",
    "Connected",
    "Connecting",
    "Disconnected",
    "LoggedIn",
    "NotRecovered",
    "PongMissed",
    "QualityReport",
    "Reconnecting",
]
