"""What frames say, the same for every dialect."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidewire_client.reading.frames import Frame


class Welcome(msgspec.Struct, frozen=True):
    """The first frame of market and trading."""

    client_id: str
    authenticated: bool


class LoginAccepted(msgspec.Struct, frozen=True):
    """An `auth_result`: whose token it was, and until when it is good (ms since the epoch, where it was told)."""

    user_id: str
    expires_at: int | None


class LoginRefused(msgspec.Struct, frozen=True):
    """An `auth_result`: the token was no good."""

    code: str
    message: str


class Answer(msgspec.Struct, frozen=True):
    """A command was carried out."""

    id: str
    data: dict[str, Any]


class Failure(msgspec.Struct, frozen=True):
    """A command was not carried out."""

    id: str
    code: str
    message: str
    fields: dict[str, str] = {}


class Refusal(msgspec.Struct, frozen=True):
    """An error frame: of `channel`, or of a message where that is None."""

    message: str
    code: str | None
    channel: str | None


class Ping(msgspec.Struct, frozen=True):
    """The server asks whether the client is there."""


class Pong(msgspec.Struct, frozen=True):
    """The answer to the client's own ping, and the server's time in ms since the epoch, where it was told."""

    time: int | None = None


class News(msgspec.Struct, frozen=True):
    """Something happened on `channel`.

    `kind` is the type of the data (`price`, `order`), or for a dotted channel its category and event type
    (`grid.order`); `event` is what happened (`filled`), where that is told. `timestamp` is the frame's.
    """

    channel: str
    kind: str
    data: dict[str, Any]
    event: str | None = None
    timestamp: str | int = 0


class Subscribed(msgspec.Struct, frozen=True):
    """Channels are subscribed; of each what was said of its history, which is nothing where there is none."""

    standing: Mapping[str, Mapping[str, Any]]


class Other(msgspec.Struct, frozen=True):
    """An acknowledgement, or a frame of a type that this client doesn't know."""

    frame: Frame


Message = Welcome | LoginAccepted | LoginRefused | Answer | Failure | Refusal | Subscribed | Ping | Pong | News | Other
