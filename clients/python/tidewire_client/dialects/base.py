"""What the dialects share: all frames that differ in nothing but how a time is written."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from tidewire_client.reading.frames import Frame
from tidewire_client.reading.messages import (
    Answer,
    Failure,
    LoginAccepted,
    LoginRefused,
    Message,
    News,
    Other,
    Ping,
    Pong,
    Refusal,
    Subscribed,
    Welcome,
)
from tidewire_client.reading.times import milliseconds, now_ms

_LAST_MILLISECOND = 2**53
"""What is said to be further away is no time."""
Renames = Mapping[str, Mapping[str, str]]
"""By the kind of an event: names of its fields that are `/ws`'s under another name."""


class Dialect(StrEnum):
    """The dialects."""

    MARKET = "market"
    TRADING = "trading"
    ZIGQUANT = "zigquant-v2"


class Spelling(ABC):
    """One dialect: what its frames say, and what the client must know to speak it. Without state.

    `has_welcome`: the server speaks first. `maximum_attempts`: the default, None for no end. `stamps`: the client's
    messages carry a time.
    """

    dialect: Dialect
    subprotocol: str | None = None
    has_welcome = True
    maximum_attempts: int | None = None
    stamps = True
    renames: Renames = {}

    def read(self, frame: Frame) -> Message:
        """Return what `frame` says; what can't be told from its shape is `Other`."""
        shared = _SHARED.get(frame["type"])
        if shared is not None:
            return shared(frame)
        match frame:
            case {"type": "connected"}:
                return self.welcome(frame)
            case {"type": "error"}:
                return self.refusal(frame)
            case {"type": "subscribed"}:
                return self.subscribed(frame)
            case _:
                return self.news(frame) or Other(frame)

    def stamped(self, frame: Frame) -> Frame:
        """Return `frame` as it is sent: with the time, in ms since the epoch, where the dialect wants it."""
        return {**frame, "timestamp": now_ms()} if self.stamps else frame

    def welcome(self, frame: Frame) -> Message:
        """Return what the first frame says."""
        return Other(frame)

    @abstractmethod
    def refusal(self, frame: Frame) -> Message:
        """Return what an error frame says."""

    def subscribed(self, frame: Frame) -> Message:
        """Return what an acknowledgement says: it names one channel, and where that, or what it matches, stands."""
        channel = text(frame.get("channel"))
        return Other(frame) if channel is None else Subscribed({channel: frame, **objects_in(frame.get("resumed"))})

    @abstractmethod
    def news(self, frame: Frame) -> News | None:
        """Return the event in `frame`, or None."""


def is_dotted(channel: str) -> bool:
    """Return whether `channel` is one of the engine's or the system's, such as `system.health`."""
    return "." in channel and ":" not in channel


def dotted_kind(channel: str) -> str:
    """Return the kind of the events of a dotted channel.

    >>> dotted_kind("grid.abc.order"), dotted_kind("system.health")
    ('grid.order', 'system.health')
    """
    category, _, rest = channel.partition(".")
    return f"{category}.{rest.rpartition('.')[2]}"


def text(value: Any) -> str | None:
    """Return `value` where it is text."""
    return value if isinstance(value, str) else None


def objects_in(value: Any) -> dict[str, dict[str, Any]]:
    """Return the objects in `value` by name, where it is an object itself."""
    return {name: told for name, told in value.items() if isinstance(told, dict)} if isinstance(value, dict) else {}


def refused(told: Mapping[str, Any], channel: Any, frame: Frame) -> Message:
    """Return the refusal whose message and code `told` holds."""
    match told:
        case {"message": str(message)}:
            return Refusal(message, text(told.get("code")), text(channel))
        case _:
            return Other(frame)


def welcomed(told: Mapping[str, Any], *, authenticated: bool, frame: Frame) -> Message:
    """Return the welcome whose client id `told` holds."""
    match told:
        case {"clientId": str(client_id)}:
            return Welcome(client_id, authenticated)
        case _:
            return Other(frame)


def _login(frame: Frame) -> Message:
    match frame:
        case {"success": True, "data": {"user_id": str(user), **told}}:
            return LoginAccepted(user, _moment(told.get("expires_at")))
        case {"error": {"code": str(code), "message": str(message)}}:
            return LoginRefused(code, message)
        case _:
            return Other(frame)


def _moment(time: Any) -> int | None:
    try:
        moment = milliseconds(time)
    except ValueError:
        return None
    return moment if abs(moment) <= _LAST_MILLISECOND else None


def _response(frame: Frame) -> Message:
    match frame:
        case {"id": str(id_), "success": True, "data": dict(data)}:
            return Answer(id_, data)
        case {"id": str(id_), "success": False, "error": {"code": str(code), "message": str(message), **told}}:
            fields = told.get("fields")
            named = fields if isinstance(fields, dict) else {}
            return Failure(id_, code, message, {name: str(said) for name, said in named.items()})
        case _:
            return Other(frame)


_SHARED: Mapping[str, Callable[[Frame], Message]] = {
    "ping": lambda _: Ping(),
    "pong": lambda frame: Pong(_moment(frame.get("timestamp"))),
    "auth_result": _login,
    "response": _response,
}
