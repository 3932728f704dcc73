"""What a program may choose about its client. Durations in seconds."""

import math
import random
import ssl as tls
from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

_LOWEST = {
    "queue_limit": 0,
    "commands_per_second": 1,
    "event_limit": 1,
    "maximum_frame_bytes": 1,
}
_DURATIONS = (
    "command_timeout",
    "open_timeout",
    "close_timeout",
    "ping_interval",
    "pong_timeout",
    "stable_after",
    "retry_unavailable_after",
)


class LoginBy(StrEnum):
    """How a token reaches the server. A ticket is good for one handshake, and can't be renewed while it lasts."""

    HEADER = "header"
    QUERY = "query"
    FIRST_FRAME = "first_frame"
    TICKET = "ticket"


class ClientOptions(msgspec.Struct, frozen=True, kw_only=True):
    """See each option's line in the README. Raises `ValueError` for a value that can't be."""

    login_by: LoginBy = LoginBy.HEADER
    maximum_attempts: int | msgspec.UnsetType | None = msgspec.UNSET
    queue_limit: int = 100
    command_timeout: float = 30.0
    commands_per_second: int = 10
    open_timeout: float = 10.0
    close_timeout: float = 2.0
    ping_interval: float = 10.0
    pong_timeout: float = 5.0
    stable_after: float = 5.0
    retry_unavailable_after: float = 3.0
    event_limit: int = 1000
    maximum_frame_bytes: int = 2**20
    headers: Mapping[str, str] = {}
    ssl: tls.SSLContext | None = None
    proxy: str | None = "auto"
    uniform: Callable[[], float] = random.random  # noqa: S311 - spreads attempts, keeps no secret

    def __post_init__(self) -> None:
        """Check the values; a string names a way to log in as well."""
        msgspec.structs.force_setattr(self, "login_by", LoginBy(self.login_by))
        for name in _DURATIONS:
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be more than 0 seconds, and finite")
        for name, lowest in _LOWEST.items():
            if getattr(self, name) < lowest:
                raise ValueError(f"{name} must be at least {lowest}")
        if isinstance(self.maximum_attempts, int) and self.maximum_attempts < 0:
            raise ValueError("maximum_attempts must be at least 0, or None for no end")

    def __repr__(self) -> str:
        """Show no headers, nor a proxy's password."""
        return f"ClientOptions(login_by={self.login_by.value!r})"
