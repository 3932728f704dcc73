"""The frames that each dialect puts around what it tells, as JSON Schema: what the dialects' own classes write."""

from abc import ABC, abstractmethod
from typing import Any

from config.asyncapi.json_schema import EPOCH_TIME, ISO_TIME, TEXT, TRUTH, WHOLE_NUMBER, constant, object_of
from config.openapi.components import Schema
from streaming.event_history.history import LARGEST_SEQ, LONGEST_EPOCH
from streaming.event_history.recovery import NotRecovered
from streaming.events import PublicEvent
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.errors import ErrorCode

_CHANNEL: Schema = {"type": "string", "description": "as it was subscribed; of a dotted name, the event's own"}
_EPOCH: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_EPOCH}
_SEQ: Schema = {"type": "integer", "minimum": 0, "maximum": LARGEST_SEQ}
NUMBER: dict[str, Schema] = {
    "epoch": {**_EPOCH, "description": "the life of the channel's history; only where `since` was asked for"},
    "seq": {**_SEQ, "description": "the number of the frame in it; only where `since` was asked for"},
}
STANDING: dict[str, Schema] = {
    "recovered": {**TRUTH, "description": "whether all comes that was missed"},
    "reason": {"type": "string", "enum": [reason.value for reason in NotRecovered]},
    "epoch": _EPOCH,
    "seq": _SEQ,
}
"""Where a channel stands of which a subscription asked for numbers."""
RESUMED: Schema = {"type": "object", "additionalProperties": object_of(STANDING, optional=STANDING)}
_CODE: Schema = {"type": "string", "enum": [code.value for code in ErrorCode]}
_DATA = "data"


class Framing(ABC):
    """How one dialect frames: each method returns the schema of a whole frame."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.time = ISO_TIME if isinstance(dialect.write_time(0), str) else EPOCH_TIME

    @abstractmethod
    def event(self, event: Any, data: Schema, *, numbered: bool) -> Schema:
        """Return that of an event of no dotted name; `numbered` where each one counts."""

    @abstractmethod
    def named_event(self, happened: Schema, data: Schema, *, numbered: bool) -> Schema:
        """Return that of an event of a dotted name; `happened` is what its `event` can be."""

    @abstractmethod
    def error(self) -> Schema:
        """Return that of a refusal."""

    @abstractmethod
    def connected(self) -> Schema | None:
        """Return that of the first frame; None where the client speaks first."""

    def subscribed(self) -> Schema:
        """Return that of the acknowledgement of a subscription."""
        return self.frame("subscribed", {"channel": TEXT, **STANDING, "resumed": RESUMED}, ("resumed", *STANDING))

    def unsubscribed(self) -> Schema:
        """Return that of the acknowledgement that nothing more comes."""
        return self.frame("unsubscribed", {"channel": TEXT})

    def auth_result(self) -> Schema:
        """Return that of the answer to a token."""
        login = object_of({"user_id": TEXT, "expires_at": self.time})
        refusal = object_of({"code": _CODE, "message": TEXT})
        return self._either("auth_result", {}, login, refusal)

    def response(self, data: Schema, refusal: Schema) -> Schema:
        """Return that of the answer to a command."""
        return self._either("response", {"id": TEXT}, data, refusal)

    def unknown_action(self, refusal: Schema) -> Schema:
        """Return that of the answer to a command that doesn't exist."""
        return self.frame("response", {"id": TEXT, "success": {"const": False}, "error": refusal})

    def batch(self) -> Schema:
        """Return that of several frames in one."""
        frames = {"type": "array", "items": {"type": "object", "description": "a frame, as it comes alone"}}
        return self.frame("batch", {_DATA: frames})

    def frame(self, type_: str, properties: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
        """Return that of a frame of a type, with its own properties and the time at which it was sent."""
        return object_of({"type": constant(type_), **properties, "timestamp": self.time}, optional=optional)

    def _either(self, type_: str, properties: dict[str, Schema], data: Schema, refusal: Schema) -> Schema:
        done = self.frame(type_, {**properties, "success": {"const": True}, _DATA: data})
        refused = self.frame(type_, {**properties, "success": {"const": False}, "error": refusal})
        return {"oneOf": [done, refused]}

    def _told(self, type_: str, properties: dict[str, Schema], *, numbered: bool, optional: Any = ()) -> Schema:
        number = NUMBER if numbered else {}
        return self.frame(type_, {"channel": _CHANNEL, **properties, **number}, (*optional, *number))


class MarketFraming(Framing):
    """The frames of `/ws`."""

    def event(self, event: Any, data: Schema, *, numbered: bool) -> Schema:
        """Return a frame whose symbol and interval stand at the top level, too."""
        top = {name: data["properties"][name] for name in ("symbol", "interval") if name in data["properties"]}
        optional = [name for name, schema in top.items() if name not in data["required"] or _is_nullable(schema)]
        return self._told(event.frame_type, {**top, _DATA: data}, numbered=numbered, optional=optional)

    def named_event(self, happened: Schema, data: Schema, *, numbered: bool) -> Schema:
        """Return a frame with what happened beside its data."""
        return self._told("event", {"event": happened, _DATA: data}, numbered=numbered)

    def error(self) -> Schema:
        """Return a frame with the channel beside its data."""
        refusal = object_of({"message": TEXT, "code": _CODE})
        return self.frame("error", {"channel": TEXT, _DATA: refusal}, ("channel",))

    def connected(self) -> Schema:
        """Return the welcome."""
        data = object_of({"clientId": TEXT, "authenticated": TRUTH, "timestamp": self.time})
        return self.frame("connected", {_DATA: data})


class TradingFraming(Framing):
    """The frames of `/ws/trading`."""

    def event(self, event: Any, data: Schema, *, numbered: bool) -> Schema:
        """Return a frame that tells inside what it is."""
        return self._told(
            _DATA, {_DATA: object_of({"type": constant(event.frame_type), _DATA: data})}, numbered=numbered
        )

    def named_event(self, happened: Schema, data: Schema, *, numbered: bool) -> Schema:
        """Return the same with what happened inside."""
        inner = object_of({"type": constant("event"), "event": happened, _DATA: data})
        return self._told(_DATA, {_DATA: inner}, numbered=numbered)

    def error(self) -> Schema:
        """Return a flat frame; that of an unreadable one has no code."""
        return self.frame("error", {"channel": TEXT, "message": TEXT, "code": _CODE}, ("channel", "code"))

    def connected(self) -> Schema:
        """Return the welcome."""
        return self.frame("connected", {"clientId": TEXT})


class ControlFraming(Framing):
    """The frames of `zigquant-v2`."""

    def event(self, event: Any, data: Schema, *, numbered: bool) -> Schema:
        """Return a frame whose `event` is `update` where anyone may read it, else its type."""
        happened = "update" if issubclass(event, PublicEvent) else event.frame_type
        return self._told("event", {"event": constant(happened), _DATA: data}, numbered=numbered)

    def named_event(self, happened: Schema, data: Schema, *, numbered: bool) -> Schema:
        """Return a frame with what happened."""
        return self._told("event", {"event": happened, _DATA: data}, numbered=numbered)

    def error(self) -> Schema:
        """Return a frame with the channel in its data."""
        refusal = object_of({"code": _CODE, "message": TEXT, "channel": TEXT}, optional=("channel",))
        return self.frame("error", {_DATA: refusal})

    def connected(self) -> None:
        """Return None: the client speaks first."""

    def subscribed(self) -> Schema:
        """Return the one acknowledgement of a whole message."""
        return self._acknowledgement("subscribed", {"resumed": RESUMED})

    def unsubscribed(self) -> Schema:
        """Return the one acknowledgement of a whole message."""
        return self._acknowledgement("unsubscribed", {})

    def _acknowledgement(self, type_: str, more: dict[str, Schema]) -> Schema:
        channels = {"type": "array", "items": TEXT}
        told = {"channels": channels, "active_subscriptions": WHOLE_NUMBER, **more}
        return self.frame(type_, {_DATA: object_of(told, optional=more)})


def _is_nullable(schema: Schema) -> bool:
    kind = schema.get("type")
    return (isinstance(kind, list) and "null" in kind) or {"type": "null"} in schema.get("anyOf", ())


FRAMINGS: dict[str, type[Framing]] = {
    "market": MarketFraming,
    "trading": TradingFraming,
    "zigquant-v2": ControlFraming,
}
"""By the dialect's name."""
